/* SPDX-License-Identifier: Apache-2.0 */
#include "rabbit.h"

#include "service.h"
#include "topology.h"

#include <stdlib.h>

enum { CONNECT_TIMEOUT_S = 5, HEARTBEAT_S = 30, PREFETCH_COUNT = 16 };

/* Drops the connection without a word to the broker, which requeues what was not acknowledged. */
static void give_up(rabbit *connection)
{
    otelmq_amqp_connection_destroy(connection->traced);
    connection->traced = NULL;
    if (connection->raw != NULL) {
        amqp_destroy_connection(connection->raw);
        connection->raw = NULL;
    }
}

void rabbit_lose(rabbit *connection, const char *what, const amqp_failure *failure)
{
    service_warn("RabbitMQ: %s: %s", what, failure->text);
    give_up(connection);
}

/* amqp_parse_url writes into its argument, and leaves the vhost of ".../" empty. */
static bool read_address(rabbit *connection)
{
    const char *url = getenv("RABBITMQ_URL");
    url = url != NULL ? url : "amqp://guest:guest@127.0.0.1:5672/";
    int len = snprintf(connection->url, sizeof(connection->url), "%s", url);
    if ((size_t)len >= sizeof(connection->url) ||
        amqp_parse_url(connection->url, &connection->address) != AMQP_STATUS_OK ||
        connection->address.ssl) {
        service_warn("RABBITMQ_URL must look like amqp://user:password@host:port/vhost");
        service_fail();
        return false;
    }
    if (connection->address.vhost[0] == '\0') {
        static char default_vhost[] = "/";
        connection->address.vhost = default_vhost;
    }
    return true;
}

static bool open_socket(rabbit *connection)
{
    const struct amqp_connection_info *address = &connection->address;
    struct timeval timeout = {.tv_sec = CONNECT_TIMEOUT_S};
    amqp_socket_t *socket = amqp_tcp_socket_new(connection->raw);
    int status = socket == NULL
                     ? AMQP_STATUS_NO_MEMORY
                     : amqp_socket_open_noblock(socket, address->host, address->port, &timeout);
    if (status != AMQP_STATUS_OK) {
        service_warn("no RabbitMQ at %s:%d (%s): waiting; start it, or set RABBITMQ_URL",
                     address->host, address->port, amqp_error_string2(status));
    }
    return status == AMQP_STATUS_OK;
}

static const char *login_remedy(const amqp_failure *failure)
{
    if (failure->code == AMQP_ACCESS_REFUSED) {
        return "check user and password in RABBITMQ_URL";
    }
    if (failure->code == AMQP_NOT_ALLOWED) {
        return "check the vhost at the end of RABBITMQ_URL (rabbitmqctl list_vhosts)";
    }
    return "trying again";
}

static bool log_in(rabbit *connection)
{
    const struct amqp_connection_info *address = &connection->address;
    struct timeval timeout = {.tv_sec = CONNECT_TIMEOUT_S};
    amqp_set_handshake_timeout(connection->raw, &timeout);
    amqp_set_rpc_timeout(connection->raw, &timeout);
    amqp_rpc_reply_t reply =
        amqp_login(connection->raw, address->vhost, 0, AMQP_DEFAULT_FRAME_SIZE, HEARTBEAT_S,
                   AMQP_SASL_METHOD_PLAIN, address->user, address->password);
    if (reply.reply_type == AMQP_RESPONSE_NORMAL) {
        return true;
    }
    amqp_failure failure = amqp_failure_from_reply(reply);
    service_warn("RabbitMQ at %s:%d: %s; %s", address->host, address->port, failure.text,
                 login_remedy(&failure));
    if (amqp_failure_is_refusal(&failure) && !connection->was_connected) {
        service_fail();
    }
    return false;
}

