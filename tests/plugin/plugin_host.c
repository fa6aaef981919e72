/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A program on librdkafka that knows nothing of otelmq, for the tests of the plugin:
 *
 *     plugin_host [NAME=VALUE...] COMMAND TOPIC
 *
 * sets the properties in this order, does what the command says, and prints what the tests read.
 */
#include <librdkafka/rdkafka.h>

#include <dirent.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum { MANY_MESSAGES = 1500, CHILDREN = 3, MANY_CONFS = 2000 };

/* The properties of the command line. */
static char **properties;
static size_t property_count;

typedef struct {
    const char *name;
    void (*run)(const char *topic);
} command;

static void check(bool ok, const char *what)
{
    if (!ok) {
        fprintf(stderr, "plugin_host: %s\n", what);
        exit(1);
    }
}

static void set(rd_kafka_conf_t *conf, const char *name, const char *value)
{
    char error[512];
    check(rd_kafka_conf_set(conf, name, value, error, sizeof(error)) == RD_KAFKA_CONF_OK, error);
}

static rd_kafka_conf_t *create_conf(void)
{
    rd_kafka_conf_t *conf = rd_kafka_conf_new();
    for (size_t i = 0; i < property_count; i++) {
        char *text = strdup(properties[i]);
        char *value = strchr(text, '=');
        *value = '\0';
        set(conf, text, value + 1);
        free(text);
    }
    return conf;
}

static rd_kafka_t *create_client(rd_kafka_type_t type, rd_kafka_conf_t *conf)
{
    char error[512];
    rd_kafka_t *client = rd_kafka_new(type, conf, error, sizeof(error));
    check(client != NULL, error);
    return client;
}

static rd_kafka_t *create_producer(void)
{
    return create_client(RD_KAFKA_PRODUCER, create_conf());
}

static void send_one(rd_kafka_t *producer, const char *topic)
{
    rd_kafka_resp_err_t err =
        rd_kafka_producev(producer, RD_KAFKA_V_TOPIC(topic), RD_KAFKA_V_PARTITION(0),
                          RD_KAFKA_V_VALUE("v", 1), RD_KAFKA_V_END);
    check(err == RD_KAFKA_RESP_ERR_NO_ERROR, rd_kafka_err2str(err));
}

static void flush(rd_kafka_t *producer)
{
    check(rd_kafka_flush(producer, 30000) == RD_KAFKA_RESP_ERR_NO_ERROR, "not delivered");
}

static void send_and_destroy(rd_kafka_t *producer, const char *topic)
{
    send_one(producer, topic);
    flush(producer);
    rd_kafka_destroy(producer);
}

static void produce(const char *topic)
{
    send_and_destroy(create_producer(), topic);
}

/* Ends with a full queue of spans, and a client that nobody destroyed. */
static void exit_early(const char *topic)
{
    rd_kafka_t *producer = create_producer();
    for (int i = 0; i < MANY_MESSAGES; i++) {
        send_one(producer, topic);
    }
    flush(producer);
    exit(0);
}

static void exit_at_once(const char *topic)
{
    produce(topic);
    _exit(0);
}

static size_t count_threads(void)
{
    size_t count = 0;
    DIR *threads = opendir("/proc/self/task");
    check(threads != NULL, "/proc/self/task");
    for (const struct dirent *entry; (entry = readdir(threads)) != NULL;) {
        count += entry->d_name[0] != '.';
    }
    closedir(threads);
    return count;
}

/* Prints how many threads a configuration starts. */
static void configure(const char *topic)
{
    (void)topic;
    rd_kafka_conf_t *conf = create_conf();
    printf("threads: %zu\n", count_threads());
    rd_kafka_conf_destroy(conf);
}

static void await(pid_t child)
{
    int status = 0;
    check(waitpid(child, &status, 0) == child && status == 0, "a child failed");
}

/* A server that reads its configuration, and then forks its workers. Prints their process ids. */
static void prefork(const char *topic)
{
    rd_kafka_conf_t *conf = create_conf();
    pid_t children[CHILDREN];
    for (size_t i = 0; i < CHILDREN; i++) {
        children[i] = fork();
        if (children[i] == 0) {
            send_and_destroy(create_client(RD_KAFKA_PRODUCER, conf), topic);
            exit(0);
        }
        printf("child: %d\n", (int)children[i]);
    }
    for (size_t i = 0; i < CHILDREN; i++) {
        await(children[i]);
    }
    rd_kafka_conf_destroy(conf);
}

