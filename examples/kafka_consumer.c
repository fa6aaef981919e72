/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Consumes messages from a Kafka topic in a consumer group, and continues the trace of each.
 *
 *     OTEL_TRACES_EXPORTER=console ./kafka_consumer orders --count 1
 *
 * The arguments are the topic and, if it is to stop by itself, how many messages to take; Ctrl-C
 * stops it too. KAFKA_BROKERS names the brokers, 127.0.0.1:9092 by default. You will see each value
 * with the trace that it continues, and the spans poll, process and commit.
 */
#include <otelmq/kafka.h>
#include <otelmq/otelmq.h>

#include <signal.h>
#include <stdlib.h>

static volatile sig_atomic_t is_stopping;
static void stop(int signal_number)
{
    is_stopping = signal_number;
}

/* librdkafka tries again by itself; this is for the person who waits. */
static void on_error(rd_kafka_t *consumer, int err, const char *reason, void *user)
{
    fprintf(stderr, "Kafka: %s (%d). Is it running, and KAFKA_BROKERS right?\n", reason, err);
    (void)consumer, (void)user;
}

static rd_kafka_t *create_consumer(void)
{
    const char *settings[][2] = {
        {"bootstrap.servers", getenv("KAFKA_BROKERS")},
        {"group.id", "printer"},
        {"auto.offset.reset", "earliest"},
        {"enable.auto.commit", "false"},
        {"session.timeout.ms", "6000"}, /* so long the group waits for a member that died */
        {"log_level", "0"}, /* on_error says it better */
    };
    char error[512] = "the trace interceptors could not be set";
    rd_kafka_conf_t *conf = rd_kafka_conf_new();
    rd_kafka_conf_set_error_cb(conf, on_error);
    bool ok = otelmq_kafka_conf_trace(conf, NULL) == OTELMQ_OK;
    for (size_t i = 0; ok && i < sizeof(settings) / sizeof(settings[0]); i++) {
        ok = rd_kafka_conf_set(conf, settings[i][0], settings[i][1], error, sizeof(error)) == 0;
    }
    rd_kafka_t *consumer = ok ? rd_kafka_new(RD_KAFKA_CONSUMER, conf, error, sizeof(error)) : NULL;
    if (consumer == NULL) {
        fprintf(stderr, "Kafka: %s\n", error);
    }
    if (!ok) {
        rd_kafka_conf_destroy(conf); /* never after rd_kafka_new, see <otelmq/kafka_client.h> */
    }
    return consumer;
}

static bool subscribe(rd_kafka_t *consumer, const char *topic)
{
    rd_kafka_poll_set_consumer(consumer); /* or on_error is never called */
    rd_kafka_topic_partition_list_t *topics = rd_kafka_topic_partition_list_new(1);
    rd_kafka_topic_partition_list_add(topics, topic, RD_KAFKA_PARTITION_UA);
    rd_kafka_resp_err_t err = rd_kafka_subscribe(consumer, topics);
    rd_kafka_topic_partition_list_destroy(topics);
    if (err != RD_KAFKA_RESP_ERR_NO_ERROR) {
        fprintf(stderr, "Kafka: topic %s: %s\n", topic, rd_kafka_err2str(err));
    }
    return err == RD_KAFKA_RESP_ERR_NO_ERROR;
}

/* Takes one message if there is one within half a second; returns how many it was. */
static long consume(rd_kafka_t *consumer)
{
    rd_kafka_message_t *message = otelmq_kafka_consumer_poll(consumer, 500);
    if (message == NULL) {
        return 0;
    }
    if (message->err != RD_KAFKA_RESP_ERR_NO_ERROR) {
        fprintf(stderr, "Kafka: %s\n%s\n", rd_kafka_message_errstr(message),
                "To make a topic: kafka-topics.sh --bootstrap-server HOST --create --topic NAME");
        rd_kafka_message_destroy(message);
        return 0;
    }
    otelmq_scope scope = otelmq_kafka_process_start(consumer, message);
    char trace_id[OTELMQ_TRACE_ID_HEX_SIZE];
    otelmq_trace_id_format(otelmq_span_get_context(scope.span)->trace_id, trace_id);
    printf("%.*s in trace %s\n", (int)message->len, (const char *)message->payload, trace_id);
    rd_kafka_resp_err_t err = otelmq_kafka_commit_message(consumer, message, 0);
    if (err != RD_KAFKA_RESP_ERR_NO_ERROR) {
        fprintf(stderr, "Kafka: not committed, will come again: %s\n", rd_kafka_err2str(err));
    }
    otelmq_scope_end(&scope);
    rd_kafka_message_destroy(message);
    return 1;
}

int main(int argument_count, char *arguments[])
{
    long limit = argument_count == 4 ? strtol(arguments[3], NULL, 10) : 0;
    if (argument_count != 2 && (limit <= 0 || strcmp(arguments[2], "--count") != 0)) {
        fprintf(stderr, "usage: %s TOPIC [--count N]\n", arguments[0]);
        return 2;
    }
    setvbuf(stdout, NULL, _IOLBF, 0);
    signal(SIGINT, stop);
    signal(SIGTERM, stop);
    setenv("KAFKA_BROKERS", "127.0.0.1:9092", 0);
    otelmq_sdk *sdk = NULL;
    otelmq_diagnostics_set(otelmq_diagnostics_stderr, NULL, OTELMQ_SEVERITY_WARNING);
    otelmq_sdk_options options = {.service_name = "printer"};
    rd_kafka_t *consumer = NULL;
    bool ok = otelmq_sdk_start(&options, &sdk) == OTELMQ_OK &&
              (consumer = create_consumer()) != NULL && subscribe(consumer, arguments[1]);
    for (long count = 0; ok && !is_stopping && (limit == 0 || count < limit);) {
        count += consume(consumer);
    }
    if (consumer != NULL) {
        rd_kafka_destroy(consumer); /* leaves the group, too */
    }
    otelmq_sdk_shutdown(sdk, 5000);
    return ok ? 0 : 1;
}
