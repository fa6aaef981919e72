/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Kafka under ./run soak: one thread produces and takes the delivery reports, another consumes by
 * otelmq_kafka_run, each with a client of its own of KAFKA_BROKERS.
 */
#include <otelmq/kafka.h>

#include "soak/soak.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
    PARTITIONS = 4,
    /*
     * Beyond that the producer waits. librdkafka has what is in the topic in its queues, too, whose
     * ups and downs would hide what the memory does.
     */
    MAX_IN_TOPIC = 5000,
    BODY_LEN = 200,
    PATIENCE_MS = 60000,
    ERROR_SIZE = 256,
};

static struct {
    pthread_t producer;
    pthread_t consumer;
    rd_kafka_t *consuming;
    char topic[64];
    _Atomic uint64_t produced;
    _Atomic uint64_t delivered;
    _Atomic uint64_t consumed;
    _Atomic uint64_t committed; /* times, not messages */
    _Atomic bool is_stopping; /* the producer is to end */
    _Atomic bool has_failed;
} load;

static void fail(const char *what, const char *why)
{
    if (!atomic_exchange(&load.has_failed, true)) {
        fprintf(stderr, "%s: %s\n", what, why);
    }
}

static bool is_ok(const char *what, rd_kafka_resp_err_t err)
{
    if (err != RD_KAFKA_RESP_ERR_NO_ERROR) {
        fail(what, rd_kafka_err2str(err));
    }
    return err == RD_KAFKA_RESP_ERR_NO_ERROR;
}

static bool set(rd_kafka_conf_t *conf, const char *name, const char *value)
{
    char error[ERROR_SIZE] = "";
    if (rd_kafka_conf_set(conf, name, value, error, sizeof(error)) == RD_KAFKA_CONF_OK) {
        return true;
    }
    fail(name, error);
    return false;
}

static rd_kafka_conf_t *new_conf(void)
{
    const char *brokers = getenv("KAFKA_BROKERS");
    rd_kafka_conf_t *conf = rd_kafka_conf_new();
    if (set(conf, "bootstrap.servers", brokers != NULL ? brokers : "") &&
        otelmq_kafka_conf_trace(conf, NULL) == OTELMQ_OK) {
        return conf;
    }
    rd_kafka_conf_destroy(conf);
    return NULL;
}

/* Takes conf, on failure too; NULL is fine. */
static rd_kafka_t *new_client(rd_kafka_type_t type, rd_kafka_conf_t *conf)
{
    char error[ERROR_SIZE] = "no configuration";
    rd_kafka_t *client = conf != NULL ? rd_kafka_new(type, conf, error, sizeof(error)) : NULL;
    if (client == NULL) {
        fail("a client of KAFKA_BROKERS", error);
    }
    return client;
}

/* --- Producing --- */

static void report(rd_kafka_t *producer, const rd_kafka_message_t *message, void *unused)
{
    (void)producer;
    (void)unused;
    load.delivered += is_ok("delivery", message->err);
}

static rd_kafka_t *new_producer(void)
{
    rd_kafka_conf_t *conf = new_conf();
    if (conf != NULL) {
        rd_kafka_conf_set_dr_msg_cb(conf, report);
        (void)set(conf, "enable.idempotence", "true");
    }
    return new_client(RD_KAFKA_PRODUCER, conf);
}

static bool produce_one(rd_kafka_t *producer)
{
    static char body[BODY_LEN];
    rd_kafka_resp_err_t err = otelmq_kafka_producev(
        producer, RD_KAFKA_V_TOPIC(load.topic), RD_KAFKA_V_VALUE(body, sizeof(body)),
        RD_KAFKA_V_MSGFLAGS(RD_KAFKA_MSG_F_COPY),
        RD_KAFKA_V_HEADER("content-type", "application/octet-stream", -1), RD_KAFKA_V_END);
    load.produced += err == RD_KAFKA_RESP_ERR_NO_ERROR;
    return is_ok("produce", err);
}

/* The queue of the producer has more room than the topic is given. */
static void wait_for_room(rd_kafka_t *producer)
{
    rd_kafka_poll(producer, 0);
    while (load.produced > load.consumed + MAX_IN_TOPIC && !load.has_failed) {
        rd_kafka_poll(producer, 1);
    }
}

static void *produce(void *unused)
{
    (void)unused;
    rd_kafka_t *producer = new_producer();
    bool goes_on = producer != NULL;
    while (goes_on && !load.is_stopping && !load.has_failed) {
        wait_for_room(producer);
        goes_on = produce_one(producer);
    }
    if (producer != NULL) {
        (void)is_ok("flush", rd_kafka_flush(producer, PATIENCE_MS));
        rd_kafka_destroy(producer);
    }
    return NULL;
}

/* --- Consuming --- */

static rd_kafka_resp_err_t count_commit(rd_kafka_t *consumer,
                                        const rd_kafka_topic_partition_list_t *offsets,
                                        rd_kafka_resp_err_t err, void *unused)
{
    (void)consumer;
    (void)offsets;
    (void)unused;
    load.committed++;
    (void)is_ok("commit", err);
    return RD_KAFKA_RESP_ERR_NO_ERROR;
}

