/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What tracing adds to publishing on a real RabbitMQ, in processor time of the client: that of the
 * thread that publishes, and that of the process, with the thread that exports the spans.
 *
 * The same bytes go out in the ways that the limit compares: two headers of the application, or one
 * of the application and the traceparent of otelmq.
 */
#include "paired.h"
#include "provider.h"
#include "publisher.h"
#include "receiver.h"
#include "require.h"
#include "support/allocations.h"
#include "support/discarding.h"

#include <otelmq/otlp.h>
#include <otelmq/stats.h>

enum { WAYS = 8, DEFAULT_ROUNDS = 200, WARM_UP = 10 };

/* The place of the way that the limit is about. */
enum { TRACED = 3 };
static const double LIMIT = 0.06;

/* How messages follow each other. */
typedef struct {
    const char *name;
    bool confirms;
    size_t bursts;
    size_t burst;
    double pause_nano;
} pace;

/*
 * The pause is long enough for the broker to fall asleep. The last two have as many spans in a turn
 * as a batch has, so that the export of each span costs what it does in a busy program, and its
 * memory comes from as far away.
 */
static const pace PACES[] = {
    {"One message at a time", false, 200, 1, 50e3},
    {"One after the other, 200 between two exports", false, 2, 100, 2e6},
    {"One after the other, 512 between two exports", false, 4, 128, 2e6},
    {"The same, waiting for the confirms of 128", true, 4, 128, 2e6},
};
enum { PACES_COUNT = sizeof(PACES) / sizeof(PACES[0]) };

/* The pace of a busy producer, which the limit is meant for: the last line tells of it. */
enum { BUSY = 1 };

typedef struct {
    otelmq_tracer_provider *discarding;
    otelmq_tracer_provider *exporting;
    otelmq_tracer_provider *unsampled;
} providers;

typedef struct {
    const char *name;
    size_t base;
    publisher_options options;
} description;

static providers create_providers(const bench_receiver *receiver)
{
    otelmq_otlp_options otlp = {.ignores_environment = true, .endpoint = receiver->url};
    return (providers){
        .discarding = bench_provider(otelmq_sampler_always_on(), discarding_exporter()),
        .exporting = bench_provider(otelmq_sampler_always_on(), otelmq_otlp_exporter(&otlp)),
        .unsampled = bench_provider(otelmq_sampler_always_off(), discarding_exporter()),
    };
}

static void destroy_providers(const providers *all)
{
    otelmq_tracer_provider_set_global(NULL);
    otelmq_tracer_provider_destroy(all->discarding);
    otelmq_tracer_provider_destroy(all->exporting);
    otelmq_tracer_provider_destroy(all->unsampled);
}

static void open_ways(bench_way ways[WAYS], publisher publishers[WAYS], amqp_connection_state_t raw,
                      const providers *all, bool confirms)
{
    description descriptions[WAYS] = {
        {"raw, no headers", 0, {.header_count = 0}},
        {"raw, two headers", 1, {.header_count = 2}},
        {"raw, two headers, once more", 1, {.header_count = 2}},
        [TRACED] = {"traced, one header", 1, {1, true, false, all->discarding, false}},
        {"traced, two headers", 1, {2, true, false, all->discarding, false}},
        {"traced, one header, by OTLP", 1, {1, true, false, all->exporting, false}},
        {"unsampled, one header", 1, {1, true, false, all->unsampled, false}},
        {"disabled, two headers", 1, {2, true, true, NULL, false}},
    };
    for (size_t i = 0; i < WAYS; i++) {
        descriptions[i].options.confirms = confirms;
        publisher_open(&publishers[i], raw, (amqp_channel_t)(i + 1), &descriptions[i].options);
        ways[i] = (bench_way){.name = descriptions[i].name,
                              .base = descriptions[i].base,
                              .begin = publisher_begin,
                              .run = publisher_publish,
                              .rest = publisher_rest,
                              .self = &publishers[i]};
    }
}

static bench_quartiles measure(amqp_connection_state_t raw, const providers *all, const pace *paced,
                               size_t rounds)
{
    bench_way ways[WAYS];
    publisher publishers[WAYS];
    open_ways(ways, publishers, raw, all, paced->confirms);
    bench_plan plan = {rounds, WARM_UP, paced->bursts, paced->burst, paced->pause_nano};
    bench_ways_run(ways, WAYS, &plan);
    printf("\n%s\n", paced->name);
    bench_ways_print(ways, WAYS, rounds);
    bench_quartiles excess = bench_way_excess_of_thread(ways, TRACED, rounds);
    bench_ways_clean(ways, WAYS);
    for (size_t i = 0; i < WAYS; i++) {
        publisher_close(&publishers[i]);
    }
    return excess;
}

enum { TURN = 1000 };

static size_t allocations_of_turn(publisher *own)
{
    size_t before = allocations_counted();
    allocations_resume();
    publisher_publish(own, TURN);
    publisher_rest(own);
    allocations_pause();
    return allocations_counted() - before;
}

/*
 * Of otelmq, on all threads, in a program that has published so for a while: until as many spans
 * have been under way at once as ever are.
 */
static double allocations_of_message(amqp_connection_state_t raw, const providers *all,
                                     bool confirms)
{
    enum { WARM_UP_MAX = 100 };
    publisher own;
    publisher_open(&own, raw, 1, &(publisher_options){1, true, false, all->discarding, confirms});
    publisher_begin(&own);
    for (int i = 0; i < WARM_UP || (i < WARM_UP_MAX && allocations_of_turn(&own) > 0); i++) {
        publisher_publish(&own, TURN);
        publisher_rest(&own);
    }
    size_t allocations = allocations_of_turn(&own);
    publisher_close(&own);
    return (double)allocations / TURN;
}

static void print_verdict(const char *name, bench_quartiles excess, double allocations)
{
    printf("%s: tracing adds %.1f %% (%.1f..%.1f) to the caller's time of a publish with two "
           "headers, of which %.0f %% are the limit, and %.3f allocations\n",
           name, 100 * excess.median, 100 * excess.first_quartile, 100 * excess.third_quartile,
           100 * LIMIT, allocations);
}

/* bench_rabbitmq [rounds] */
int main(int argc, char **argv)
{
    size_t rounds = argc > 1 ? strtoul(argv[1], NULL, 10) : DEFAULT_ROUNDS;
    require(rounds > 0, "bench_rabbitmq [rounds]");
    bench_receiver receiver = bench_receiver_start();
    providers all = create_providers(&receiver);
    amqp_connection_state_t raw = publisher_connect();
    bench_quartiles excess[PACES_COUNT];
    double allocations[PACES_COUNT];
    for (size_t i = 0; i < PACES_COUNT; i++) {
        excess[i] = measure(raw, &all, &PACES[i], rounds);
    }
    printf("\n");
    for (size_t i = 0; i < PACES_COUNT; i++) {
        allocations[i] = allocations_of_message(raw, &all, PACES[i].confirms);
        if (i != BUSY) {
            print_verdict(PACES[i].name, excess[i], allocations[i]);
        }
    }
    otelmq_stats stats = otelmq_stats_read();
    printf("%llu of %llu spans were dropped\n",
           (unsigned long long)stats.counts[OTELMQ_STAT_SPANS_DROPPED_QUEUE_FULL],
           (unsigned long long)stats.counts[OTELMQ_STAT_SPANS_STARTED]);
    print_verdict(PACES[BUSY].name, excess[BUSY], allocations[BUSY]);
    publisher_disconnect(raw);
    destroy_providers(&all);
    bench_receiver_stop(&receiver);
    return 0;
}
