/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A worker: publishes a result for each message of a RabbitMQ queue into another one, acknowledges
 * the message when the broker has confirmed its result, and survives lost connections.
 *
 *     amqp-declare-queue -q orders && amqp-declare-queue -q invoices
 *     amqp-publish -r orders -b hello
 *     OTEL_TRACES_EXPORTER=console ./rabbitmq_worker orders invoices
 *
 * Ctrl-C stops it. RABBITMQ_URL names the broker, amqp://guest:guest@127.0.0.1:5672/ by default.
 * You will see each body, and the spans "process orders" with "publish invoices" and "ack orders".
 */
#include <otelmq/amqp.h>
#include <otelmq/otelmq.h>

#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

static otelmq_amqp_connection *connection;
static volatile sig_atomic_t is_stopping;

static void stop(int signal_number)
{
    is_stopping = signal_number;
    otelmq_amqp_stop(connection);
}

/* NULL when there is no broker. */
static amqp_connection_state_t log_in(void)
{
    char url[512];
    struct amqp_connection_info broker;
    /* Without this, RabbitMQ does not tell its consumers that their queue was deleted. */
    amqp_table_entry_t notify = {amqp_cstring_bytes("consumer_cancel_notify"),
                                 {.kind = AMQP_FIELD_KIND_BOOLEAN, .value.boolean = 1}};
    amqp_table_entry_t capabilities = {
        amqp_cstring_bytes("capabilities"),
        {.kind = AMQP_FIELD_KIND_TABLE, .value.table = {1, &notify}}};
    amqp_table_t properties = {1, &capabilities};
    snprintf(url, sizeof(url), "%s", getenv("RABBITMQ_URL"));
    amqp_connection_state_t raw = amqp_new_connection();
    if (amqp_parse_url(url, &broker) == AMQP_STATUS_OK &&
        amqp_socket_open(amqp_tcp_socket_new(raw), broker.host, broker.port) == AMQP_STATUS_OK &&
        amqp_login_with_properties(raw, broker.vhost[0] != '\0' ? broker.vhost : "/", 0,
                                   AMQP_DEFAULT_FRAME_SIZE, 10, &properties, AMQP_SASL_METHOD_PLAIN,
                                   broker.user, broker.password)
                .reply_type == AMQP_RESPONSE_NORMAL) {
        return raw;
    }
    fprintf(stderr, "No RabbitMQ, or no login, at RABBITMQ_URL: start one, or set it.\n");
    amqp_destroy_connection(raw);
    return NULL;
}

/* Of messages that an earlier wait gave up, the confirms may come first. */
static bool is_confirmed(const otelmq_amqp_confirms *confirms, uint64_t delivery_tag)
{
    for (size_t i = 0; i < confirms->count; i++) {
        if (confirms->items[i].delivery_tag == delivery_tag) {
            return confirms->items[i].outcome == OTELMQ_AMQP_ACKED;
        }
    }
    return false;
}

/* Everything here is inside the process span of the message. */
static otelmq_amqp_answer handle(void *target, otelmq_amqp_connection *self,
                                 const amqp_envelope_t *envelope)
{
    otelmq_amqp_confirms confirms;
    amqp_bytes_t body = envelope->message.body;
    uint64_t delivery_tag = otelmq_amqp_next_publish_tag(self, 1);
    int status = otelmq_amqp_basic_publish(self, 1, amqp_empty_bytes, amqp_cstring_bytes(target), 1,
                                           0, NULL, body);
    otelmq_amqp_wait_confirms(self, 1, &(struct timeval){.tv_sec = 10}, &confirms);
    if (status != AMQP_STATUS_OK || !is_confirmed(&confirms, delivery_tag)) {
        fprintf(stderr, "Not confirmed: is there a queue %s?\n", (const char *)target);
        sleep(1);
        return OTELMQ_AMQP_REQUEUE;
    }
    printf("%.*s\n", (int)body.len, (const char *)body.bytes);
    return OTELMQ_AMQP_ACK;
}

/* Until it is stopped. After a failure it begins again, with a new connection. */
static void work(amqp_connection_state_t *raw, const char *queue, char *target)
{
    const otelmq_amqp_run_options options = {.queue = amqp_cstring_bytes(queue)};
    for (;;) {
        otelmq_amqp_channel_open(connection, 1);
        otelmq_amqp_confirm_select(connection, 1);
        if (otelmq_amqp_run(connection, handle, target, &options).reply_type ==
            AMQP_RESPONSE_NORMAL) {
            return;
        }
        fprintf(stderr, "Disconnected, or no queue %s (amqp-declare-queue -q NAME).\n", queue);
        otelmq_amqp_connection_replace(connection, NULL);
        amqp_destroy_connection(*raw);
        do {
            sleep(1);
        } while ((*raw = log_in()) == NULL && !is_stopping);
        otelmq_amqp_connection_replace(connection, *raw);
    }
}

int main(int argument_count, char *arguments[])
{
    if (argument_count != 3) {
        fprintf(stderr, "usage: %s QUEUE TARGET\n", arguments[0]);
        return 2;
    }
    setenv("RABBITMQ_URL", "amqp://guest:guest@127.0.0.1:5672/", 0);
    setvbuf(stdout, NULL, _IOLBF, 0);
    otelmq_diagnostics_set(otelmq_diagnostics_stderr, NULL, OTELMQ_SEVERITY_WARNING);
    otelmq_sdk *sdk = NULL;
    otelmq_sdk_options options = {.service_name = "worker"};
    amqp_connection_state_t raw = log_in();
    if (raw == NULL || otelmq_sdk_start(&options, &sdk) != OTELMQ_OK ||
        otelmq_amqp_connection_create(raw, NULL, &connection) != OTELMQ_OK) {
        return 1;
    }
    signal(SIGINT, stop);
    signal(SIGTERM, stop);
    work(&raw, arguments[1], arguments[2]);
    signal(SIGINT, SIG_IGN);
    signal(SIGTERM, SIG_IGN);
    otelmq_amqp_connection_close(connection, AMQP_REPLY_SUCCESS);
    otelmq_amqp_connection_destroy(connection);
    amqp_destroy_connection(raw);
    otelmq_sdk_shutdown(sdk, 5000);
    return 0;
}
