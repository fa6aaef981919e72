/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Takes messages from a RabbitMQ queue and produces them to a Kafka topic, in the trace of each.
 *
 *     OTEL_TRACES_EXPORTER=console ./bridge orders valid-orders --count 1
 *
 * It stops after --count messages, or with Ctrl-C. RABBITMQ_URL and KAFKA_BROKERS name the brokers.
 * RabbitMQ gets its ack once Kafka has the message, so that none is lost. You will see the spans
 * receive and process and, as children of process, send for Kafka and ack for RabbitMQ.
 */
#include <otelmq/amqp.h>
#include <otelmq/kafka.h>
#include <otelmq/otelmq.h>

#include <signal.h>
#include <stdlib.h>

static volatile sig_atomic_t is_stopping;
static void stop(int signal_number)
{
    is_stopping = signal_number;
}

/* Unless is_fine, prints what to do about it, and ends the program. */
static void require(bool is_fine, const char *remedy)
{
    if (!is_fine) {
        fprintf(stderr, "bridge: %s\n", remedy);
        exit(1);
    }
}

static amqp_connection_state_t log_in(void)
{
    char url[512];
    struct amqp_connection_info broker;
    amqp_connection_state_t raw = amqp_new_connection();
    snprintf(url, sizeof(url), "%s", getenv("RABBITMQ_URL"));
    require(amqp_parse_url(url, &broker) == 0 &&
                amqp_socket_open(amqp_tcp_socket_new(raw), broker.host, broker.port) == 0,
            "no broker: start it, or set RABBITMQ_URL to amqp://user:password@host:port/vhost");
    const char *vhost = broker.vhost[0] != '\0' ? broker.vhost : "/";
    amqp_rpc_reply_t reply = amqp_login(raw, vhost, 0, AMQP_DEFAULT_FRAME_SIZE, 0,
                                        AMQP_SASL_METHOD_PLAIN, broker.user, broker.password);
    require(reply.reply_type == AMQP_RESPONSE_NORMAL,
            "RABBITMQ_URL: wrong user, password or vhost");
    return raw;
}

static otelmq_amqp_connection *open_queue(amqp_connection_state_t raw, const char *queue)
{
    otelmq_amqp_connection *connection = NULL;
    require(otelmq_amqp_connection_create(raw, NULL, &connection) == OTELMQ_OK, "out of memory");
    otelmq_amqp_channel_open(connection, 1);
    require(otelmq_amqp_basic_consume(connection, 1, amqp_cstring_bytes(queue), amqp_empty_bytes, 0,
                                      0, 0, amqp_empty_table) != NULL,
            "no such queue; to declare it: amqp-declare-queue -q NAME");
    return connection;
}

static void on_delivery(rd_kafka_t *producer, const rd_kafka_message_t *message, void *user)
{
    *(rd_kafka_resp_err_t *)message->_private = message->err;
    (void)producer, (void)user;
}

static rd_kafka_t *create_producer(void)
{
    char error[512];
    rd_kafka_conf_t *conf = rd_kafka_conf_new();
    rd_kafka_conf_set_dr_msg_cb(conf, on_delivery);
    rd_kafka_conf_set(conf, "bootstrap.servers", getenv("KAFKA_BROKERS"), error, sizeof(error));
    rd_kafka_conf_set(conf, "message.timeout.ms", "10000", error, sizeof(error));
    require(otelmq_kafka_conf_trace(conf, NULL) == OTELMQ_OK, "Kafka cannot be traced");
    rd_kafka_t *producer = rd_kafka_new(RD_KAFKA_PRODUCER, conf, error, sizeof(error));
    require(producer != NULL, error);
    return producer;
}

int main(int argument_count, char *arguments[])
{
    long limit = argument_count == 5 ? strtol(arguments[4], NULL, 10) : 0;
    require(argument_count == 3 || limit > 0, "usage: bridge QUEUE TOPIC [--count N]");
    setvbuf(stdout, NULL, _IOLBF, 0);
    signal(SIGINT, stop);
    signal(SIGTERM, stop);
    setenv("RABBITMQ_URL", "amqp://guest:guest@127.0.0.1:5672/", 0);
    setenv("KAFKA_BROKERS", "127.0.0.1:9092", 0);
    otelmq_diagnostics_set(otelmq_diagnostics_stderr, NULL, OTELMQ_SEVERITY_WARNING);
    amqp_connection_state_t raw = log_in();
    otelmq_amqp_connection *connection = open_queue(raw, arguments[1]);
    otelmq_sdk *sdk = NULL;
    setenv("OTEL_SERVICE_NAME", "bridge", 0);
    require(otelmq_sdk_start(NULL, &sdk) == OTELMQ_OK, "tracing: check the OTEL_ variables");
    rd_kafka_t *producer = create_producer();
    for (long count = 0; !is_stopping && (limit == 0 || count < limit);) {
        amqp_envelope_t envelope;
        struct timeval timeout = {.tv_usec = 500000};
        amqp_rpc_reply_t reply = otelmq_amqp_consume_message(connection, &envelope, &timeout, 0);
        if (reply.library_error == AMQP_STATUS_TIMEOUT) {
            continue;
        }
        require(reply.reply_type == AMQP_RESPONSE_NORMAL, "RabbitMQ went away; start again");
        otelmq_scope scope = otelmq_amqp_process_start(connection, &envelope);
        amqp_bytes_t body = envelope.message.body;
        rd_kafka_resp_err_t result = RD_KAFKA_RESP_ERR__IN_PROGRESS; /* until on_delivery sets it */
        rd_kafka_producev(
            producer, RD_KAFKA_V_TOPIC(arguments[2]), RD_KAFKA_V_VALUE(body.bytes, body.len),
            RD_KAFKA_V_MSGFLAGS(RD_KAFKA_MSG_F_COPY), RD_KAFKA_V_OPAQUE(&result), RD_KAFKA_V_END);
        rd_kafka_flush(producer, -1); /* message.timeout.ms is the limit */
        require(result == 0, "Kafka has no such topic, or no broker is at KAFKA_BROKERS");
        otelmq_amqp_basic_ack(connection, 1, envelope.delivery_tag, 0);
        otelmq_scope_end(&scope);
        amqp_destroy_envelope(&envelope);
        amqp_maybe_release_buffers(raw);
        printf("forwarded %ld\n", ++count);
    }
    rd_kafka_destroy(producer);
    otelmq_amqp_connection_close(connection, AMQP_REPLY_SUCCESS);
    otelmq_amqp_connection_destroy(connection);
    amqp_destroy_connection(raw);
    otelmq_sdk_shutdown(sdk, 5000);
    return 0;
}
