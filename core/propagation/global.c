/* SPDX-License-Identifier: Apache-2.0 */
#include <otelmq/propagator.h>

#include <otelmq/diagnostics.h>

#include <stdatomic.h>
#include <stdlib.h>

/*
 * Readers take no lock and no reference, so that one that was replaced must live on; the chain
 * keeps it reachable, and no leak checker complains.
 */
typedef struct setting {
    otelmq_propagator propagator;
    struct setting *replaced;
} setting;

static _Atomic(setting *) current;

static void default_inject(const void *self, const otelmq_context *context, otelmq_carrier carrier)
{
    (void)self;
    otelmq_propagator_inject(otelmq_propagator_trace_context(), context, carrier);
    otelmq_propagator_inject(otelmq_propagator_baggage(), context, carrier);
}

static const otelmq_context *default_extract(const void *self, const otelmq_context *context,
                                             otelmq_carrier carrier)
{
    (void)self;
    const otelmq_context *traced =
        otelmq_propagator_extract(otelmq_propagator_trace_context(), context, carrier);
    const otelmq_context *extracted =
        otelmq_propagator_extract(otelmq_propagator_baggage(), traced, carrier);
    otelmq_context_release(traced);
    return extracted;
}

static const char *default_field_at(const void *self, size_t index)
{
    static const char *const fields[] = {"traceparent", "tracestate", "baggage"};
    (void)self;
    return index < sizeof(fields) / sizeof(fields[0]) ? fields[index] : NULL;
}

/* Static and not a composite, because nothing that is static can have been allocated. */
static otelmq_propagator default_propagator(void)
{
    static const otelmq_propagator_ops ops = {default_inject, default_extract, default_field_at,
                                              NULL};
    return (otelmq_propagator){&ops, NULL};
}

otelmq_propagator otelmq_propagator_global(void)
{
    const setting *set = atomic_load_explicit(&current, memory_order_acquire);
    return set != NULL && set->propagator.ops != NULL ? set->propagator : default_propagator();
}

void otelmq_propagator_set_global(otelmq_propagator propagator)
{
    setting *set = malloc(sizeof(*set));
    if (set == NULL) {
        otelmq_diagnostics_report(OTELMQ_SEVERITY_ERROR,
                                  "No memory to set the global propagator: the old one stays.");
        otelmq_propagator_destroy(propagator);
        return;
    }
    set->propagator = propagator;
    set->replaced = atomic_load(&current);
    while (!atomic_compare_exchange_weak(&current, &set->replaced, set)) {
    }
}
