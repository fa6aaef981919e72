/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Publishes one message to RabbitMQ with the trace context in its headers, and waits until the
 * broker has confirmed it.
 *
 *     amqp-declare-queue -q orders
 *     OTEL_TRACES_EXPORTER=console ./rabbitmq_publisher "" orders '{"order": 17}'
 *
 * The arguments are exchange, routing key and body; the exchange "" takes the name of a queue as
 * its routing key. RABBITMQ_URL names the broker, amqp://guest:guest@127.0.0.1:5672/ by default.
 * You will see the trace id, and the spans "place order" and, as its child, "publish orders".
 */
#include <otelmq/amqp.h>
#include <otelmq/otelmq.h>

#include <stdlib.h>

/* Whether the call that reply belongs to failed; prints why, and what to do about it. */
static bool has_failed(amqp_rpc_reply_t reply, const char *remedy)
{
    if (reply.reply_type == AMQP_RESPONSE_NORMAL) {
        return false;
    }
    amqp_bytes_t text = amqp_cstring_bytes(amqp_error_string2(reply.library_error));
    if (reply.reply_type == AMQP_RESPONSE_SERVER_EXCEPTION) {
        bool is_channel = reply.reply.id == AMQP_CHANNEL_CLOSE_METHOD;
        text = is_channel ? ((amqp_channel_close_t *)reply.reply.decoded)->reply_text
                          : ((amqp_connection_close_t *)reply.reply.decoded)->reply_text;
    }
    fprintf(stderr, "RabbitMQ: %.*s\n%s\n", (int)text.len, (char *)text.bytes, remedy);
    return true;
}

static bool log_in(amqp_connection_state_t raw, char *url)
{
    struct amqp_connection_info broker;
    amqp_socket_t *socket = amqp_tcp_socket_new(raw);
    if (amqp_parse_url(url, &broker) != AMQP_STATUS_OK || broker.ssl) {
        fprintf(stderr, "RABBITMQ_URL must look like amqp://user:password@host:port/vhost\n");
        return false;
    }
    if (amqp_socket_open(socket, broker.host, broker.port) != AMQP_STATUS_OK) {
        fprintf(stderr, "No broker at %s:%d: start RabbitMQ, or set RABBITMQ_URL.\n", broker.host,
                broker.port);
        return false;
    }
    const char *vhost = broker.vhost[0] != '\0' ? broker.vhost : "/";
    return !has_failed(amqp_login(raw, vhost, 0, AMQP_DEFAULT_FRAME_SIZE, 0, AMQP_SASL_METHOD_PLAIN,
                                  broker.user, broker.password),
                       "Check the user, the password and the vhost in RABBITMQ_URL.");
}

/* A mandatory message that no queue takes comes back. */
static bool is_confirmed(otelmq_amqp_connection *connection)
{
    struct timeval timeout = {.tv_sec = 10};
    otelmq_amqp_confirms confirms;
    if (has_failed(
            otelmq_amqp_wait_confirms(connection, 1, &timeout, &confirms),
            "Is the exchange there (rabbitmqctl list_exchanges)? Has RabbitMQ memory left?")) {
        return false;
    }
    bool is_acked = confirms.count == 1 && confirms.items[0].outcome == OTELMQ_AMQP_ACKED;
    if (confirms.count == 1 && confirms.items[0].outcome == OTELMQ_AMQP_RETURNED) {
        fprintf(stderr, "No queue is bound there. To make one: amqp-declare-queue -q NAME\n");
    } else if (!is_acked) {
        fprintf(stderr, "RabbitMQ could not take the message. Publish it again.\n");
    }
    return is_acked;
}

static bool publish(otelmq_amqp_connection *connection, const char *exchange,
                    const char *routing_key, const char *body)
{
    otelmq_tracer *tracer = otelmq_tracer_get("rabbitmq_publisher", NULL);
    otelmq_scope scope = otelmq_tracer_start_scope(tracer, "place order", NULL);
    amqp_basic_properties_t properties = {._flags = AMQP_BASIC_DELIVERY_MODE_FLAG,
                                          .delivery_mode = AMQP_DELIVERY_PERSISTENT};
    int status = otelmq_amqp_basic_publish(connection, 1, amqp_cstring_bytes(exchange),
                                           amqp_cstring_bytes(routing_key), 1, 0, &properties,
                                           amqp_cstring_bytes(body));
    bool ok = status == AMQP_STATUS_OK && is_confirmed(connection);
    if (ok) {
        char trace_id[OTELMQ_TRACE_ID_HEX_SIZE];
        otelmq_trace_id_format(otelmq_span_get_context(scope.span)->trace_id, trace_id);
        printf("published in trace %s\n", trace_id);
    } else {
        otelmq_span_record_error(scope.span, "NotConfirmed", "RabbitMQ did not take the order");
    }
    otelmq_scope_end(&scope);
    amqp_maybe_release_buffers(otelmq_amqp_connection_raw(connection));
    return ok;
}

int main(int argument_count, char *arguments[])
{
    if (argument_count != 4) {
        fprintf(stderr, "usage: %s EXCHANGE ROUTING_KEY BODY\n", arguments[0]);
        return 2;
    }
    setenv("RABBITMQ_URL", "amqp://guest:guest@127.0.0.1:5672/", 0);
    char url[512];
    snprintf(url, sizeof(url), "%s", getenv("RABBITMQ_URL"));
    otelmq_sdk *sdk = NULL;
    otelmq_diagnostics_set(otelmq_diagnostics_stderr, NULL, OTELMQ_SEVERITY_WARNING);
    otelmq_sdk_options options = {.service_name = "shop"};
    amqp_connection_state_t raw = amqp_new_connection();
    otelmq_amqp_connection *connection = NULL;
    bool ok = otelmq_sdk_start(&options, &sdk) == OTELMQ_OK && raw != NULL && log_in(raw, url) &&
              otelmq_amqp_connection_create(raw, NULL, &connection) == OTELMQ_OK &&
              otelmq_amqp_channel_open(connection, 1) != NULL &&
              otelmq_amqp_confirm_select(connection, 1) != NULL &&
              publish(connection, arguments[1], arguments[2], arguments[3]);
    otelmq_amqp_connection_close(connection, AMQP_REPLY_SUCCESS);
    otelmq_amqp_connection_destroy(connection);
    amqp_destroy_connection(raw);
    otelmq_sdk_shutdown(sdk, 5000);
    return ok ? 0 : 1;
}
