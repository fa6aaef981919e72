/* SPDX-License-Identifier: Apache-2.0 */
/* Trace Context and Baggage, which are the global propagator until somebody sets another. */
#ifndef OTELMQ_PROPAGATION_DEFAULT_PROPAGATOR_H
#define OTELMQ_PROPAGATION_DEFAULT_PROPAGATOR_H

#include <otelmq/propagator.h>

extern const otelmq_propagator_ops otelmq_propagator_default_ops;

/* It is static, and needs not be destroyed. */
otelmq_propagator otelmq_propagator_default(void);

/* Whether it is the global one now. */
bool otelmq_propagator_global_is_default(void);

/*
 * Injects span_context and what else the current context holds. The default propagator, which most
 * programs use, takes them as they are; for another one there is a context made of them.
 */
void otelmq_propagator_inject_current(otelmq_propagator propagator,
                                      const otelmq_span_context *span_context,
                                      otelmq_carrier carrier);

/* What its two parts inject; span_context may be invalid, and baggage NULL. */
void otelmq_trace_context_inject(const otelmq_span_context *span_context, otelmq_carrier carrier);
void otelmq_baggage_inject(const otelmq_baggage *baggage, otelmq_carrier carrier);

#endif
