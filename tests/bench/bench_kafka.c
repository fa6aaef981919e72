/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What tracing adds to rd_kafka_producev, in processor time: that of the thread that calls it, and
 * that of the process, with the threads of librdkafka, of the exporter, and of the broker, which is
 * a mock cluster in here.
 *
 * The limit compares with two headers of the application, which are traceparent and baggage.
 */
#include "paired.h"
#include "provider.h"
#include "require.h"
#include "support/discarding.h"

#include <otelmq/kafka.h>

#include <librdkafka/rdkafka_mock.h>
#include <string.h>

enum { BURST = 1000, WARM_UP = 20, DEFAULT_ROUNDS = 200, PATIENCE_MS = 30000 };

/* ns that a traced message may take more of the calling thread than one with two headers. */
static const double LIMIT = 250;

static const char TOPIC[] = "orders";
static char value[100];

/* One way to produce. */
typedef struct {
    rd_kafka_t *producer;
    otelmq_tracer_provider *provider; /* NULL: no spans come of it */
} publisher;

/* options NULL: without tracing. */
static rd_kafka_t *create_producer(const char *brokers, const otelmq_kafka_options *options)
{
    char error[256] = "";
    rd_kafka_conf_t *conf = rd_kafka_conf_new();
    if (brokers != NULL) {
        rd_kafka_conf_set(conf, "bootstrap.servers", brokers, NULL, 0);
    }
    rd_kafka_conf_set(conf, "log_level", "0", NULL, 0);
    require(options == NULL || otelmq_kafka_conf_trace(conf, options) == OTELMQ_OK,
            "the conf cannot be traced");
    rd_kafka_t *producer = rd_kafka_new(RD_KAFKA_PRODUCER, conf, error, sizeof(error));
    require(producer != NULL, error);
    return producer;
}

static void check(rd_kafka_resp_err_t err)
{
    require(err == RD_KAFKA_RESP_ERR_NO_ERROR, "a message was not taken");
}

static void produce(void *self, size_t count)
{
    rd_kafka_t *producer = ((publisher *)self)->producer;
    while (count-- > 0) {
        check(rd_kafka_producev(producer, RD_KAFKA_V_TOPIC(TOPIC), RD_KAFKA_V_PARTITION(0),
                                RD_KAFKA_V_VALUE(value, sizeof(value)),
                                RD_KAFKA_V_MSGFLAGS(RD_KAFKA_MSG_F_COPY), RD_KAFKA_V_END));
    }
}

static void produce_with_headers(void *self, size_t count)
{
    static const char traceparent[] = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
    static const char baggage[] = "customer.tier=gold";
    rd_kafka_t *producer = ((publisher *)self)->producer;
    while (count-- > 0) {
        check(rd_kafka_producev(
            producer, RD_KAFKA_V_TOPIC(TOPIC), RD_KAFKA_V_PARTITION(0),
            RD_KAFKA_V_VALUE(value, sizeof(value)), RD_KAFKA_V_MSGFLAGS(RD_KAFKA_MSG_F_COPY),
            RD_KAFKA_V_HEADER("traceparent", traceparent, sizeof(traceparent) - 1),
            RD_KAFKA_V_HEADER("baggage", baggage, sizeof(baggage) - 1), RD_KAFKA_V_END));
    }
}

static void produce_by_wrapper(void *self, size_t count)
{
    rd_kafka_t *producer = ((publisher *)self)->producer;
    while (count-- > 0) {
        check(otelmq_kafka_producev(producer, RD_KAFKA_V_TOPIC(TOPIC), RD_KAFKA_V_PARTITION(0),
                                    RD_KAFKA_V_VALUE(value, sizeof(value)),
                                    RD_KAFKA_V_MSGFLAGS(RD_KAFKA_MSG_F_COPY), RD_KAFKA_V_END));
    }
}

/* Until all are delivered, and their spans exported. */
static void settle(void *self)
{
    const publisher *publisher_of_way = self;
    require(rd_kafka_flush(publisher_of_way->producer, PATIENCE_MS) == 0, "the flush failed");
    if (publisher_of_way->provider != NULL) {
        (void)otelmq_tracer_provider_force_flush(publisher_of_way->provider, PATIENCE_MS);
    }
}

static const bench_way DESCRIPTIONS[] = {
    {.name = "plain", .base = 1, .run = produce},
    {.name = "plain, two headers", .base = 1, .run = produce_with_headers},
    {.name = "traced, disabled", .base = 0, .run = produce},
    {.name = "traced, unsampled", .base = 1, .run = produce},
    {.name = "traced, sampled", .base = 1, .run = produce},
    {.name = "traced, sampled, otelmq_kafka_producev", .base = 1, .run = produce_by_wrapper},
};
enum { DISABLED = 2, UNSAMPLED = 3, SAMPLED = 4, WRAPPED = 5, WAYS = 6 };

static void run(const char *brokers, size_t rounds)
{
    const bench_plan plan = {.rounds = rounds, .warm_up = WARM_UP, .bursts = 1, .burst = BURST};
    otelmq_tracer_provider *recording =
        bench_provider(otelmq_sampler_always_on(), discarding_exporter());
    otelmq_tracer_provider *silent =
        bench_provider(otelmq_sampler_always_off(), discarding_exporter());
    const otelmq_kafka_options options[WAYS] = {
        [DISABLED] = {.messaging.is_disabled = true},
        [UNSAMPLED] = {.messaging.tracer_provider = silent},
        [SAMPLED] = {.messaging.tracer_provider = recording},
        [WRAPPED] = {.messaging.tracer_provider = recording},
    };
    bench_way ways[WAYS];
    publisher publishers[WAYS];
    memcpy(ways, DESCRIPTIONS, sizeof(ways));
    for (size_t i = 0; i < WAYS; i++) {
        publishers[i].producer = create_producer(brokers, i >= DISABLED ? &options[i] : NULL);
        publishers[i].provider = i >= SAMPLED ? recording : NULL;
        ways[i].rest = settle;
        ways[i].self = &publishers[i];
    }
    bench_ways_run(ways, WAYS, &plan);
    bench_ways_print(ways, WAYS, rounds);
    printf("The limit: a traced message takes at most %.0f ns more of the caller than one with two "
           "headers.\n",
           LIMIT);
    bench_ways_clean(ways, WAYS);
    for (size_t i = 0; i < WAYS; i++) {
        rd_kafka_destroy(publishers[i].producer);
    }
    otelmq_tracer_provider_destroy(silent);
    otelmq_tracer_provider_destroy(recording);
}

/* bench_kafka [rounds] */
int main(int argc, char **argv)
{
    size_t rounds = argc > 1 ? strtoul(argv[1], NULL, 10) : DEFAULT_ROUNDS;
    require(rounds > 0, "bench_kafka [rounds]");
    rd_kafka_t *owner = create_producer(NULL, NULL);
    rd_kafka_mock_cluster_t *cluster = rd_kafka_mock_cluster_new(owner, 1);
    require(cluster != NULL, "there is no mock cluster");
    run(rd_kafka_mock_cluster_bootstraps(cluster), rounds);
    rd_kafka_mock_cluster_destroy(cluster);
    rd_kafka_destroy(owner);
    return 0;
}
