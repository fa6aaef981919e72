/* SPDX-License-Identifier: Apache-2.0 */
#include <otelmq/propagator.h>

#include "base/hex.h"
#include "base/text.h"
#include "propagation/baggage_headers.h"
#include "propagation/older_text.h"
#include "propagation/report.h"
#include "propagation/sampling_state.h"

static const char TRACE_ID[] = "ot-tracer-traceid";
static const char SPAN_ID[] = "ot-tracer-spanid";
static const char SAMPLED[] = "ot-tracer-sampled";

static const otelmq_baggage_headers BAGGAGE_HEADERS = {{"ot-baggage-", 11}, OTELMQ_CODING_PLAIN};

/* Its trace ids have 64 bits; of a longer one, every library sends the right half. */
enum { ID_LEN = 8, ID_DIGITS = 2 * ID_LEN, SKIPPED_LEN = sizeof(otelmq_trace_id) - ID_LEN };

static bool parse_sampled(otelmq_str text, otelmq_sampling_state *sampling)
{
    bool is_accepted =
        otelmq_str_equal(text, OTELMQ_STR("true")) || otelmq_str_equal(text, OTELMQ_STR("1"));
    bool is_denied = text.len == 0 || otelmq_str_equal(text, OTELMQ_STR("false")) ||
                     otelmq_str_equal(text, OTELMQ_STR("0"));
    *sampling = is_accepted ? OTELMQ_SAMPLING_STATE_ACCEPTED : OTELMQ_SAMPLING_STATE_DENIED;
    return is_accepted || is_denied;
}

static bool parse(otelmq_str trace_id, otelmq_carrier carrier, otelmq_sampled_ids *ids)
{
    otelmq_span_context parsed;
    otelmq_str span_id = otelmq_trim(otelmq_carrier_get(carrier, SPAN_ID));
    otelmq_str sampled = otelmq_trim(otelmq_carrier_get(carrier, SAMPLED));
    if (!otelmq_ids_parse_padded(otelmq_trim(trace_id), span_id, &parsed)) {
        return false;
    }
    ids->trace_id = parsed.trace_id;
    ids->span_id = parsed.span_id;
    return parse_sampled(sampled, &ids->sampling);
}

static bool has_right_half(otelmq_trace_id trace_id)
{
    static const uint8_t zeros[ID_LEN];
    return memcmp(trace_id.bytes + SKIPPED_LEN, zeros, ID_LEN) != 0;
}

static otelmq_status set_id(otelmq_carrier carrier, const char *name, const uint8_t id[ID_LEN])
{
    char digits[ID_DIGITS];
    otelmq_hex_format(id, ID_LEN, digits);
    return otelmq_carrier_set(carrier, name, otelmq_str_from_bytes(digits, sizeof(digits)));
}

static otelmq_status set_ids(const otelmq_sampled_ids *ids, otelmq_carrier carrier)
{
    bool is_accepted = otelmq_sampling_state_is_positive(ids->sampling);
    otelmq_status status = set_id(carrier, TRACE_ID, ids->trace_id.bytes + SKIPPED_LEN);
    if (status == OTELMQ_OK) {
        status = set_id(carrier, SPAN_ID, ids->span_id.bytes);
    }
    if (status == OTELMQ_OK) {
        status = otelmq_carrier_set(carrier, SAMPLED,
                                    is_accepted ? OTELMQ_STR("true") : OTELMQ_STR("false"));
    }
    return status;
}

static void inject(const void *self, const otelmq_context *context, otelmq_carrier carrier)
{
    (void)self;
    otelmq_sampled_ids ids = otelmq_context_sampled_ids(context);
    if (!otelmq_sampled_ids_are_valid(&ids) || !has_right_half(ids.trace_id)) {
        return;
    }
    otelmq_status status = set_ids(&ids, carrier);
    if (status != OTELMQ_OK) {
        otelmq_carrier_empty(carrier, TRACE_ID);
        otelmq_carrier_empty(carrier, SPAN_ID);
        otelmq_report_not_injected(status);
        return;
    }
    otelmq_baggage_headers_inject(&BAGGAGE_HEADERS, context, carrier);
}

/* Baggage counts only with ids that are well formed, as it does in every other library. */
static const otelmq_context *extract(const void *self, const otelmq_context *context,
                                     otelmq_carrier carrier)
{
    (void)self;
    otelmq_str trace_id = otelmq_carrier_get(carrier, TRACE_ID);
    otelmq_sampled_ids ids;
    if (trace_id.len == 0 || !parse(trace_id, carrier, &ids)) {
        if (trace_id.len > 0) {
            otelmq_report_malformed(TRACE_ID, trace_id);
        }
        return otelmq_context_retain(context);
    }
    otelmq_baggage_collector collector;
    otelmq_baggage_collector_init(&collector);
    otelmq_baggage_headers_collect(&BAGGAGE_HEADERS, carrier, &collector);
    return otelmq_context_with_collected(otelmq_context_with_sampled_ids(context, &ids),
                                         &collector);
}

/* The names of the headers with baggage depend on the baggage. */
static const char *field_at(const void *self, size_t index)
{
    static const char *const fields[] = {TRACE_ID, SPAN_ID, SAMPLED};
    (void)self;
    return index < sizeof(fields) / sizeof(fields[0]) ? fields[index] : NULL;
}

otelmq_propagator otelmq_propagator_ot_trace(void)
{
    static const otelmq_propagator_ops ops = {inject, extract, field_at, NULL};
    return (otelmq_propagator){&ops, NULL};
}
