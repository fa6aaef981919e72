/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A load on a broker that runs for minutes or days, while the collector that gets its spans comes
 * and goes. Every ten seconds a line tells how it is; the end tells whether the memory has stayed
 * flat and all counts add up. What is particular to a broker is a soak_load.
 */
#ifndef OTELMQ_TESTS_SOAK_H
#define OTELMQ_TESTS_SOAK_H

#include <stdbool.h>
#include <stdint.h>

typedef struct {
    uint64_t published;
    uint64_t confirmed; /* by the broker */
    uint64_t consumed;
    uint64_t other_spans; /* that were started besides those of each message */
    bool has_failed; /* it has said why, and does nothing any more */
} soak_counts;

typedef struct {
    const char *service_name;
    uint64_t spans_of_a_message; /* how many are started for each */
    /* Begins to publish and to consume, on threads of its own; false when it cannot. */
    bool (*start)(void *self);
    /* Any thread, at any time after start. */
    soak_counts (*counts)(void *self);
    /* Publishes no more; returns when all is consumed or it has failed, without its threads. */
    void (*stop)(void *self);
    void *self;
} soak_load;

/* The main of a soak: PROGRAM SECONDS. Returns its exit status. */
int soak_main(const soak_load *load, int argument_count, char *arguments[]);

#endif
