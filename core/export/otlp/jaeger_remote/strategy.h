/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A sampling strategy as the collector sent it, ready to decide: a probability, a rate, or a
 * probability and a least rate for each operation. Reference counted. Any thread.
 */
#ifndef OTELMQ_JAEGER_REMOTE_STRATEGY_H
#define OTELMQ_JAEGER_REMOTE_STRATEGY_H

#include <otelmq/sampler.h>

typedef struct otelmq_jaeger_strategy otelmq_jaeger_strategy;

/* As that sampler decides. *Owns* it, on failure too. These are yours; NULL without memory. */
otelmq_jaeger_strategy *otelmq_jaeger_strategy_create(otelmq_sampler sampler);

/* So many traces a second. */
otelmq_jaeger_strategy *otelmq_jaeger_strategy_create_rate_limiting(double per_second);

/* The part ratio of each operation, and lower_bound_per_second of each at least. */
otelmq_jaeger_strategy *otelmq_jaeger_strategy_create_per_operation(double ratio,
                                                                    double lower_bound_per_second);

/*
 * Another ratio for the operation of that name, the first time that it is named. False when there
 * are too many, or no memory.
 */
bool otelmq_jaeger_strategy_add_operation(otelmq_jaeger_strategy *strategy, otelmq_str name,
                                          double ratio);

/* Goes on counting where before (NULL: nowhere) stands, so that a change gives no new burst. */
void otelmq_jaeger_strategy_continue(otelmq_jaeger_strategy *strategy,
                                     const otelmq_jaeger_strategy *before);

otelmq_sampling_result otelmq_jaeger_strategy_decide(otelmq_jaeger_strategy *strategy,
                                                     const otelmq_sampling_input *input);

void otelmq_jaeger_strategy_retain(otelmq_jaeger_strategy *strategy);

/* Gives one reference back; the last one frees. NULL is fine. */
void otelmq_jaeger_strategy_release(otelmq_jaeger_strategy *strategy);

#endif
