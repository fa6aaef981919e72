/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A Kafka for trying things out and for tests: librdkafka's mock cluster as a process of its own.
 * It keeps everything in memory, needs no installation, and forgets all when it stops.
 *
 *     ./embedded_kafka                               one broker, topics made as they are used
 *     ./embedded_kafka 3 orders:4 invoices:1         three brokers, topics of 4 and 1 partitions
 *
 * The one line that it prints is its bootstrap address, 127.0.0.1 and the port of each broker:
 *
 *     export KAFKA_BROKERS=127.0.0.1:41231
 *
 * tells it to the other examples. Ctrl-C or SIGTERM stops it. It has no SASL, TLS or ACL, enforces
 * no message sizes and is no broker for production.
 */
#include <librdkafka/rdkafka.h>
#include <librdkafka/rdkafka_mock.h>

#include <ctype.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MAX_BROKERS = 64, MAX_PARTITIONS = 1000, MAX_TOPIC_LEN = 249 };

/* The number that text is, 0 when it is none or above max. */
static int parse_count(const char *text, int max)
{
    char *end = NULL;
    long count = strtol(text, &end, 10);
    bool is_number = isdigit((unsigned char)text[0]) && *end == '\0';
    return is_number && count <= max ? (int)count : 0;
}

/* Makes TOPIC:PARTITIONS. */
static bool create_topic(rd_kafka_mock_cluster_t *cluster, const char *argument, int brokers)
{
    char topic[MAX_TOPIC_LEN + 1] = "";
    const char *colon = strrchr(argument, ':');
    int partitions = colon != NULL ? parse_count(colon + 1, MAX_PARTITIONS) : 0;
    if (partitions == 0 || colon == argument || colon - argument > MAX_TOPIC_LEN) {
        fprintf(stderr, "%s: a topic is written as NAME:PARTITIONS\n", argument);
        return false;
    }
    memcpy(topic, argument, (size_t)(colon - argument));
    rd_kafka_resp_err_t err = rd_kafka_mock_topic_create(cluster, topic, partitions, brokers);
    if (err != RD_KAFKA_RESP_ERR_NO_ERROR) {
        fprintf(stderr, "%s: %s\n", argument, rd_kafka_err2str(err));
    }
    return err == RD_KAFKA_RESP_ERR_NO_ERROR;
}

static bool create_topics(rd_kafka_mock_cluster_t *cluster, char *arguments[], int brokers)
{
    for (int i = 0; arguments[i] != NULL; i++) {
        if (!create_topic(cluster, arguments[i], brokers)) {
            return false;
        }
    }
    return true;
}

/* Blocks them for the threads that start later, too, so that only the sigwait below gets them. */
static sigset_t block_stop_signals(void)
{
    sigset_t stop_signals;
    sigemptyset(&stop_signals);
    sigaddset(&stop_signals, SIGTERM);
    sigaddset(&stop_signals, SIGINT);
    pthread_sigmask(SIG_BLOCK, &stop_signals, NULL);
    return stop_signals;
}

static int serve(rd_kafka_t *owner, char *topics[], int brokers, const sigset_t *stop_signals)
{
    int signal_number = 0;
    rd_kafka_mock_cluster_t *cluster = rd_kafka_mock_cluster_new(owner, brokers);
    if (cluster == NULL || !create_topics(cluster, topics, brokers)) {
        fprintf(stderr, "The cluster could not be started.\n");
    } else {
        printf("%s\n", rd_kafka_mock_cluster_bootstraps(cluster));
        fflush(stdout);
        sigwait(stop_signals, &signal_number);
    }
    if (cluster != NULL) {
        rd_kafka_mock_cluster_destroy(cluster);
    }
    return signal_number != 0 ? 0 : 1;
}

int main(int argument_count, char *arguments[])
{
    int brokers = argument_count > 1 ? parse_count(arguments[1], MAX_BROKERS) : 1;
    if (brokers == 0) {
        fprintf(stderr, "usage: %s [BROKERS [TOPIC:PARTITIONS...]]\n", arguments[0]);
        return 2;
    }
    sigset_t stop_signals = block_stop_signals();
    char error[512];
    rd_kafka_conf_t *conf = rd_kafka_conf_new();
    rd_kafka_conf_set(conf, "log_level", "3", NULL, 0); /* it warns that it knows no broker */
    rd_kafka_t *owner = rd_kafka_new(RD_KAFKA_PRODUCER, conf, error, sizeof(error));
    if (owner == NULL) {
        fprintf(stderr, "%s\n", error);
        return 1;
    }
    char **topics = argument_count > 1 ? arguments + 2 : arguments + 1;
    int status = serve(owner, topics, brokers, &stop_signals);
    rd_kafka_destroy(owner);
    return status;
}
