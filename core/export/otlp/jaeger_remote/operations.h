/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a strategy says about each operation, which is a span name: a probability, and how many
 * traces a second there are to be at least. Operations only come, up to a limit, and go with the
 * table. Any thread, without locks.
 */
#ifndef OTELMQ_JAEGER_REMOTE_OPERATIONS_H
#define OTELMQ_JAEGER_REMOTE_OPERATIONS_H

#include "export/otlp/jaeger_remote/rate_limiter.h"

#include <otelmq/sampler.h>

/* How many operations there can be beside those that share the default. */
enum { OTELMQ_JAEGER_OPERATIONS_MAX = 2000 };

typedef struct {
    otelmq_sampler probability;
    bool owns_probability; /* else it is the table's default */
    otelmq_rate_limiter lower_bound;
    size_t name_len;
    char name[];
} otelmq_jaeger_operation;

typedef struct otelmq_jaeger_operations otelmq_jaeger_operations;

/* A table, yours, without an operation. It *owns* usual, on failure too: NULL without memory. */
otelmq_jaeger_operations *otelmq_jaeger_operations_create(otelmq_sampler usual,
                                                          double lower_bound_per_second);

/* NULL is fine. */
void otelmq_jaeger_operations_destroy(otelmq_jaeger_operations *operations);

/* Adds one that is not there yet; *owns* probability, on failure too. False when it cannot. */
bool otelmq_jaeger_operations_add(otelmq_jaeger_operations *operations, otelmq_str name,
                                  otelmq_sampler probability);

/*
 * The one of that name; one that is new gets the default probability, and a lower bound of its own.
 * NULL when the default probability is all that there is for it: because there is no lower bound,
 * or too many operations, or no memory. Borrowed from the table.
 */
otelmq_jaeger_operation *otelmq_jaeger_operations_get(otelmq_jaeger_operations *operations,
                                                      otelmq_str name);

/* The probability of what otelmq_jaeger_operations_get has nothing for. Borrowed. */
otelmq_sampler otelmq_jaeger_operations_usual(const otelmq_jaeger_operations *operations);

/*
 * Takes over how far the lower bounds of before are used, so that a new table does not reset them.
 */
void otelmq_jaeger_operations_continue(otelmq_jaeger_operations *operations,
                                       const otelmq_jaeger_operations *before,
                                       uint64_t now_monotonic_nano);

#endif
