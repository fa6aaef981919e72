/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Consumes messages from a RabbitMQ queue, and continues the trace of each.
 *
 *     amqp-declare-queue -q orders
 *     OTEL_TRACES_EXPORTER=console ./rabbitmq_consumer orders --count 1
 *
 * The arguments are the queue and, if it is to stop by itself, how many messages to take; Ctrl-C
 * stops it too. RABBITMQ_URL names the broker, amqp://guest:guest@127.0.0.1:5672/ by default. You
 * will see each body with the trace that it continues, and the spans receive, process and ack.
 */
#include <otelmq/amqp.h>
#include <otelmq/otelmq.h>

#include <signal.h>
#include <stdlib.h>

static volatile sig_atomic_t is_stopping;
static void stop(int signal_number)
{
    is_stopping = signal_number;
}

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

/* Traced, so that spans know the queue, and which messages are to be acknowledged. */
static bool begin(otelmq_amqp_connection *connection, const char *queue)
{
    otelmq_amqp_channel_open(connection, 1);
    otelmq_amqp_basic_consume(connection, 1, amqp_cstring_bytes(queue), amqp_empty_bytes, 0, 0, 0,
                              amqp_empty_table);
    return !has_failed(amqp_get_rpc_reply(otelmq_amqp_connection_raw(connection)),
                       "To declare a queue: amqp-declare-queue -q NAME");
}

/* Takes one message if there is one within half a second. */
static bool consume(otelmq_amqp_connection *connection, long *count)
{
    amqp_envelope_t envelope;
    struct timeval timeout = {.tv_usec = 500000};
    amqp_maybe_release_buffers(otelmq_amqp_connection_raw(connection));
    amqp_rpc_reply_t reply = otelmq_amqp_consume_message(connection, &envelope, &timeout, 0);
    if (reply.library_error == AMQP_STATUS_TIMEOUT) {
        return true;
    }
    if (has_failed(reply, "Was the broker stopped, or the queue deleted? Then start again.")) {
        return false;
    }
    otelmq_scope scope = otelmq_amqp_process_start(connection, &envelope);
    char trace_id[OTELMQ_TRACE_ID_HEX_SIZE];
    otelmq_trace_id_format(otelmq_span_get_context(scope.span)->trace_id, trace_id);
    printf("%.*s in trace %s\n", (int)envelope.message.body.len,
           (const char *)envelope.message.body.bytes, trace_id);
    int status = otelmq_amqp_basic_ack(connection, 1, envelope.delivery_tag, 0);
    otelmq_scope_end(&scope);
    amqp_destroy_envelope(&envelope);
    (*count)++;
    return status == AMQP_STATUS_OK;
}

int main(int argument_count, char *arguments[])
{
    long limit = argument_count == 4 ? strtol(arguments[3], NULL, 10) : 0;
    if (argument_count != 2 && (limit <= 0 || strcmp(arguments[2], "--count") != 0)) {
        fprintf(stderr, "usage: %s QUEUE [--count N]\n", arguments[0]);
        return 2;
    }
    setvbuf(stdout, NULL, _IOLBF, 0);
    signal(SIGINT, stop);
    signal(SIGTERM, stop);
    setenv("RABBITMQ_URL", "amqp://guest:guest@127.0.0.1:5672/", 0);
    char url[512];
    snprintf(url, sizeof(url), "%s", getenv("RABBITMQ_URL"));
    otelmq_sdk *sdk = NULL;
    otelmq_diagnostics_set(otelmq_diagnostics_stderr, NULL, OTELMQ_SEVERITY_WARNING);
    otelmq_sdk_options options = {.service_name = "printer"};
    amqp_connection_state_t raw = amqp_new_connection();
    otelmq_amqp_connection *connection = NULL;
    bool ok = otelmq_sdk_start(&options, &sdk) == OTELMQ_OK && raw != NULL && log_in(raw, url) &&
              otelmq_amqp_connection_create(raw, NULL, &connection) == OTELMQ_OK &&
              begin(connection, arguments[1]);
    for (long count = 0; ok && !is_stopping && (limit == 0 || count < limit);) {
        ok = consume(connection, &count);
    }
    otelmq_amqp_connection_close(connection, AMQP_REPLY_SUCCESS);
    otelmq_amqp_connection_destroy(connection);
    amqp_destroy_connection(raw);
    otelmq_sdk_shutdown(sdk, 5000);
    return ok ? 0 : 1;
}
