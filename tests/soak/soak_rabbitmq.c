/* SPDX-License-Identifier: Apache-2.0 */
/*
 * RabbitMQ under ./run soak: one thread publishes with confirms, another consumes by
 * otelmq_amqp_run, each on a connection of its own to RABBITMQ_URL.
 */
#include <otelmq/amqp.h>

#include "soak/soak.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
    CHANNEL = 1,
    WINDOW = 200, /* messages between two waits for confirms */
    MAX_IN_QUEUE =
        20000, /* beyond that the publisher waits, or the broker's memory would be tested */
    PREFETCH = 500,
    IDLE_MS = 1000,
    BODY_LEN = 200,
};

static const struct timeval CONFIRM_TIMEOUT = {.tv_sec = 60};

typedef struct {
    amqp_connection_state_t raw;
    otelmq_amqp_connection *traced;
} connection;

static struct {
    pthread_t publisher;
    pthread_t consumer;
    char queue[64];
    _Atomic uint64_t published;
    _Atomic uint64_t confirmed;
    _Atomic uint64_t consumed;
    _Atomic bool is_stopping; /* the publisher is to end */
    _Atomic bool is_published; /* and has ended */
    _Atomic bool has_failed;
} load;

static void fail(const char *what, amqp_rpc_reply_t reply)
{
    if (!atomic_exchange(&load.has_failed, true)) {
        fprintf(stderr, "%s: reply type %d, %s\n", what, (int)reply.reply_type,
                amqp_error_string2(reply.library_error));
    }
}

static bool is_ok(const char *what, amqp_rpc_reply_t reply)
{
    if (reply.reply_type != AMQP_RESPONSE_NORMAL) {
        fail(what, reply);
    }
    return reply.reply_type == AMQP_RESPONSE_NORMAL;
}

static bool log_in(amqp_connection_state_t raw)
{
    struct amqp_connection_info info;
    const char *url = getenv("RABBITMQ_URL");
    char *copy = strdup(url != NULL ? url : "");
    amqp_socket_t *socket = amqp_tcp_socket_new(raw);
    bool is_there = copy != NULL && socket != NULL &&
                    amqp_parse_url(copy, &info) == AMQP_STATUS_OK &&
                    amqp_socket_open(socket, info.host, info.port) == AMQP_STATUS_OK;
    if (!is_there) {
        fprintf(stderr, "there is no RabbitMQ at RABBITMQ_URL, '%s'\n", url != NULL ? url : "");
        free(copy);
        return false;
    }
    amqp_rpc_reply_t reply = amqp_login(raw, info.vhost, 0, AMQP_DEFAULT_FRAME_SIZE, 60,
                                        AMQP_SASL_METHOD_PLAIN, info.user, info.password);
    free(copy);
    return is_ok("login", reply);
}

static void close_connection(connection *self)
{
    otelmq_amqp_connection_destroy(self->traced);
    amqp_connection_close(self->raw, AMQP_REPLY_SUCCESS);
    amqp_destroy_connection(self->raw);
}

static bool try_open(connection *self)
{
    if (self->raw == NULL || !log_in(self->raw) ||
        otelmq_amqp_connection_create(self->raw, NULL, &self->traced) != OTELMQ_OK) {
        return false;
    }
    otelmq_amqp_channel_open(self->traced, CHANNEL);
    return is_ok("channel.open", amqp_get_rpc_reply(self->raw));
}

static bool open_connection(connection *self)
{
    *self = (connection){.raw = amqp_new_connection()};
    if (try_open(self)) {
        return true;
    }
    otelmq_amqp_connection_destroy(self->traced);
    amqp_destroy_connection(self->raw);
    return false;
}

/* --- Publishing --- */

static bool publish_one(connection *self)
{
    static const char body[BODY_LEN];
    amqp_bytes_t bytes = {sizeof(body), NULL};
    const char *start = body;
    memcpy(&bytes.bytes, &start, sizeof(start));
    amqp_basic_properties_t properties;
    memset(&properties, 0, sizeof(properties));
    properties._flags = AMQP_BASIC_CONTENT_TYPE_FLAG;
    properties.content_type = amqp_cstring_bytes("application/octet-stream");
    int status =
        otelmq_amqp_basic_publish(self->traced, CHANNEL, amqp_empty_bytes,
                                  amqp_cstring_bytes(load.queue), 0, 0, &properties, bytes);
    load.published += status == AMQP_STATUS_OK;
    return status == AMQP_STATUS_OK;
}

