/* SPDX-License-Identifier: Apache-2.0 */
#include "propagation/carries_spans.h"

#include "propagation/default_propagator.h"

static otelmq_str get_nothing(const void *self, const char *key)
{
    (void)self, (void)key;
    return (otelmq_str){0};
}

static otelmq_status note(void *has_set, const char *key, otelmq_str value)
{
    (void)key, (void)value;
    *(bool *)has_set = true;
    return OTELMQ_OK;
}

bool otelmq_propagator_carries_spans(otelmq_propagator propagator)
{
    static const otelmq_carrier_ops ops = {.get = get_nothing, .set = note};
    /* Neither half of the trace id is zero, which the oldest formats do not carry. */
    static const otelmq_span_context span_context = {
        .trace_id = {{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16}},
        .span_id = {{1, 2, 3, 4, 5, 6, 7, 8}},
        .trace_flags = OTELMQ_TRACE_FLAG_SAMPLED};
    bool has_set = false;
    const otelmq_context *context =
        otelmq_context_with_span_context(otelmq_context_root(), &span_context);
    otelmq_propagator_inject(propagator, context, (otelmq_carrier){&ops, &has_set});
    otelmq_context_release(context);
    return has_set;
}

bool otelmq_propagator_global_carries_spans(void)
{
    const otelmq_propagator_setting *set =
        atomic_load_explicit(&otelmq_propagator_global_setting, memory_order_acquire);
    return set == NULL || set->propagator.ops == NULL || set->carries_spans;
}
