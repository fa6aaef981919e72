/* SPDX-License-Identifier: Apache-2.0 */
#include "bench.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static const double ROUND_NANO = 20e6;
static const double NANOS_PER_SECOND = 1e9;

static const char *selected;

void bench_select(const char *part)
{
    selected = part;
}

static bool is_selected(const char *name)
{
    return selected == NULL || strstr(name, selected) != NULL;
}

static double now_nano(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec * NANOS_PER_SECOND + (double)now.tv_nsec;
}

static int compare(const void *a, const void *b)
{
    double left = *(const double *)a;
    double right = *(const double *)b;
    return (left > right) - (left < right);
}

static void print_line(const char *name, double rounds[BENCH_ROUNDS])
{
    qsort(rounds, BENCH_ROUNDS, sizeof(rounds[0]), compare);
    printf("%-52s median %8.1f  min %8.1f ns\n", name, rounds[BENCH_ROUNDS / 2], rounds[0]);
    fflush(stdout);
}

static double measure(bench_operation operation, void *argument, size_t count)
{
    double start = now_nano();
    operation(count, argument);
    return now_nano() - start;
}

void bench_run(const char *name, bench_operation operation, void *argument)
{
    if (!is_selected(name)) {
        return;
    }
    size_t count = 1;
    while (measure(operation, argument, count) < ROUND_NANO) {
        count *= 2;
    }
    double rounds[BENCH_ROUNDS];
    for (int i = 0; i < BENCH_ROUNDS; i++) {
        rounds[i] = measure(operation, argument, count) / (double)count;
    }
    print_line(name, rounds);
}

void bench_run_bursts(const char *name, bench_operation operation, void *argument, size_t burst,
                      void (*settle)(void *argument))
{
    enum { BURSTS = 200 };
    if (!is_selected(name)) {
        return;
    }
    double rounds[BENCH_ROUNDS];
    for (int i = 0; i < BENCH_ROUNDS; i++) {
        double total = 0;
        for (int at = 0; at < BURSTS; at++) {
            total += measure(operation, argument, burst);
            settle(argument);
        }
        rounds[i] = total / (double)(BURSTS * burst);
    }
    print_line(name, rounds);
}