/* A child of a process that is traced already; one more that exits without any Kafka. */
static void fork_running(const char *topic)
{
    rd_kafka_t *producer = create_producer();
    send_one(producer, topic);
    flush(producer);
    printf("parent: %d\n", (int)getpid());
    fflush(stdout);
    pid_t idle = fork();
    if (idle == 0) {
        exit(0);
    }
    pid_t child = fork();
    if (child == 0) {
        printf("child: %d\n", (int)getpid());
        send_and_destroy(create_producer(), topic);
        exit(0);
    }
    await(idle);
    await(child);
    send_and_destroy(producer, topic);
}

/* Many configurations, of which each is unloaded again; then one that is used. */
static void reload(const char *topic)
{
    for (int i = 0; i < MANY_CONFS; i++) {
        rd_kafka_conf_destroy(create_conf());
    }
    produce(topic);
}

/* With a copy of the configuration, in place of itself. */
static void duplicate(const char *topic)
{
    rd_kafka_conf_t *conf = create_conf();
    rd_kafka_t *producer = create_client(RD_KAFKA_PRODUCER, rd_kafka_conf_dup(conf));
    rd_kafka_conf_destroy(conf);
    send_and_destroy(producer, topic);
}

static rd_kafka_t *create_consumer(const char *topic)
{
    rd_kafka_conf_t *conf = create_conf();
    set(conf, "group.id", "host");
    rd_kafka_t *consumer = create_client(RD_KAFKA_CONSUMER, conf);
    rd_kafka_topic_partition_list_t *partitions = rd_kafka_topic_partition_list_new(1);
    rd_kafka_topic_partition_list_add(partitions, topic, 0)->offset = RD_KAFKA_OFFSET_BEGINNING;
    check(rd_kafka_assign(consumer, partitions) == 0, "assign");
    rd_kafka_topic_partition_list_destroy(partitions);
    return consumer;
}

static void receive(rd_kafka_t *consumer)
{
    rd_kafka_message_t *message = NULL;
    while (message == NULL || message->err != RD_KAFKA_RESP_ERR_NO_ERROR) {
        if (message != NULL) {
            rd_kafka_message_destroy(message);
        }
        message = rd_kafka_consumer_poll(consumer, 1000);
    }
    rd_kafka_message_destroy(message);
}

/* Produces two messages, consumes them, and sends one on from each. */
static void pipeline(const char *topic)
{
    char next_topic[64];
    snprintf(next_topic, sizeof(next_topic), "%s-next", topic);
    rd_kafka_t *producer = create_producer();
    send_one(producer, topic);
    send_one(producer, topic);
    flush(producer);
    rd_kafka_t *consumer = create_consumer(topic);
    for (int i = 0; i < 2; i++) {
        receive(consumer);
        send_one(producer, next_topic);
    }
    rd_kafka_consumer_close(consumer);
    rd_kafka_destroy(consumer);
    flush(producer);
    rd_kafka_destroy(producer);
}

/* In an environment that has changed since the properties were set. */
static void change_protocol(const char *topic)
{
    rd_kafka_conf_t *conf = create_conf();
    check(setenv("OTEL_EXPORTER_OTLP_PROTOCOL", "http/protobuf", 1) == 0, "setenv");
    send_and_destroy(create_client(RD_KAFKA_PRODUCER, conf), topic);
}

static const command COMMANDS[] = {
    {"produce", produce},    {"exit", exit_early},
    {"_exit", exit_at_once}, {"configure", configure},
    {"prefork", prefork},    {"fork", fork_running},
    {"reload", reload},      {"duplicate", duplicate},
    {"pipeline", pipeline},  {"change-protocol", change_protocol},
};

int main(int argument_count, char *arguments[])
{
    (void)argument_count;
    properties = arguments + 1;
    while (properties[property_count] != NULL && strchr(properties[property_count], '=') != NULL) {
        property_count++;
    }
    char **rest = properties + property_count;
    setvbuf(stdout, NULL, _IOLBF, 0);
    for (size_t i = 0; i < sizeof(COMMANDS) / sizeof(COMMANDS[0]); i++) {
        if (rest[0] != NULL && rest[1] != NULL && strcmp(rest[0], COMMANDS[i].name) == 0) {
            COMMANDS[i].run(rest[1]);
            return 0;
        }
    }
    fprintf(stderr, "usage: plugin_host [NAME=VALUE...] COMMAND TOPIC\n");
    return 2;
}
