/* SPDX-License-Identifier: Apache-2.0 */
#include "propagation/default_propagator.h"

#include "context/tracestate_header.h"
#include "propagation/report.h"
#include "propagation/traceparent.h"

#include <otelmq/diagnostics.h>
#include <otelmq/stats.h>

static const char TRACEPARENT[] = "traceparent";
static const char TRACESTATE[] = "tracestate";

/* More tracestate headers than members are allowed cannot be well formed but by being empty. */
enum { TRACESTATE_HEADERS_MAX = 32 };

static otelmq_str text_to_inject(const otelmq_tracestate *tracestate,
                                 char shortened[OTELMQ_TRACESTATE_INJECT_MAX])
{
    otelmq_str text = otelmq_tracestate_text(tracestate);
    if (text.len <= OTELMQ_TRACESTATE_INJECT_MAX) {
        return text;
    }
    otelmq_stats_add(OTELMQ_STAT_INJECT_SHORTENED, 1);
    otelmq_diagnostics_report(OTELMQ_SEVERITY_DEBUG,
                              "A tracestate of %zu characters was shortened to fit into %d.",
                              text.len, OTELMQ_TRACESTATE_INJECT_MAX);
    return otelmq_tracestate_shorten(tracestate, shortened);
}

static void inject_tracestate(const otelmq_tracestate *tracestate, otelmq_carrier carrier)
{
    char shortened[OTELMQ_TRACESTATE_INJECT_MAX];
    otelmq_str text = text_to_inject(tracestate, shortened);
    /*
     * A carrier cannot remove a header; but a tracestate that stands there from before belongs to
     * another trace, and an empty one is the same as none.
     */
    if (text.len == 0 && otelmq_carrier_get(carrier, TRACESTATE).len == 0) {
        return;
    }
    otelmq_status status = otelmq_carrier_set(carrier, TRACESTATE, text);
    if (status != OTELMQ_OK) {
        otelmq_stats_add(OTELMQ_STAT_INJECT_SHORTENED, 1);
        otelmq_diagnostics_report(OTELMQ_SEVERITY_WARNING,
                                  "A message goes out without its tracestate: %s.",
                                  otelmq_status_text(status));
    }
}

void otelmq_trace_context_inject(const otelmq_span_context *span_context, otelmq_carrier carrier)
{
    if (!otelmq_span_context_is_valid(span_context)) {
        return;
    }
    char text[OTELMQ_TRACEPARENT_LEN];
    otelmq_traceparent_format(span_context, text);
    otelmq_status status =
        otelmq_carrier_set(carrier, TRACEPARENT, otelmq_str_from_bytes(text, sizeof(text)));
    if (status != OTELMQ_OK) {
        otelmq_report_not_injected(status);
        return;
    }
    inject_tracestate(span_context->tracestate, carrier);
}

static void inject(const void *self, const otelmq_context *context, otelmq_carrier carrier)
{
    (void)self;
    otelmq_trace_context_inject(otelmq_context_span_context(context), carrier);
}

/* The caller's reference; NULL when there is none, or one that must be dropped as a whole. */
static const otelmq_tracestate *extract_tracestate(otelmq_carrier carrier)
{
    otelmq_str values[TRACESTATE_HEADERS_MAX];
    size_t count = otelmq_carrier_get_all(carrier, TRACESTATE, values, TRACESTATE_HEADERS_MAX);
    if (count == 0) {
        return NULL;
    }
    const otelmq_tracestate *tracestate = NULL;
    if (count > TRACESTATE_HEADERS_MAX ||
        otelmq_tracestate_parse_headers(values, count, &tracestate) != OTELMQ_OK) {
        otelmq_diagnostics_report(OTELMQ_SEVERITY_DEBUG,
                                  "A malformed tracestate was dropped from an incoming message.");
    }
    return tracestate;
}

static void report_malformed(otelmq_str text, size_t count)
{
    if (count == 1) {
        otelmq_report_malformed(TRACEPARENT, text);
        return;
    }
    otelmq_stats_add(OTELMQ_STAT_EXTRACT_MALFORMED, 1);
    otelmq_diagnostics_report(OTELMQ_SEVERITY_DEBUG,
                              "An incoming message has %zu traceparent headers; it starts a trace "
                              "of its own.",
                              count);
}

static const otelmq_context *extract(const void *self, const otelmq_context *context,
                                     otelmq_carrier carrier)
{
    (void)self;
    otelmq_str values[1] = {{0}};
    size_t count = otelmq_carrier_get_all(carrier, TRACEPARENT, values, 1);
    if (count == 0) {
        return otelmq_context_retain(context);
    }
    otelmq_span_context span_context;
    if (count > 1 || !otelmq_traceparent_parse(values[0], &span_context)) {
        report_malformed(values[0], count);
        return otelmq_context_retain(context);
    }
    span_context.tracestate = extract_tracestate(carrier);
    const otelmq_context *extracted = otelmq_context_with_span_context(context, &span_context);
    otelmq_tracestate_release(span_context.tracestate);
    return extracted;
}

static const char *field_at(const void *self, size_t index)
{
    static const char *const fields[] = {TRACEPARENT, TRACESTATE};
    (void)self;
    return index < sizeof(fields) / sizeof(fields[0]) ? fields[index] : NULL;
}

otelmq_propagator otelmq_propagator_trace_context(void)
{
    static const otelmq_propagator_ops ops = {inject, extract, field_at, NULL};
    return (otelmq_propagator){&ops, NULL};
}
