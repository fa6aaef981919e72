/* SPDX-License-Identifier: Apache-2.0 */
#include "kafka_client.h"

#include "retry.h"
#include "service.h"

#include <stdlib.h>

enum { METADATA_TIMEOUT_MS = 3000 };

/* Whether the brokers were reported down; set and cleared on the service's thread only. */
static bool is_down;

static const char *brokers(void)
{
    const char *value = getenv("KAFKA_BROKERS");
    return value != NULL ? value : "127.0.0.1:9092";
}

/* Called inside the polls. The other errors are either temporary or come with a message. */
static void on_error(rd_kafka_t *client, int err, const char *reason, void *user)
{
    (void)client;
    (void)user;
    if (err == RD_KAFKA_RESP_ERR__ALL_BROKERS_DOWN && !is_down) {
        is_down = true;
        service_warn("no Kafka broker at %s (%s): waiting", brokers(), reason);
    } else if (err == RD_KAFKA_RESP_ERR__AUTHENTICATION || err == RD_KAFKA_RESP_ERR__SSL) {
        service_warn("Kafka: %s", reason);
    }
}

static void note_answer(void)
{
    if (is_down) {
        is_down = false;
        service_log("connected again to Kafka at %s", brokers());
    }
}

static void on_delivery(rd_kafka_t *producer, const rd_kafka_message_t *message, void *user)
{
    (void)producer;
    (void)user;
    *(rd_kafka_resp_err_t *)message->_private = message->err;
}

typedef struct {
    const char *name;
    const char *value;
} setting;

/* *Owns* conf. NULL after logging why. */
static rd_kafka_t *create_client(rd_kafka_type_t type, rd_kafka_conf_t *conf,
                                 const setting settings[], size_t count)
{
    char error[512] = "tracing";
    rd_kafka_conf_set_error_cb(conf, on_error);
    bool ok = otelmq_kafka_conf_trace(conf, NULL) == OTELMQ_OK;
    for (size_t i = 0; ok && i < count; i++) {
        ok = rd_kafka_conf_set(conf, settings[i].name, settings[i].value, error, sizeof(error)) ==
             RD_KAFKA_CONF_OK;
    }
    rd_kafka_t *client = ok ? rd_kafka_new(type, conf, error, sizeof(error)) : NULL;
    if (!ok) {
        rd_kafka_conf_destroy(conf); /* never after rd_kafka_new, see <otelmq/kafka_client.h> */
    }
    if (client == NULL) {
        service_warn("Kafka: %s; KAFKA_BROKERS must look like host:port,host:port", error);
        service_fail();
    }
    return client;
}

/* Asking for a topic makes it, on a broker with auto.create.topics.enable. */
static rd_kafka_resp_err_t ask_for_topic(rd_kafka_t *client, const char *topic)
{
    const struct rd_kafka_metadata *metadata = NULL;
    rd_kafka_topic_t *handle = rd_kafka_topic_new(client, topic, NULL);
    rd_kafka_resp_err_t err = rd_kafka_metadata(client, 0, handle, &metadata, METADATA_TIMEOUT_MS);
    rd_kafka_topic_destroy(handle);
    if (err != RD_KAFKA_RESP_ERR_NO_ERROR) {
        return err;
    }
    err = metadata->topic_cnt == 1 ? metadata->topics[0].err
                                   : RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART;
    rd_kafka_metadata_destroy(metadata);
    return err;
}

static void explain(rd_kafka_resp_err_t err, const char *topic)
{
    if (err == RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART) {
        service_warn("no Kafka topic %s: waiting; to make it: kafka-topics.sh --bootstrap-server "
                     "%s --create --topic %s",
                     topic, brokers(), topic);
    } else {
        service_warn("no Kafka broker at %s (%s): waiting; start it, or set KAFKA_BROKERS",
                     brokers(), rd_kafka_err2str(err));
    }
}

/* Returns client, or destroys it and returns NULL when the service is asked to stop first. */
static rd_kafka_t *wait_for_topic(rd_kafka_t *client, const char *topic)
{
    retry tries = {0};
    is_down = true; /* The first answer ends it, and on_error need not say it too. */
    while (client != NULL && !service_is_stopping()) {
        retry_wait(&tries);
        rd_kafka_resp_err_t err = ask_for_topic(client, topic);
        if (err == RD_KAFKA_RESP_ERR_NO_ERROR) {
            is_down = false;
            service_log("connected to Kafka at %s", brokers());
            return client;
        }
        explain(err, topic);
    }
    kafka_client_destroy(client);
    return NULL;
}

rd_kafka_t *kafka_client_create_producer(const char *topic)
{
    const setting settings[] = {
        {"bootstrap.servers", brokers()},
        {"log_level", "2"}, /* on_error says it better */
        {"linger.ms", "0"}, /* one message at a time is under way */
        {"message.timeout.ms", "5000"}, /* then the service says so, and tries again */
    };
    rd_kafka_conf_t *conf = rd_kafka_conf_new();
    rd_kafka_conf_set_dr_msg_cb(conf, on_delivery);
    rd_kafka_t *producer =
        create_client(RD_KAFKA_PRODUCER, conf, settings, sizeof(settings) / sizeof(settings[0]));
    return wait_for_topic(producer, topic);
}

