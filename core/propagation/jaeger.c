/* SPDX-License-Identifier: Apache-2.0 */
#include <otelmq/propagator.h>

#include "base/hex.h"
#include "base/percent.h"
#include "base/text.h"
#include "context/baggage_node.h"
#include "propagation/baggage_headers.h"
#include "propagation/older_text.h"
#include "propagation/report.h"
#include "propagation/sampling_state.h"

/*
 *     uber-trace-id: 4bf92f3577b34da6a3ce929d0e0e4736:00f067aa0ba902b7:0:1
 *                    trace id                         span id          | flags
 *                                                                      parent span id, never used
 *
 * Numbers may have lost their leading zeros. (Jaeger client libraries: "Propagation Format".)
 */
static const char UBER_TRACE_ID[] = "uber-trace-id";
static const char JAEGER_BAGGAGE[] = "jaeger-baggage";

/* Some clients send the value as they would in a URL, and their values come with pluses. */
static const otelmq_baggage_headers BAGGAGE_HEADERS = {{"uberctx-", 8}, OTELMQ_CODING_FORM};

enum { FIELDS = 4, TEXT_MAX = 128, SPAN_ID_AT = 33, REST_AT = 49, HEADER_LEN = 52 };
enum { FLAG_SAMPLED = 1, FLAG_DEBUG = 2 };

static bool parse_flags(otelmq_str text, otelmq_sampling_state *sampling)
{
    uint8_t flags;
    if (!otelmq_hex_parse_padded(text, 1, &flags)) {
        return false;
    }
    *sampling =
        (flags & FLAG_SAMPLED) != 0 ? OTELMQ_SAMPLING_STATE_ACCEPTED : OTELMQ_SAMPLING_STATE_DENIED;
    *sampling = (flags & FLAG_DEBUG) != 0 ? OTELMQ_SAMPLING_STATE_DEBUG : *sampling;
    return true;
}

static bool parse(otelmq_str text, otelmq_sampled_ids *ids)
{
    char decoded[TEXT_MAX];
    otelmq_str fields[FIELDS];
    otelmq_span_context parsed;
    uint8_t parent[sizeof(otelmq_span_id)];
    text = otelmq_trim(text);
    if (text.len > TEXT_MAX ||
        otelmq_split(otelmq_percent_decode(text, decoded), ':', fields, FIELDS) != FIELDS ||
        !otelmq_ids_parse_padded(fields[0], fields[1], &parsed) ||
        !otelmq_hex_parse_padded(fields[2], sizeof(parent), parent)) {
        return false;
    }
    ids->trace_id = parsed.trace_id;
    ids->span_id = parsed.span_id;
    return parse_flags(fields[3], &ids->sampling);
}

static char format_flags(otelmq_sampling_state sampling)
{
    if (sampling == OTELMQ_SAMPLING_STATE_DEBUG) {
        return '0' + FLAG_SAMPLED + FLAG_DEBUG;
    }
    return sampling == OTELMQ_SAMPLING_STATE_ACCEPTED ? '0' + FLAG_SAMPLED : '0';
}

static void format(const otelmq_sampled_ids *ids, char text[HEADER_LEN])
{
    otelmq_hex_format(ids->trace_id.bytes, sizeof(ids->trace_id), text);
    text[SPAN_ID_AT - 1] = ':';
    otelmq_hex_format(ids->span_id.bytes, sizeof(ids->span_id), text + SPAN_ID_AT);
    memcpy(text + REST_AT, ":0:", 3);
}

static void inject(const void *self, const otelmq_context *context, otelmq_carrier carrier)
{
    (void)self;
    otelmq_sampled_ids ids = otelmq_context_sampled_ids(context);
    if (otelmq_sampled_ids_are_valid(&ids)) {
        char text[HEADER_LEN + 1];
        format(&ids, text);
        text[HEADER_LEN] = format_flags(ids.sampling);
        otelmq_status status =
            otelmq_carrier_set(carrier, UBER_TRACE_ID, otelmq_str_from_bytes(text, sizeof(text)));
        if (status != OTELMQ_OK) {
            otelmq_report_not_injected(status);
        }
    }
    otelmq_baggage_headers_inject(&BAGGAGE_HEADERS, context, carrier);
}

static void collect_member(otelmq_baggage_collector *collector, otelmq_str member)
{
    bool has_equals = memchr(member.data, '=', member.len) != NULL;
    otelmq_str value = member;
    otelmq_str key = has_equals ? otelmq_trim(otelmq_take_until(&value, '=')) : (otelmq_str){0};
    if (!otelmq_baggage_is_key(key)) {
        collector->losses.malformed++;
        return;
    }
    otelmq_baggage_entry raw = {.key = key, .value = otelmq_trim(value)};
    otelmq_baggage_collector_add(collector, raw, OTELMQ_CODING_PLAIN);
}

/* What people write by hand to try something: key=value, key=value, not encoded. */
static void collect_list(otelmq_baggage_collector *collector, otelmq_str list)
{
    while (list.len > 0) {
        otelmq_str raw = otelmq_take_until(&list, ',');
        otelmq_str member = otelmq_trim(raw);
        if (member.len > 0) {
            if (!otelmq_baggage_collector_takes(collector, raw.len)) {
                return;
            }
            collect_member(collector, member);
        }
        otelmq_baggage_collector_count(collector, raw.len + 1); /* with the comma */
    }
}

static const otelmq_context *extract_ids(const otelmq_context *context, otelmq_carrier carrier)
{
    otelmq_str text = otelmq_carrier_get(carrier, UBER_TRACE_ID);
    otelmq_sampled_ids ids;
    if (text.len > 0 && parse(text, &ids)) {
        return otelmq_context_with_sampled_ids(context, &ids);
    }
    if (text.len > 0) {
        otelmq_report_malformed(UBER_TRACE_ID, text);
    }
    return otelmq_context_retain(context);
}

static const otelmq_context *extract(const void *self, const otelmq_context *context,
                                     otelmq_carrier carrier)
{
    (void)self;
    otelmq_baggage_collector collector;
    otelmq_baggage_collector_init(&collector);
    otelmq_baggage_headers_collect(&BAGGAGE_HEADERS, carrier, &collector);
    collect_list(&collector, otelmq_carrier_get(carrier, JAEGER_BAGGAGE));
    return otelmq_context_with_collected(extract_ids(context, carrier), &collector);
}

/* The names of the headers with baggage depend on the baggage. */
static const char *field_at(const void *self, size_t index)
{
    (void)self;
    return index == 0 ? UBER_TRACE_ID : NULL;
}

otelmq_propagator otelmq_propagator_jaeger(void)
{
    static const otelmq_propagator_ops ops = {inject, extract, field_at, NULL};
    return (otelmq_propagator){&ops, NULL};
}
