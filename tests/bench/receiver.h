/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A receiver of OTLP in a process of its own, so that what it takes is not measured: it reads one
 * request after the other, looks at none, and says that all is well.
 */
#ifndef OTELMQ_TESTS_BENCH_RECEIVER_H
#define OTELMQ_TESTS_BENCH_RECEIVER_H

#include <sys/types.h>

typedef struct {
    pid_t pid;
    char url[64]; /* for traces */
} bench_receiver;

/* Before the program has a thread of its own, because it forks. */
bench_receiver bench_receiver_start(void);

void bench_receiver_stop(const bench_receiver *receiver);

#endif