static bool take_confirms(connection *self)
{
    otelmq_amqp_confirms confirms;
    amqp_maybe_release_buffers(self->raw);
    amqp_rpc_reply_t reply =
        otelmq_amqp_wait_confirms(self->traced, CHANNEL, &CONFIRM_TIMEOUT, &confirms);
    for (size_t i = 0; i < confirms.count; i++) {
        load.confirmed += confirms.items[i].outcome == OTELMQ_AMQP_ACKED;
    }
    return is_ok("waiting for confirms", reply);
}

static bool publish_window(connection *self)
{
    for (int i = 0; i < WINDOW; i++) {
        if (!publish_one(self)) {
            fail("basic.publish", amqp_get_rpc_reply(self->raw));
            return false;
        }
    }
    return take_confirms(self);
}

static void wait_for_room(void)
{
    while (load.published > load.consumed + MAX_IN_QUEUE && !load.has_failed) {
        usleep(1000);
    }
}

static void *publish(void *unused)
{
    (void)unused;
    connection self;
    if (!open_connection(&self)) {
        load.has_failed = true;
        return NULL;
    }
    otelmq_amqp_confirm_select(self.traced, CHANNEL);
    bool goes_on = is_ok("confirm.select", amqp_get_rpc_reply(self.raw));
    while (goes_on && !load.is_stopping && !load.has_failed) {
        wait_for_room();
        goes_on = publish_window(&self);
    }
    close_connection(&self);
    return NULL;
}

/* --- Consuming --- */

static otelmq_amqp_answer handle(void *user, otelmq_amqp_connection *traced,
                                 const amqp_envelope_t *envelope)
{
    (void)user;
    (void)envelope;
    load.consumed++;
    if (load.has_failed) {
        otelmq_amqp_stop(traced);
    }
    return OTELMQ_AMQP_ACK;
}

static bool is_done(void)
{
    return load.has_failed || (load.is_published && load.consumed == load.published);
}

/* It is idle for good when nobody publishes any more. */
static void *consume(void *unused)
{
    (void)unused;
    connection self;
    if (!open_connection(&self)) {
        load.has_failed = true;
        return NULL;
    }
    otelmq_amqp_run_options options = {.queue = amqp_cstring_bytes(load.queue),
                                       .prefetch = PREFETCH,
                                       .stop_when_idle_ms = IDLE_MS};
    bool goes_on = true;
    while (goes_on && !is_done()) {
        goes_on = is_ok("consuming", otelmq_amqp_run(self.traced, handle, NULL, &options));
    }
    close_connection(&self);
    return NULL;
}

/* --- The load --- */

static bool change_queue(bool is_wanted)
{
    connection self;
    if (!open_connection(&self)) {
        return false;
    }
    amqp_bytes_t queue = amqp_cstring_bytes(load.queue);
    if (is_wanted) {
        amqp_queue_declare(self.raw, CHANNEL, queue, 0, 0, 0, 0, amqp_empty_table);
    } else {
        amqp_queue_delete(self.raw, CHANNEL, queue, 0, 0);
    }
    bool is_changed = is_ok("queue", amqp_get_rpc_reply(self.raw));
    close_connection(&self);
    return is_changed;
}

static bool start(void *self)
{
    (void)self;
    (void)snprintf(load.queue, sizeof(load.queue), "otelmq-soak-%ld", (long)getpid());
    return change_queue(true) && pthread_create(&load.consumer, NULL, consume, NULL) == 0 &&
           pthread_create(&load.publisher, NULL, publish, NULL) == 0;
}

static soak_counts counts(void *self)
{
    (void)self;
    return (soak_counts){.published = load.published,
                         .confirmed = load.confirmed,
                         .consumed = load.consumed,
                         .has_failed = load.has_failed};
}

static void stop(void *self)
{
    (void)self;
    load.is_stopping = true;
    pthread_join(load.publisher, NULL);
    load.is_published = true;
    pthread_join(load.consumer, NULL);
    change_queue(false);
}

int main(int argument_count, char *arguments[])
{
    /* publish, process, ack. */
    const soak_load rabbitmq = {.service_name = "otelmq-soak-rabbitmq",
                                .spans_of_a_message = 3,
                                .start = start,
                                .counts = counts,
                                .stop = stop};
    return soak_main(&rabbitmq, argument_count, arguments);
}