/* A consumer's prefetch bounds what is delivered again after a crash; a publisher has confirms. */
static bool prepare_channel(rabbit *connection)
{
    amqp_connection_state_t raw = connection->raw;
    bool ok =
        amqp_channel_open(raw, RABBIT_CHANNEL) != NULL && topology_declare(raw, RABBIT_CHANNEL);
    if (ok && connection->queue != NULL) {
        ok = amqp_basic_qos(raw, RABBIT_CHANNEL, 0, PREFETCH_COUNT, 0) != NULL &&
             amqp_basic_consume(raw, RABBIT_CHANNEL, amqp_cstring_bytes(connection->queue),
                                amqp_empty_bytes, 0, 0, 0, amqp_empty_table) != NULL;
    } else if (ok) {
        ok = amqp_confirm_select(raw, RABBIT_CHANNEL) != NULL;
    }
    if (!ok) {
        amqp_failure failure = amqp_failure_from_reply(amqp_get_rpc_reply(raw));
        service_warn("RabbitMQ: queues of the pipeline: %s; trying again", failure.text);
    }
    return ok;
}

static void try_to_connect(rabbit *connection)
{
    connection->raw = amqp_new_connection();
    if (connection->raw == NULL || !open_socket(connection) || !log_in(connection) ||
        !prepare_channel(connection) ||
        otelmq_amqp_connection_create(connection->raw, NULL, &connection->traced) != OTELMQ_OK) {
        give_up(connection);
        return;
    }
    service_log("%s to RabbitMQ at %s:%d",
                connection->was_connected ? "connected again" : "connected",
                connection->address.host, connection->address.port);
    connection->was_connected = true;
}

bool rabbit_connect(rabbit *connection)
{
    if (connection->address.host == NULL && !read_address(connection)) {
        return false;
    }
    while (connection->raw == NULL && !service_is_stopping()) {
        retry_wait(&connection->tries);
        try_to_connect(connection);
    }
    return connection->raw != NULL;
}

/* A frame that is no delivery, a close or a cancel, waits to be read where this is "unexpected". */
static amqp_failure receive_failure(amqp_connection_state_t raw, amqp_rpc_reply_t reply)
{
    amqp_frame_t frame;
    struct timeval at_once = {0};
    if (reply.library_error == AMQP_STATUS_UNEXPECTED_STATE &&
        amqp_simple_wait_frame_noblock(raw, &frame, &at_once) == AMQP_STATUS_OK &&
        frame.frame_type == AMQP_FRAME_METHOD) {
        return amqp_failure_from_close(frame.payload.method);
    }
    return amqp_failure_from_reply(reply);
}

bool rabbit_receive(rabbit *connection, amqp_envelope_t *envelope)
{
    if (!rabbit_connect(connection)) {
        return false;
    }
    struct timeval timeout = {.tv_usec = 500000};
    amqp_maybe_release_buffers(connection->raw);
    amqp_rpc_reply_t reply = otelmq_amqp_consume_message(connection->traced, envelope, &timeout, 0);
    bool is_received = reply.reply_type == AMQP_RESPONSE_NORMAL;
    if (!is_received && reply.library_error != AMQP_STATUS_TIMEOUT) {
        amqp_failure failure = receive_failure(connection->raw, reply);
        rabbit_lose(connection, "receiving", &failure);
        return false;
    }
    connection->tries = (retry){0};
    return is_received;
}

static void check_settled(rabbit *connection, int status)
{
    if (status != AMQP_STATUS_OK) {
        amqp_failure failure = amqp_failure_from_status(status);
        rabbit_lose(connection, "acknowledging, so the order will come again", &failure);
    }
}

void rabbit_ack(rabbit *connection, const amqp_envelope_t *envelope)
{
    check_settled(connection, otelmq_amqp_basic_ack(connection->traced, RABBIT_CHANNEL,
                                                    envelope->delivery_tag, 0));
}

void rabbit_reject(rabbit *connection, const amqp_envelope_t *envelope)
{
    check_settled(connection, otelmq_amqp_basic_nack(connection->traced, RABBIT_CHANNEL,
                                                     envelope->delivery_tag, 0, 0));
}

void rabbit_close(rabbit *connection)
{
    if (connection->raw != NULL) {
        amqp_connection_close(connection->raw, AMQP_REPLY_SUCCESS);
    }
    give_up(connection);
}