/* Says when the group gave this service its part; the rest is what librdkafka does by itself. */
static void on_rebalance(rd_kafka_t *consumer, rd_kafka_resp_err_t err,
                         rd_kafka_topic_partition_list_t *partitions, void *user)
{
    (void)user;
    bool is_assigned = err == RD_KAFKA_RESP_ERR__ASSIGN_PARTITIONS;
    rd_kafka_assign(consumer, is_assigned ? partitions : NULL);
    if (is_assigned) {
        service_log("%d partitions assigned", partitions->cnt);
    }
}

static bool subscribe(rd_kafka_t *consumer, const char *topic)
{
    rd_kafka_topic_partition_list_t *topics = rd_kafka_topic_partition_list_new(1);
    rd_kafka_topic_partition_list_add(topics, topic, RD_KAFKA_PARTITION_UA);
    rd_kafka_resp_err_t err = rd_kafka_subscribe(consumer, topics);
    rd_kafka_topic_partition_list_destroy(topics);
    if (err != RD_KAFKA_RESP_ERR_NO_ERROR) {
        service_warn("Kafka: subscribing to %s: %s", topic, rd_kafka_err2str(err));
        service_fail();
    }
    return err == RD_KAFKA_RESP_ERR_NO_ERROR;
}

rd_kafka_t *kafka_client_create_consumer(const char *topic, const char *group)
{
    const setting settings[] = {
        {"bootstrap.servers", brokers()},
        {"log_level", "2"},
        {"group.id", group},
        {"enable.auto.commit", "false"}, /* a message is done when its result is published */
        {"auto.offset.reset", "earliest"},
        {"session.timeout.ms", "6000"}, /* so soon the group goes on without a dead member */
        {"allow.auto.create.topics", "true"},
    };
    rd_kafka_conf_t *conf = rd_kafka_conf_new();
    rd_kafka_conf_set_rebalance_cb(conf, on_rebalance);
    rd_kafka_t *consumer =
        create_client(RD_KAFKA_CONSUMER, conf, settings, sizeof(settings) / sizeof(settings[0]));
    if (wait_for_topic(consumer, topic) == NULL) {
        return NULL;
    }
    rd_kafka_poll_set_consumer(consumer);
    if (!subscribe(consumer, topic)) {
        kafka_client_destroy(consumer);
        return NULL;
    }
    return consumer;
}

/* librdkafka copies what it is given, but asks for pointers to what is not const. */
static void *without_const(const char *data)
{
    return (void *)(uintptr_t)data;
}

/* message.timeout.ms bounds the wait, and result outlives it. */
static rd_kafka_resp_err_t produce_once(rd_kafka_t *producer, const char *topic, otelmq_str key,
                                        otelmq_str value)
{
    rd_kafka_resp_err_t result = RD_KAFKA_RESP_ERR__IN_PROGRESS;
    rd_kafka_resp_err_t err = rd_kafka_producev(
        producer, RD_KAFKA_V_TOPIC(topic), RD_KAFKA_V_KEY(without_const(key.data), key.len),
        RD_KAFKA_V_VALUE(without_const(value.data), value.len),
        RD_KAFKA_V_MSGFLAGS(RD_KAFKA_MSG_F_COPY), RD_KAFKA_V_OPAQUE(&result), RD_KAFKA_V_END);
    if (err != RD_KAFKA_RESP_ERR_NO_ERROR) {
        return err;
    }
    while (result == RD_KAFKA_RESP_ERR__IN_PROGRESS) {
        rd_kafka_poll(producer, 100);
    }
    return result;
}

bool kafka_client_produce(rd_kafka_t *producer, const char *topic, otelmq_str key, otelmq_str value)
{
    retry tries = {0};
    do {
        retry_wait(&tries);
        rd_kafka_resp_err_t err = produce_once(producer, topic, key, value);
        if (err == RD_KAFKA_RESP_ERR_NO_ERROR) {
            note_answer();
            return true;
        }
        service_warn("Kafka did not take the order: %s; trying again", rd_kafka_err2str(err));
    } while (!service_is_stopping());
    return false;
}

rd_kafka_message_t *kafka_client_receive(rd_kafka_t *consumer)
{
    rd_kafka_message_t *message = otelmq_kafka_consumer_poll(consumer, 500);
    if (message == NULL) {
        return NULL;
    }
    if (message->err != RD_KAFKA_RESP_ERR_NO_ERROR) {
        service_warn("Kafka: %s", rd_kafka_message_errstr(message));
        rd_kafka_message_destroy(message);
        return NULL;
    }
    note_answer();
    return message;
}

void kafka_client_commit(rd_kafka_t *consumer, const rd_kafka_message_t *message)
{
    rd_kafka_resp_err_t err = otelmq_kafka_commit_message(consumer, message, 0);
    if (err != RD_KAFKA_RESP_ERR_NO_ERROR) {
        service_warn("Kafka did not commit, so the order may come again: %s",
                     rd_kafka_err2str(err));
    }
}

void kafka_client_destroy(rd_kafka_t *client)
{
    if (client != NULL) {
        rd_kafka_destroy(client);
    }
}
