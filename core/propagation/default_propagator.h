/* SPDX-License-Identifier: Apache-2.0 */
/* Trace Context and Baggage, which are the global propagator until somebody sets another. */
#ifndef OTELMQ_PROPAGATION_DEFAULT_PROPAGATOR_H
#define OTELMQ_PROPAGATION_DEFAULT_PROPAGATOR_H

#include "base/hidden.h"

#include <otelmq/propagator.h>

#include <stdatomic.h>
#include <stdbool.h>

extern OTELMQ_HIDDEN const otelmq_propagator_ops otelmq_propagator_default_ops;

/* It is static, and needs not be destroyed. */
otelmq_propagator otelmq_propagator_default(void);

/*
 * What the global propagator was set to. Readers take no lock and no reference, so that one that
 * was replaced must live on; the chain keeps it reachable, and no leak checker complains.
 */
typedef struct otelmq_propagator_setting {
    otelmq_propagator propagator;
    bool carries_spans; /* see carries_spans.h; of {0} it says nothing */
    struct otelmq_propagator_setting *replaced;
} otelmq_propagator_setting;

/* NULL until it is set; for the function below, and the global propagator's own. */
extern OTELMQ_HIDDEN _Atomic(otelmq_propagator_setting *) otelmq_propagator_global_setting;

/* Whether it is the global one now; in line, because each publish asks. */
static inline bool otelmq_propagator_global_is_default(void)
{
    const otelmq_propagator_setting *set =
        atomic_load_explicit(&otelmq_propagator_global_setting, memory_order_acquire);
    return set == NULL || set->propagator.ops == NULL ||
           set->propagator.ops == &otelmq_propagator_default_ops;
}

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
