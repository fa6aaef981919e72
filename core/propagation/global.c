/* SPDX-License-Identifier: Apache-2.0 */
#include "propagation/carries_spans.h"
#include "propagation/default_propagator.h"

#include <otelmq/diagnostics.h>

#include <stdlib.h>

_Atomic(otelmq_propagator_setting *) otelmq_propagator_global_setting;

otelmq_propagator otelmq_propagator_global(void)
{
    const otelmq_propagator_setting *set =
        atomic_load_explicit(&otelmq_propagator_global_setting, memory_order_acquire);
    return set != NULL && set->propagator.ops != NULL ? set->propagator
                                                      : otelmq_propagator_default();
}

void otelmq_propagator_set_global(otelmq_propagator propagator)
{
    otelmq_propagator_setting *set = malloc(sizeof(*set));
    if (set == NULL) {
        otelmq_diagnostics_report(OTELMQ_SEVERITY_ERROR,
                                  "No memory to set the global propagator: the old one stays.");
        otelmq_propagator_destroy(propagator);
        return;
    }
    set->propagator = propagator;
    set->carries_spans = otelmq_propagator_carries_spans(propagator);
    set->replaced = atomic_load(&otelmq_propagator_global_setting);
    while (!atomic_compare_exchange_weak(&otelmq_propagator_global_setting, &set->replaced, set)) {
    }
}
