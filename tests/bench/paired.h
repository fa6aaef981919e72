/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Compares ways to do the same thing by the processor time that they take. They take turns, in
 * bursts, so that a machine that slows down slows all of them down; each is compared with another
 * one of its own round, and the medians of these comparisons are what counts.
 */
#ifndef OTELMQ_TESTS_BENCH_PAIRED_H
#define OTELMQ_TESTS_BENCH_PAIRED_H

#include <stdbool.h>
#include <stddef.h>

/* ns of processor time for each message, one element a round. */
typedef struct {
    double *of_thread; /* that of the thread that runs it */
    double *of_process; /* with all that the other threads do for it */
} bench_times;

/* One way. What is behind self is the caller's. */
typedef struct {
    const char *name;
    size_t base; /* the index of the way that it is compared with */
    void (*begin)(void *self); /* before a turn; may be NULL */
    void (*run)(void *self, size_t count); /* does it so many times */
    void (*rest)(void *self); /* after a turn, until all that others do for it is done */
    void *self;
    bench_times times; /* filled in by bench_ways_run */
} bench_way;

/*
 * A turn of one way is so many bursts, each of which begins pause_nano after the one before. In the
 * pauses, which do not count, the other end gets to sleep.
 */
typedef struct {
    size_t rounds;
    size_t warm_up; /* rounds before these, which do not count */
    size_t bursts;
    size_t burst;
    double pause_nano;
} bench_plan;

/* The middle half of a series. */
typedef struct {
    double first_quartile;
    double median;
    double third_quartile;
} bench_quartiles;

/* Gives each way a turn in each round. */
void bench_ways_run(bench_way ways[], size_t count, const bench_plan *plan);

/* Frees the times. */
void bench_ways_clean(bench_way ways[], size_t count);

/* One line for each way. */
void bench_ways_print(const bench_way ways[], size_t count, size_t rounds);

/* By how much a way takes longer than its base, as a part of the base. */
bench_quartiles bench_way_excess_of_thread(const bench_way ways[], size_t index, size_t rounds);
bench_quartiles bench_way_excess_of_process(const bench_way ways[], size_t index, size_t rounds);

#endif