/* Each commit has a span, and the loop says nothing of how many it makes. */
static rd_kafka_resp_err_t watch_commits(rd_kafka_t *consumer, const rd_kafka_conf_t *conf,
                                         void *unused, char *error, size_t error_size)
{
    (void)conf;
    (void)error;
    (void)error_size;
    return rd_kafka_interceptor_add_on_commit(consumer, "soak", count_commit, unused);
}

static rd_kafka_t *new_consumer(void)
{
    rd_kafka_conf_t *conf = new_conf();
    if (conf != NULL) {
        rd_kafka_conf_set_rebalance_cb(conf, otelmq_kafka_rebalance);
        rd_kafka_conf_interceptor_add_on_new(conf, "soak", watch_commits, NULL);
        (void)set(conf, "group.id", load.topic);
        (void)set(conf, "auto.offset.reset", "earliest");
        (void)set(conf, "enable.auto.commit", "false");
    }
    rd_kafka_t *consumer = new_client(RD_KAFKA_CONSUMER, conf);
    if (consumer != NULL) {
        rd_kafka_poll_set_consumer(consumer);
    }
    return consumer;
}

static bool subscribe(rd_kafka_t *consumer)
{
    rd_kafka_topic_partition_list_t *topics = rd_kafka_topic_partition_list_new(1);
    rd_kafka_topic_partition_list_add(topics, load.topic, RD_KAFKA_PARTITION_UA);
    bool is_done = is_ok("subscribe", rd_kafka_subscribe(consumer, topics));
    rd_kafka_topic_partition_list_destroy(topics);
    return is_done;
}

static otelmq_kafka_answer handle(void *user, rd_kafka_t *consumer,
                                  const rd_kafka_message_t *message)
{
    (void)user;
    (void)consumer;
    (void)message;
    load.consumed++;
    return OTELMQ_KAFKA_DONE;
}

static void *consume(void *consumer)
{
    (void)is_ok("consuming", otelmq_kafka_run(consumer, handle, NULL, NULL));
    return NULL;
}

/* --- The load --- */

static rd_kafka_NewTopic_t *new_topic(void)
{
    char error[ERROR_SIZE];
    rd_kafka_NewTopic_t *topic =
        rd_kafka_NewTopic_new(load.topic, PARTITIONS, 1, error, sizeof(error));
    /* What is consumed need not stay on the disk for days. */
    rd_kafka_NewTopic_set_config(topic, "retention.bytes", "67108864");
    rd_kafka_NewTopic_set_config(topic, "segment.bytes", "16777216");
    return topic;
}

static bool take_answer(rd_kafka_queue_t *queue)
{
    rd_kafka_event_t *event = rd_kafka_queue_poll(queue, PATIENCE_MS);
    bool is_done =
        is_ok("topic", event != NULL ? rd_kafka_event_error(event) : RD_KAFKA_RESP_ERR__TIMED_OUT);
    rd_kafka_event_destroy(event);
    return is_done;
}

static bool change_topic(bool is_wanted)
{
    rd_kafka_t *client = new_client(RD_KAFKA_PRODUCER, new_conf());
    if (client == NULL) {
        return false;
    }
    rd_kafka_queue_t *queue = rd_kafka_queue_new(client);
    if (is_wanted) {
        rd_kafka_NewTopic_t *topic = new_topic();
        rd_kafka_CreateTopics(client, &topic, 1, NULL, queue);
        rd_kafka_NewTopic_destroy(topic);
    } else {
        rd_kafka_DeleteTopic_t *topic = rd_kafka_DeleteTopic_new(load.topic);
        rd_kafka_DeleteTopics(client, &topic, 1, NULL, queue);
        rd_kafka_DeleteTopic_destroy(topic);
    }
    bool is_changed = take_answer(queue);
    rd_kafka_queue_destroy(queue);
    rd_kafka_destroy(client);
    return is_changed;
}

static bool start(void *self)
{
    (void)self;
    (void)snprintf(load.topic, sizeof(load.topic), "otelmq-soak-%ld", (long)getpid());
    if (!change_topic(true) || (load.consuming = new_consumer()) == NULL) {
        return false;
    }
    return subscribe(load.consuming) &&
           pthread_create(&load.consumer, NULL, consume, load.consuming) == 0 &&
           pthread_create(&load.producer, NULL, produce, NULL) == 0;
}

static soak_counts counts(void *self)
{
    (void)self;
    return (soak_counts){.published = load.produced,
                         .confirmed = load.delivered,
                         .consumed = load.consumed,
                         .other_spans = load.committed,
                         .has_failed = load.has_failed};
}

static void stop(void *self)
{
    (void)self;
    load.is_stopping = true;
    pthread_join(load.producer, NULL);
    while (load.consumed < load.produced && !load.has_failed) {
        usleep(1000);
    }
    otelmq_kafka_stop(load.consuming);
    pthread_join(load.consumer, NULL);
    rd_kafka_destroy(load.consuming);
    change_topic(false);
}

int main(int argument_count, char *arguments[])
{
    /* send, poll, process. */
    const soak_load kafka = {.service_name = "otelmq-soak-kafka",
                             .spans_of_a_message = 3,
                             .start = start,
                             .counts = counts,
                             .stop = stop};
    return soak_main(&kafka, argument_count, arguments);
}
