/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A worker: handles the messages of a Kafka topic in a group, and sends on what it cannot handle to
 * a dead-letter topic, in the same trace.
 *
 *     OTEL_TRACES_EXPORTER=console ./kafka_worker orders orders-dead
 *
 * A message is handled when its value is a number; any other is tried twice more, a second later,
 * and then goes to the second topic. Start several, and stop one: no message is lost. Ctrl-C stops
 * it. KAFKA_BROKERS names the brokers, 127.0.0.1:9092 by default. You will see each number, and the
 * spans "poll orders", "process orders", "commit orders" and "send orders-dead".
 */
#include <otelmq/kafka.h>
#include <otelmq/otelmq.h>

#include <signal.h>
#include <stdlib.h>

static rd_kafka_t *consumer;

static void stop(int signal_number)
{
    (void)signal_number;
    otelmq_kafka_stop(consumer);
}

/* librdkafka tries again by itself; this is for the person who waits. */
static void on_error(rd_kafka_t *client, int err, const char *reason, void *user)
{
    fprintf(stderr, "Kafka: %s (%d). Is it running, and KAFKA_BROKERS right?\n", reason, err);
    (void)client, (void)user;
}

static rd_kafka_t *create_client(rd_kafka_type_t type)
{
    const char *settings[][2] = {
        {"bootstrap.servers", getenv("KAFKA_BROKERS")},
        {"log_level", "0"}, /* on_error says it better */
        {"group.id", "workers"},
        {"auto.offset.reset", "earliest"},
        {"enable.auto.commit", "false"}, /* the loop commits what was handled */
        {"session.timeout.ms", "6000"}, /* so long the group waits for a member that died */
    };
    size_t count = type == RD_KAFKA_CONSUMER ? sizeof(settings) / sizeof(settings[0]) : 2;
    char error[512] = "the trace interceptors could not be set";
    rd_kafka_conf_t *conf = rd_kafka_conf_new();
    rd_kafka_conf_set_error_cb(conf, on_error);
    if (type == RD_KAFKA_CONSUMER) {
        rd_kafka_conf_set_rebalance_cb(conf, otelmq_kafka_rebalance);
    }
    bool ok = otelmq_kafka_conf_trace(conf, NULL) == OTELMQ_OK;
    for (size_t i = 0; ok && i < count; i++) {
        ok = rd_kafka_conf_set(conf, settings[i][0], settings[i][1], error, sizeof(error)) == 0;
    }
    rd_kafka_t *client = ok ? rd_kafka_new(type, conf, error, sizeof(error)) : NULL;
    if (client == NULL) {
        fprintf(stderr, "Kafka: %s\n", error);
        exit(1);
    }
    return client;
}

/* Everything here is inside the process span of the message. */
static otelmq_kafka_answer handle(void *user, rd_kafka_t *from, const rd_kafka_message_t *message)
{
    int len = (int)message->len;
    const char *value = message->payload;
    (void)user, (void)from;
    for (int i = 0; i < len; i++) {
        if (value[i] < '0' || value[i] > '9') {
            fprintf(stderr, "%.*s is no number\n", len, value);
            otelmq_span_record_error(otelmq_context_span(NULL), "NoNumber", NULL);
            return OTELMQ_KAFKA_RETRY;
        }
    }
    printf("%.*s\n", len, value);
    return OTELMQ_KAFKA_DONE;
}

static rd_kafka_resp_err_t work(rd_kafka_t *producer, const char *topic, const char *dead_letters)
{
    otelmq_kafka_run_options options = {
        .producer = producer, .dead_letter_topic = dead_letters, .max_retries = 2};
    rd_kafka_topic_partition_list_t *topics = rd_kafka_topic_partition_list_new(1);
    rd_kafka_topic_partition_list_add(topics, topic, RD_KAFKA_PARTITION_UA);
    rd_kafka_poll_set_consumer(consumer); /* or on_error is never called */
    rd_kafka_resp_err_t err = rd_kafka_subscribe(consumer, topics);
    rd_kafka_topic_partition_list_destroy(topics);
    return err != 0 ? err : otelmq_kafka_run(consumer, handle, NULL, &options);
}

int main(int argument_count, char *arguments[])
{
    if (argument_count != 3) {
        fprintf(stderr, "usage: %s TOPIC DEAD_LETTER_TOPIC\n", arguments[0]);
        return 2;
    }
    setvbuf(stdout, NULL, _IOLBF, 0);
    setenv("KAFKA_BROKERS", "127.0.0.1:9092", 0);
    otelmq_sdk *sdk = NULL;
    otelmq_diagnostics_set(otelmq_diagnostics_stderr, NULL, OTELMQ_SEVERITY_WARNING);
    if (otelmq_sdk_start(&(otelmq_sdk_options){.service_name = "worker"}, &sdk) != OTELMQ_OK) {
        return 1;
    }
    rd_kafka_t *producer = create_client(RD_KAFKA_PRODUCER);
    consumer = create_client(RD_KAFKA_CONSUMER);
    signal(SIGINT, stop);
    signal(SIGTERM, stop);
    rd_kafka_resp_err_t err = work(producer, arguments[1], arguments[2]);
    if (err != RD_KAFKA_RESP_ERR_NO_ERROR) {
        fprintf(stderr, "Kafka: %s\n", rd_kafka_err2str(err));
    }
    rd_kafka_destroy(consumer); /* leaves the group, too */
    rd_kafka_destroy(producer);
    otelmq_sdk_shutdown(sdk, 5000);
    return err == RD_KAFKA_RESP_ERR_NO_ERROR ? 0 : 1;
}
