/* SPDX-License-Identifier: Apache-2.0 */
/*
 * otelmq over librabbitmq, against the clients of other languages:
 *
 *     interop_rabbitmq publish QUEUE COUNT
 *     interop_rabbitmq consume QUEUE COUNT
 *     interop_rabbitmq consume-linked QUEUE COUNT      with OTELMQ_PARENT_LINK_ONLY
 */
#include "interop/common/c/scenario.h"

#include <otelmq/amqp.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { CHANNEL = 1, WAIT_S = 20, SHUTDOWN_TIMEOUT_MS = 5000 };

/* What the hook of a publish is told. */
typedef struct {
    otelmq_str body;
    bool is_told;
} publication;

static bool has_failed(amqp_rpc_reply_t reply, const char *what)
{
    if (reply.reply_type == AMQP_RESPONSE_NORMAL) {
        return false;
    }
    (void)fprintf(stderr, "%s failed: type %d, %s\n", what, (int)reply.reply_type,
                  amqp_error_string2(reply.library_error));
    return true;
}

static bool log_in(amqp_connection_state_t raw)
{
    char url[512];
    struct amqp_connection_info broker;
    const char *given = getenv("RABBITMQ_URL");
    (void)snprintf(url, sizeof(url), "%s", given != NULL ? given : "");
    amqp_default_connection_info(&broker);
    if (amqp_parse_url(url, &broker) != AMQP_STATUS_OK ||
        amqp_socket_open(amqp_tcp_socket_new(raw), broker.host, broker.port) != AMQP_STATUS_OK) {
        (void)fprintf(stderr, "There is no RabbitMQ at RABBITMQ_URL\n");
        return false;
    }
    return !has_failed(amqp_login(raw, broker.vhost, 0, AMQP_DEFAULT_FRAME_SIZE, 0,
                                  AMQP_SASL_METHOD_PLAIN, broker.user, broker.password),
                       "login");
}

static bool open_queue(otelmq_amqp_connection *connection, const char *queue)
{
    amqp_connection_state_t raw = otelmq_amqp_connection_raw(connection);
    otelmq_amqp_channel_open(connection, CHANNEL);
    if (has_failed(amqp_get_rpc_reply(raw), "channel.open")) {
        return false;
    }
    otelmq_amqp_queue_declare(connection, CHANNEL, amqp_cstring_bytes(queue), 0, 1, 0, 1,
                              amqp_empty_table);
    return !has_failed(amqp_get_rpc_reply(raw), "queue.declare");
}

/* The span here is the one whose context goes into the message. */
static void tell_sent(void *user, const otelmq_messaging_event *event)
{
    publication *self = user;
    scenario_tell_published(self->body, otelmq_span_get_context(event->span));
    self->is_told = true;
}

static bool publish_one(otelmq_amqp_connection *connection, const char *queue, int index,
                        publication *told)
{
    char body[16];
    (void)snprintf(body, sizeof(body), "%d", index);
    *told = (publication){.body = otelmq_str_from(body)};
    const otelmq_context *context = scenario_context(index);
    otelmq_context_token token = otelmq_context_attach(context);
    int status =
        otelmq_amqp_basic_publish(connection, CHANNEL, amqp_empty_bytes, amqp_cstring_bytes(queue),
                                  0, 0, NULL, amqp_cstring_bytes(body));
    if (!told->is_told) {
        /* Hooks are for recorded spans: of this one only the trace is known. */
        otelmq_span_context span_context = *otelmq_context_span_context(NULL);
        span_context.span_id = (otelmq_span_id){{0}};
        scenario_tell_published(told->body, &span_context);
    }
    otelmq_context_detach(token);
    otelmq_context_release(context);
    return status == AMQP_STATUS_OK;
}

static bool publish(otelmq_amqp_connection *connection, const char *queue, int count,
                    publication *told)
{
    bool ok = true;
    for (int i = 0; ok && i < count; i++) {
        ok = publish_one(connection, queue, i, told);
    }
    return ok;
}

/* The headers as [name, kind], so that two of one name are seen. */
static json_t *headers_of(const amqp_basic_properties_t *properties)
{
    json_t *headers = json_array();
    for (int i = 0; i < properties->headers.num_entries; i++) {
        const amqp_table_entry_t *entry = &properties->headers.entries[i];
        const char kind[] = {(char)entry->value.kind, '\0'};
        json_t *name = json_stringn(entry->key.bytes, entry->key.len);
        json_array_append_new(headers, json_pack("[os]", name, kind));
    }
    return headers;
}

static bool consume_one(otelmq_amqp_connection *connection)
{
    amqp_envelope_t envelope;
    struct timeval timeout = {.tv_sec = WAIT_S};
    amqp_maybe_release_buffers(otelmq_amqp_connection_raw(connection));
    if (has_failed(otelmq_amqp_consume_message(connection, &envelope, &timeout, 0), "consuming")) {
        return false;
    }
    otelmq_scope scope = otelmq_amqp_process_start(connection, &envelope);
    otelmq_str body = otelmq_str_from_bytes(envelope.message.body.bytes, envelope.message.body.len);
    scenario_tell_processed(body, scope.span, headers_of(&envelope.message.properties));
    int status = otelmq_amqp_basic_ack(connection, CHANNEL, envelope.delivery_tag, 0);
    otelmq_scope_end(&scope);
    amqp_destroy_envelope(&envelope);
    return status == AMQP_STATUS_OK;
}

static bool consume(otelmq_amqp_connection *connection, const char *queue, int count)
{
    otelmq_amqp_basic_consume(connection, CHANNEL, amqp_cstring_bytes(queue), amqp_empty_bytes, 0,
                              0, 0, amqp_empty_table);
    bool ok =
        !has_failed(amqp_get_rpc_reply(otelmq_amqp_connection_raw(connection)), "basic.consume");
    for (int i = 0; ok && i < count; i++) {
        ok = consume_one(connection);
    }
    return ok;
}

static bool run(amqp_connection_state_t raw, const char *action, const char *queue, int count)
{
    publication told = {0};
    otelmq_amqp_options options = {
        .messaging = {.hooks = {.user = &told, .on_send = tell_sent}},
    };
    if (strcmp(action, "consume-linked") == 0) {
        options.messaging.parent_mode = OTELMQ_PARENT_LINK_ONLY;
    }
    otelmq_amqp_connection *connection = NULL;
    if (otelmq_amqp_connection_create(raw, &options, &connection) != OTELMQ_OK) {
        return false;
    }
    bool ok = open_queue(connection, queue);
    if (ok) {
        ok = strcmp(action, "publish") == 0 ? publish(connection, queue, count, &told)
                                            : consume(connection, queue, count);
    }
    ok = !has_failed(otelmq_amqp_connection_close(connection, AMQP_REPLY_SUCCESS), "close") && ok;
    otelmq_amqp_connection_destroy(connection);
    return ok;
}

int main(int argument_count, char *arguments[])
{
    if (argument_count != 4) {
        (void)fprintf(stderr, "usage: %s publish|consume|consume-linked QUEUE COUNT\n",
                      arguments[0]);
        return 2;
    }
    otelmq_sdk *sdk = scenario_start();
    amqp_connection_state_t raw = amqp_new_connection();
    bool ok = sdk != NULL && raw != NULL && log_in(raw) &&
              run(raw, arguments[1], arguments[2], (int)strtol(arguments[3], NULL, 10));
    amqp_destroy_connection(raw);
    (void)otelmq_sdk_shutdown(sdk, SHUTDOWN_TIMEOUT_MS);
    return ok ? 0 : 1;
}
