/* SPDX-License-Identifier: Apache-2.0 */
#include "paired.h"

#include "require.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

static const double NANOS_PER_SECOND = 1e9;

static double read_nano(clockid_t clock)
{
    struct timespec now;
    (void)clock_gettime(clock, &now);
    return (double)now.tv_sec * NANOS_PER_SECOND + (double)now.tv_nsec;
}

/* What reading the clock twice adds to what is between. */
static double clock_cost(void)
{
    enum { COUNT = 1000 };
    double sum = 0;
    for (int i = 0; i < COUNT; i++) {
        double start = read_nano(CLOCK_THREAD_CPUTIME_ID);
        sum += read_nano(CLOCK_THREAD_CPUTIME_ID) - start;
    }
    return sum / COUNT;
}

/* It spins, because a thread that sleeps would find its caches cold. */
static void pause_until(double monotonic_nano)
{
    while (read_nano(CLOCK_MONOTONIC) < monotonic_nano) {
    }
}

static double run_bursts(const bench_way *way, const bench_plan *plan)
{
    double sum = 0;
    double next = 0;
    for (size_t i = 0; i < plan->bursts; i++) {
        pause_until(next);
        next = read_nano(CLOCK_MONOTONIC) + plan->pause_nano;
        double start = read_nano(CLOCK_THREAD_CPUTIME_ID);
        way->run(way->self, plan->burst);
        sum += read_nano(CLOCK_THREAD_CPUTIME_ID) - start;
    }
    return sum;
}

/* Of this thread only the bursts count, and all that others do. */
static void run_turn(bench_way *way, const bench_plan *plan, double cost, size_t round)
{
    double count = (double)(plan->bursts * plan->burst);
    if (way->begin != NULL) {
        way->begin(way->self);
    }
    double thread = read_nano(CLOCK_THREAD_CPUTIME_ID);
    double process = read_nano(CLOCK_PROCESS_CPUTIME_ID);
    double own = run_bursts(way, plan) - cost * (double)plan->bursts;
    way->rest(way->self);
    process = read_nano(CLOCK_PROCESS_CPUTIME_ID) - process;
    thread = read_nano(CLOCK_THREAD_CPUTIME_ID) - thread;
    way->times.of_thread[round] = own / count;
    way->times.of_process[round] = (own + process - thread) / count;
}

static double *make_series(size_t rounds)
{
    double *series = calloc(rounds, sizeof(*series));
    require(series != NULL, "there is no memory");
    return series;
}

/* The same on each run: xorshift of 32 bits, whose period is long enough. */
static size_t next_random(size_t below)
{
    static uint32_t state = 2463534242;
    state ^= state << 13;
    state ^= state >> 17;
    state ^= state << 5;
    return state % below;
}

static void shuffle(size_t order[], size_t count)
{
    for (size_t i = count - 1; i > 0; i--) {
        size_t other = next_random(i + 1);
        size_t place = order[i];
        order[i] = order[other];
        order[other] = place;
    }
}

/* In another order each round, so that none always has its turn after the same one. */
void bench_ways_run(bench_way ways[], size_t count, const bench_plan *plan)
{
    size_t *order = calloc(count, sizeof(*order));
    require(order != NULL, "there is no memory");
    for (size_t i = 0; i < count; i++) {
        ways[i].times = (bench_times){make_series(plan->rounds), make_series(plan->rounds)};
        order[i] = i;
    }
    double cost = clock_cost();
    for (size_t round = 0; round < plan->warm_up + plan->rounds; round++) {
        size_t place = round < plan->warm_up ? 0 : round - plan->warm_up;
        shuffle(order, count);
        for (size_t i = 0; i < count; i++) {
            run_turn(&ways[order[i]], plan, cost, place);
        }
    }
    free(order);
}

void bench_ways_clean(bench_way ways[], size_t count)
{
    for (size_t i = 0; i < count; i++) {
        free(ways[i].times.of_thread);
        free(ways[i].times.of_process);
        ways[i].times = (bench_times){0};
    }
}

static int compare(const void *a, const void *b)
{
    double left = *(const double *)a;
    double right = *(const double *)b;
    return (left > right) - (left < right);
}

/* *Owns* series. */
static bench_quartiles quartiles_of(double *series, size_t count)
{
    qsort(series, count, sizeof(*series), compare);
    bench_quartiles quartiles = {series[count / 4], series[count / 2], series[count * 3 / 4]};
    free(series);
    return quartiles;
}

static double median_of(const double *times, size_t rounds)
{
    double *series = make_series(rounds);
    for (size_t i = 0; i < rounds; i++) {
        series[i] = times[i];
    }
    return quartiles_of(series, rounds).median;
}

static double median_difference(const double *times, const double *base, size_t rounds)
{
    double *series = make_series(rounds);
    for (size_t i = 0; i < rounds; i++) {
        series[i] = times[i] - base[i];
    }
    return quartiles_of(series, rounds).median;
}

static bench_quartiles excess(const double *times, const double *base, size_t rounds)
{
    double *series = make_series(rounds);
    for (size_t i = 0; i < rounds; i++) {
        series[i] = times[i] / base[i] - 1;
    }
    return quartiles_of(series, rounds);
}

bench_quartiles bench_way_excess_of_thread(const bench_way ways[], size_t index, size_t rounds)
{
    const bench_way *base = &ways[ways[index].base];
    return excess(ways[index].times.of_thread, base->times.of_thread, rounds);
}

bench_quartiles bench_way_excess_of_process(const bench_way ways[], size_t index, size_t rounds)
{
    const bench_way *base = &ways[ways[index].base];
    return excess(ways[index].times.of_process, base->times.of_process, rounds);
}

static void print_comparison(const double *times, const double *base, size_t rounds)
{
    bench_quartiles ratio = excess(times, base, rounds);
    printf(" %8.0f %+7.0f %+7.1f (%+.1f..%+.1f)", median_of(times, rounds),
           median_difference(times, base, rounds), 100 * ratio.median, 100 * ratio.first_quartile,
           100 * ratio.third_quartile);
}

void bench_ways_print(const bench_way ways[], size_t count, size_t rounds)
{
    printf("%-40s %8s %7s %7s (%s) %8s %7s %7s (%s)\n", "ns of processor time a message", "caller",
           "more", "%", "quartiles", "process", "more", "%", "quartiles");
    for (size_t i = 0; i < count; i++) {
        const bench_times *base = &ways[ways[i].base].times;
        printf("%-40s", ways[i].name);
        print_comparison(ways[i].times.of_thread, base->of_thread, rounds);
        print_comparison(ways[i].times.of_process, base->of_process, rounds);
        printf("  than: %s\n", ways[ways[i].base].name);
    }
    fflush(stdout);
}
