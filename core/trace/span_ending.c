/* SPDX-License-Identifier: Apache-2.0 */
#include "trace/span_object.h"

#include <otelmq/diagnostics.h>

/*
 * The span is marked as ended before its processors get their last look, so that other threads turn
 * away without knowing of any third state; this thread alone is let in by what stands here.
 * (Specification: trace/sdk.md, "OnEnding".)
 */
static _Thread_local const otelmq_span *ending_here;

bool otelmq_span_is_ending_here(const otelmq_span *span)
{
    return span == ending_here;
}

static void call_processors(otelmq_tracer_provider *provider, otelmq_span *span)
{
    for (size_t i = 0; i < provider->processor_count; i++) {
        otelmq_processor processor = provider->processors[i];
        if (processor.ops->on_ending != NULL) {
            processor.ops->on_ending(processor.self, span);
        }
    }
}

void otelmq_span_call_on_ending(otelmq_span *span)
{
    if (!otelmq_tracer_provider_enter(span->provider)) {
        return;
    }
    /* A processor may end another span meanwhile. */
    const otelmq_span *outer = ending_here;
    ending_here = span;
    call_processors(span->provider, span);
    ending_here = outer;
    otelmq_span_publish_attributes(span);
    otelmq_tracer_provider_leave(span->provider);
}

void otelmq_span_report_losses(const otelmq_span *span)
{
    const otelmq_span_data *data = &span->data;
    otelmq_diagnostics_report(
        OTELMQ_SEVERITY_WARNING,
        "Span \"%.*s\" lost, for its limits or for want of memory, %u attributes, %u events, %u "
        "links, the contents of %u arrays and maps, and %u attributes of events and links.",
        (int)data->name.len, data->name.len > 0 ? data->name.data : "",
        (unsigned)data->dropped_attribute_count, (unsigned)data->dropped_event_count,
        (unsigned)data->dropped_link_count, (unsigned)span->attributes.emptied,
        (unsigned)span->lost_inside);
}
