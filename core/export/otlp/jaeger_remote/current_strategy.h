/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The strategy that counts now: every span start reads it, and the polling thread replaces it. One
 * mutex of the process guards all of them, for the few instructions that taking a reference costs;
 * a fork waits until it is free, so that the child never finds it locked.
 */
#ifndef OTELMQ_JAEGER_REMOTE_CURRENT_STRATEGY_H
#define OTELMQ_JAEGER_REMOTE_CURRENT_STRATEGY_H

#include "export/otlp/jaeger_remote/strategy.h"

typedef struct {
    otelmq_jaeger_strategy *strategy;
} otelmq_jaeger_current;

/* Takes the caller's reference over; nobody else sees current yet. */
void otelmq_jaeger_current_init(otelmq_jaeger_current *current, otelmq_jaeger_strategy *strategy);

/* Nobody else uses current any more. */
void otelmq_jaeger_current_clean(otelmq_jaeger_current *current);

/* One more reference, yours. Any thread. */
otelmq_jaeger_strategy *otelmq_jaeger_current_get(otelmq_jaeger_current *current);

/*
 * Puts strategy in its place, whose reference it takes over, and continues its counts. One thread
 * at a time.
 */
void otelmq_jaeger_current_replace(otelmq_jaeger_current *current,
                                   otelmq_jaeger_strategy *strategy);

/* A different number, never 0, in a forked child than in its parent. Any thread. */
unsigned otelmq_jaeger_process_generation(void);

#endif
