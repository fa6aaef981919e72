/* SPDX-License-Identifier: Apache-2.0 */
#include "propagation/b3_text.h"

#include "base/hex.h"
#include "base/text.h"
#include "propagation/older_text.h"

enum { FIELDS_MAX = 4, SHORT_TRACE_ID = 16, LONG_TRACE_ID = 32, SPAN_ID = 16 };

/* The words were written by tracers from before the format was put down. */
static bool parse_state(otelmq_str text, otelmq_sampling_state *sampling)
{
    static const struct {
        otelmq_str text;
        otelmq_sampling_state sampling;
    } states[] = {
        {{"1", 1}, OTELMQ_SAMPLING_STATE_ACCEPTED},   {{"0", 1}, OTELMQ_SAMPLING_STATE_DENIED},
        {{"d", 1}, OTELMQ_SAMPLING_STATE_DEBUG},      {{"true", 4}, OTELMQ_SAMPLING_STATE_ACCEPTED},
        {{"false", 5}, OTELMQ_SAMPLING_STATE_DENIED},
    };
    for (size_t i = 0; i < sizeof(states) / sizeof(states[0]); i++) {
        if (otelmq_str_equal(text, states[i].text)) {
            *sampling = states[i].sampling;
            return true;
        }
    }
    return false;
}

static bool parse_ids(otelmq_str trace_id, otelmq_str span_id, otelmq_sampled_ids *b3)
{
    otelmq_span_context parsed;
    if ((trace_id.len != SHORT_TRACE_ID && trace_id.len != LONG_TRACE_ID) ||
        span_id.len != SPAN_ID || !otelmq_ids_parse_padded(trace_id, span_id, &parsed)) {
        return false;
    }
    b3->trace_id = parsed.trace_id;
    b3->span_id = parsed.span_id;
    return true;
}

static bool is_parent_id(otelmq_str text)
{
    otelmq_span_id unused;
    return text.len == SPAN_ID && otelmq_hex_parse(text.data, sizeof(unused), unused.bytes);
}

bool otelmq_b3_parse(otelmq_str text, otelmq_sampled_ids *b3)
{
    otelmq_str fields[FIELDS_MAX];
    size_t count = otelmq_split(otelmq_trim(text), '-', fields, FIELDS_MAX);
    *b3 = (otelmq_sampled_ids){.sampling = OTELMQ_SAMPLING_STATE_DEFERRED};
    if (count == 1) {
        return parse_state(fields[0], &b3->sampling);
    }
    if (count > FIELDS_MAX || !parse_ids(fields[0], fields[1], b3)) {
        return false;
    }
    return (count < 3 || parse_state(fields[2], &b3->sampling)) &&
           (count < 4 || is_parent_id(fields[3]));
}

bool otelmq_b3_parse_headers(const otelmq_b3_headers *headers, otelmq_sampled_ids *b3)
{
    otelmq_str trace_id = otelmq_trim(headers->trace_id);
    otelmq_str span_id = otelmq_trim(headers->span_id);
    otelmq_str sampled = otelmq_trim(headers->sampled);
    *b3 = (otelmq_sampled_ids){.sampling = OTELMQ_SAMPLING_STATE_DEFERRED};
    if (otelmq_str_equal(otelmq_trim(headers->flags), OTELMQ_STR("1"))) {
        b3->sampling = OTELMQ_SAMPLING_STATE_DEBUG;
    } else if (sampled.len > 0 && !parse_state(sampled, &b3->sampling)) {
        return false;
    }
    bool has_ids = trace_id.len > 0 || span_id.len > 0;
    return has_ids ? parse_ids(trace_id, span_id, b3)
                   : b3->sampling != OTELMQ_SAMPLING_STATE_DEFERRED;
}

static size_t add_state(char *text, otelmq_sampling_state sampling)
{
    switch (sampling) {
    case OTELMQ_SAMPLING_STATE_DEFERRED:
        return 0;
    case OTELMQ_SAMPLING_STATE_DENIED:
        *text = '0';
        break;
    case OTELMQ_SAMPLING_STATE_ACCEPTED:
        *text = '1';
        break;
    case OTELMQ_SAMPLING_STATE_DEBUG:
        *text = 'd';
        break;
    }
    return 1;
}

otelmq_str otelmq_b3_format(const otelmq_sampled_ids *b3, char text[OTELMQ_B3_MAX])
{
    size_t len = 0;
    if (otelmq_sampled_ids_are_valid(b3)) {
        otelmq_hex_format(b3->trace_id.bytes, sizeof(b3->trace_id), text);
        text[LONG_TRACE_ID] = '-';
        otelmq_hex_format(b3->span_id.bytes, sizeof(b3->span_id), text + LONG_TRACE_ID + 1);
        len = LONG_TRACE_ID + 1 + SPAN_ID;
        if (b3->sampling != OTELMQ_SAMPLING_STATE_DEFERRED) {
            text[len++] = '-';
        }
    }
    len += add_state(text + len, b3->sampling);
    return otelmq_str_from_bytes(text, len);
}
