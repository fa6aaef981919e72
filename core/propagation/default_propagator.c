/* SPDX-License-Identifier: Apache-2.0 */
#include "propagation/default_propagator.h"

static void inject(const void *self, const otelmq_context *context, otelmq_carrier carrier)
{
    (void)self;
    otelmq_trace_context_inject(otelmq_context_span_context(context), carrier);
    otelmq_baggage_inject(otelmq_context_baggage(context), carrier);
}

static const otelmq_context *extract(const void *self, const otelmq_context *context,
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

static const char *field_at(const void *self, size_t index)
{
    static const char *const fields[] = {"traceparent", "tracestate", "baggage"};
    (void)self;
    return index < sizeof(fields) / sizeof(fields[0]) ? fields[index] : NULL;
}

const otelmq_propagator_ops otelmq_propagator_default_ops = {inject, extract, field_at, NULL};

otelmq_propagator otelmq_propagator_default(void)
{
    return (otelmq_propagator){&otelmq_propagator_default_ops, NULL};
}

void otelmq_propagator_inject_current(otelmq_propagator propagator,
                                      const otelmq_span_context *span_context,
                                      otelmq_carrier carrier)
{
    if (propagator.ops == &otelmq_propagator_default_ops) {
        otelmq_trace_context_inject(span_context, carrier);
        otelmq_baggage_inject(otelmq_context_baggage(NULL), carrier);
        return;
    }
    const otelmq_context *context = otelmq_context_with_span_context(NULL, span_context);
    otelmq_propagator_inject(propagator, context, carrier);
    otelmq_context_release(context);
}
