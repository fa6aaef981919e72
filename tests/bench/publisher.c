/* SPDX-License-Identifier: Apache-2.0 */
#include "publisher.h"

#include "require.h"

#include <string.h>

enum { FRAME_MAX = 131072, BODY_SIZE = 200, FLUSH_TIMEOUT_MS = 30000 };

static const char EXCHANGE[] = "otelmq-bench";

/* Key and value take as many bytes as those of a traceparent. */
static const char *const KEYS[PUBLISHER_HEADERS_MAX] = {"x-tenant-id", "x-requestid"};
static const char VALUE[] = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

static void require_reply(amqp_rpc_reply_t reply, const char *what)
{
    require(reply.reply_type == AMQP_RESPONSE_NORMAL, what);
}

static void log_in(amqp_connection_state_t raw, const char *url)
{
    char *copy = strdup(url);
    struct amqp_connection_info info;
    require(copy != NULL && amqp_parse_url(copy, &info) == AMQP_STATUS_OK, "RABBITMQ_URL is wrong");
    amqp_socket_t *socket = amqp_tcp_socket_new(raw);
    require(socket != NULL && amqp_socket_open(socket, info.host, info.port) == AMQP_STATUS_OK,
            "there is no RabbitMQ at RABBITMQ_URL");
    require_reply(amqp_login(raw, info.vhost, 0, FRAME_MAX, 0, AMQP_SASL_METHOD_PLAIN, info.user,
                             info.password),
                  "RabbitMQ does not let us in");
    free(copy);
}

amqp_connection_state_t publisher_connect(void)
{
    const char *url = getenv("RABBITMQ_URL");
    require(url != NULL, "RABBITMQ_URL is not set: ./run bench rabbitmq starts one and sets it");
    amqp_connection_state_t raw = amqp_new_connection();
    log_in(raw, url);
    return raw;
}

void publisher_disconnect(amqp_connection_state_t raw)
{
    (void)amqp_connection_close(raw, AMQP_REPLY_SUCCESS);
    (void)amqp_destroy_connection(raw);
}

static void declare_exchange(publisher *self)
{
    amqp_exchange_declare(self->raw, self->channel, amqp_cstring_bytes(EXCHANGE),
                          amqp_cstring_bytes("fanout"), 0, 0, 0, 0, amqp_empty_table);
    require_reply(amqp_get_rpc_reply(self->raw), "there is no exchange");
}

static void describe(publisher *self, size_t header_count)
{
    memset(self->headers, 0, sizeof(self->headers));
    for (size_t i = 0; i < header_count; i++) {
        self->headers[i].key = amqp_cstring_bytes(KEYS[i]);
        self->headers[i].value.kind = AMQP_FIELD_KIND_UTF8;
        self->headers[i].value.value.bytes = amqp_cstring_bytes(VALUE);
    }
    memset(&self->properties, 0, sizeof(self->properties));
    self->properties._flags = AMQP_BASIC_HEADERS_FLAG;
    self->properties.headers = (amqp_table_t){(int)header_count, self->headers};
}

static void trace(publisher *self, const publisher_options *options)
{
    self->traced = NULL;
    self->provider = options->provider;
    if (options->is_traced) {
        otelmq_amqp_options traced = {.client_id = "bench",
                                      .messaging.is_disabled = options->is_disabled};
        require(otelmq_amqp_connection_create(self->raw, &traced, &self->traced) == OTELMQ_OK,
                "the connection cannot be traced");
    }
}

static void select_confirms(publisher *self)
{
    self->published = 0;
    if (self->confirms) {
        require((self->traced != NULL ? otelmq_amqp_confirm_select(self->traced, self->channel)
                                      : amqp_confirm_select(self->raw, self->channel)) != NULL,
                "there is no confirm mode");
    }
}

void publisher_open(publisher *self, amqp_connection_state_t raw, amqp_channel_t channel,
                    const publisher_options *options)
{
    self->raw = raw;
    self->channel = channel;
    require(amqp_channel_open(raw, channel) != NULL, "there is no channel");
    declare_exchange(self);
    describe(self, options->header_count);
    trace(self, options);
    self->confirms = options->confirms;
    select_confirms(self);
}

void publisher_close(publisher *self)
{
    otelmq_amqp_connection_destroy(self->traced);
    require_reply(amqp_channel_close(self->raw, self->channel, AMQP_REPLY_SUCCESS),
                  "the channel was not closed");
}

static int publish_one(publisher *self)
{
    static char body[BODY_SIZE];
    amqp_bytes_t exchange = amqp_cstring_bytes(EXCHANGE);
    amqp_bytes_t routing_key = amqp_cstring_bytes("orders.new");
    amqp_bytes_t message = {sizeof(body), body};
    if (self->traced != NULL) {
        return otelmq_amqp_basic_publish(self->traced, self->channel, exchange, routing_key, 0, 0,
                                         &self->properties, message);
    }
    return amqp_basic_publish(self->raw, self->channel, exchange, routing_key, 0, 0,
                              &self->properties, message);
}

/* What a program without otelmq writes: reads acknowledgements until the last tag has one. */
static void wait_by_hand(publisher *self)
{
    uint64_t acknowledged = 0;
    while (acknowledged < self->published) {
        amqp_frame_t frame;
        require(amqp_simple_wait_frame(self->raw, &frame) == AMQP_STATUS_OK &&
                    frame.frame_type == AMQP_FRAME_METHOD &&
                    frame.payload.method.id == AMQP_BASIC_ACK_METHOD,
                "something else than an acknowledgement came");
        const amqp_basic_ack_t *ack = frame.payload.method.decoded;
        acknowledged = ack->delivery_tag > acknowledged ? ack->delivery_tag : acknowledged;
    }
}

static void wait_traced(publisher *self)
{
    otelmq_amqp_confirms confirms;
    amqp_rpc_reply_t reply =
        otelmq_amqp_wait_confirms(self->traced, self->channel, NULL, &confirms);
    require_reply(reply, "the confirms did not come");
}

static void wait_confirms(publisher *self)
{
    if (self->traced != NULL) {
        wait_traced(self);
    } else {
        wait_by_hand(self);
    }
    amqp_maybe_release_buffers(self->raw);
}

void publisher_publish(void *self, size_t count)
{
    publisher *own = self;
    for (size_t i = 0; i < count; i++) {
        require(publish_one(own) == AMQP_STATUS_OK, "a message was not taken");
    }
    own->published += count;
    if (own->confirms) {
        wait_confirms(own);
    }
}

void publisher_begin(void *self)
{
    const publisher *own = self;
    otelmq_tracer_provider_set_global(own->provider);
}

void publisher_rest(void *self)
{
    publisher *own = self;
    if (own->provider != NULL) {
        require(otelmq_tracer_provider_force_flush(own->provider, FLUSH_TIMEOUT_MS) == OTELMQ_OK,
                "the spans were not exported");
    }
    declare_exchange(own);
    amqp_maybe_release_buffers(own->raw);
}
