/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Measures how long one operation takes. It is run in rounds of equal length, and the median and
 * the fastest round are printed. Machines have slow phases: compare only what ran in one minute.
 */
#ifndef OTELMQ_TESTS_BENCH_BENCH_H
#define OTELMQ_TESTS_BENCH_BENCH_H

#include <stddef.h>

enum { BENCH_ROUNDS = 15 };

/* Runs the operation count times. */
typedef void (*bench_operation)(size_t count, void *argument);

/* From now on only operations are run whose name contains part; NULL: all. Borrowed. */
void bench_select(const char *part);

/* Finds a count that takes some 20 ms, runs BENCH_ROUNDS of it, and prints one line. */
void bench_run(const char *name, bench_operation operation, void *argument);

/*
 * The same with bursts of a given count: after each one, settle is called, and its time does not
 * count. For operations that leave work behind in a queue of limited length.
 */
void bench_run_bursts(const char *name, bench_operation operation, void *argument, size_t burst,
                      void (*settle)(void *argument));

#endif
