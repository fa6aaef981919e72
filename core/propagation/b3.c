/* SPDX-License-Identifier: Apache-2.0 */
#include <otelmq/propagator.h>

#include "base/hex.h"
#include "propagation/b3_text.h"
#include "propagation/older_text.h"
#include "propagation/report.h"

static const char B3[] = "b3";
static const char TRACE_ID[] = "X-B3-TraceId";
static const char SPAN_ID[] = "X-B3-SpanId";
static const char PARENT_SPAN_ID[] = "X-B3-ParentSpanId";
static const char SAMPLED[] = "X-B3-Sampled";
static const char FLAGS[] = "X-B3-Flags";

/*
 * Names of HTTP headers have no case, and half of the other libraries write these ones in lower
 * case; in a message queue the two are different names.
 */
static otelmq_str get_in_any_case(otelmq_carrier carrier, const char *mixed, const char *lower)
{
    otelmq_str value = otelmq_carrier_get(carrier, mixed);
    return value.len > 0 ? value : otelmq_carrier_get(carrier, lower);
}

static otelmq_b3_headers get_headers(otelmq_carrier carrier)
{
    return (otelmq_b3_headers){
        .trace_id = get_in_any_case(carrier, TRACE_ID, "x-b3-traceid"),
        .span_id = get_in_any_case(carrier, SPAN_ID, "x-b3-spanid"),
        .sampled = get_in_any_case(carrier, SAMPLED, "x-b3-sampled"),
        .flags = get_in_any_case(carrier, FLAGS, "x-b3-flags"),
    };
}

static const otelmq_context *extract_headers(const otelmq_context *context, otelmq_carrier carrier,
                                             otelmq_str single)
{
    otelmq_b3_headers headers = get_headers(carrier);
    otelmq_sampled_ids b3;
    if (otelmq_b3_parse_headers(&headers, &b3)) {
        return otelmq_context_with_sampled_ids(context, &b3);
    }
    if (headers.trace_id.len > 0 || headers.span_id.len > 0 || headers.sampled.len > 0) {
        otelmq_report_malformed(TRACE_ID, headers.trace_id);
    } else if (single.len > 0) {
        otelmq_report_malformed(B3, single);
    }
    return otelmq_context_retain(context);
}

/* Both propagators read both forms, the one header first. (api-propagators.md, "B3 Extract".) */
static const otelmq_context *extract(const void *self, const otelmq_context *context,
                                     otelmq_carrier carrier)
{
    (void)self;
    otelmq_str single = otelmq_carrier_get(carrier, B3);
    otelmq_sampled_ids b3;
    if (single.len > 0 && otelmq_b3_parse(single, &b3)) {
        return otelmq_context_with_sampled_ids(context, &b3);
    }
    return extract_headers(context, carrier, single);
}

static otelmq_status set_single(const otelmq_sampled_ids *b3, otelmq_carrier carrier)
{
    char text[OTELMQ_B3_MAX];
    otelmq_str header = otelmq_b3_format(b3, text);
    return header.len > 0 ? otelmq_carrier_set(carrier, B3, header) : OTELMQ_OK;
}

static void inject_single(const void *self, const otelmq_context *context, otelmq_carrier carrier)
{
    (void)self;
    otelmq_sampled_ids b3 = otelmq_context_sampled_ids(context);
    otelmq_status status = set_single(&b3, carrier);
    if (status != OTELMQ_OK) {
        otelmq_report_not_injected(status);
    }
}

static const char *single_field_at(const void *self, size_t index)
{
    (void)self;
    return index == 0 ? B3 : NULL;
}

static otelmq_status set_ids(const otelmq_sampled_ids *b3, otelmq_carrier carrier)
{
    char trace_id[OTELMQ_TRACE_ID_HEX_SIZE];
    char span_id[OTELMQ_SPAN_ID_HEX_SIZE];
    otelmq_trace_id_format(b3->trace_id, trace_id);
    otelmq_span_id_format(b3->span_id, span_id);
    otelmq_status status = otelmq_carrier_set(carrier, TRACE_ID, otelmq_str_from(trace_id));
    if (status == OTELMQ_OK) {
        status = otelmq_carrier_set(carrier, SPAN_ID, otelmq_str_from(span_id));
    }
    return status;
}

/* Debug goes out without the header for sampled, which it implies. */
static otelmq_status set_state(otelmq_sampling_state sampling, otelmq_carrier carrier)
{
    bool is_accepted = sampling == OTELMQ_SAMPLING_STATE_ACCEPTED;
    if (sampling == OTELMQ_SAMPLING_STATE_DEFERRED) {
        return OTELMQ_OK;
    }
    if (sampling == OTELMQ_SAMPLING_STATE_DEBUG) {
        return otelmq_carrier_set(carrier, FLAGS, OTELMQ_STR("1"));
    }
    return otelmq_carrier_set(carrier, SAMPLED, is_accepted ? OTELMQ_STR("1") : OTELMQ_STR("0"));
}

/* Left in a message that is sent on, these would contradict what is written now. */
static void empty_headers(otelmq_carrier carrier)
{
    static const char *const names[] = {TRACE_ID, SPAN_ID, PARENT_SPAN_ID, SAMPLED, FLAGS};
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        otelmq_carrier_empty(carrier, names[i]);
    }
}

static otelmq_status set_headers(const otelmq_sampled_ids *b3, otelmq_carrier carrier)
{
    empty_headers(carrier);
    otelmq_status status = otelmq_sampled_ids_are_valid(b3) ? set_ids(b3, carrier) : OTELMQ_OK;
    if (status == OTELMQ_OK) {
        status = set_state(b3->sampling, carrier);
    }
    /* A receiver reads the one header first, so that one that is there must say the same. */
    if (status == OTELMQ_OK && otelmq_carrier_get(carrier, B3).len > 0) {
        status = set_single(b3, carrier);
    }
    return status;
}

static void inject_multi(const void *self, const otelmq_context *context, otelmq_carrier carrier)
{
    (void)self;
    otelmq_sampled_ids b3 = otelmq_context_sampled_ids(context);
    if (!otelmq_sampled_ids_are_valid(&b3) && b3.sampling == OTELMQ_SAMPLING_STATE_DEFERRED) {
        return;
    }
    otelmq_status status = set_headers(&b3, carrier);
    if (status != OTELMQ_OK) {
        empty_headers(carrier);
        otelmq_report_not_injected(status);
    }
}

static const char *multi_field_at(const void *self, size_t index)
{
    static const char *const fields[] = {TRACE_ID, SPAN_ID, SAMPLED, FLAGS};
    (void)self;
    return index < sizeof(fields) / sizeof(fields[0]) ? fields[index] : NULL;
}

otelmq_propagator otelmq_propagator_b3(void)
{
    static const otelmq_propagator_ops ops = {inject_single, extract, single_field_at, NULL};
    return (otelmq_propagator){&ops, NULL};
}

otelmq_propagator otelmq_propagator_b3_multi(void)
{
    static const otelmq_propagator_ops ops = {inject_multi, extract, multi_field_at, NULL};
    return (otelmq_propagator){&ops, NULL};
}
