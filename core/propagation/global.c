/* SPDX-License-Identifier: Apache-2.0 */
#include "propagation/default_propagator.h"

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

otelmq_propagator otelmq_propagator_global(void)
{
    const setting *set = atomic_load_explicit(&current, memory_order_acquire);
    return set != NULL && set->propagator.ops != NULL ? set->propagator
                                                      : otelmq_propagator_default();
}

__attribute__((hot)) bool otelmq_propagator_global_is_default(void)
{
    const setting *set = atomic_load_explicit(&current, memory_order_acquire);
    return set == NULL || set->propagator.ops == NULL ||
           set->propagator.ops == &otelmq_propagator_default_ops;
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
