/* SPDX-License-Identifier: Apache-2.0 */
#include "propagation/older_text.h"

#include "base/hex.h"

enum { DIGITS_MAX = 2 * sizeof(otelmq_trace_id) };

size_t otelmq_split(otelmq_str text, char separator, otelmq_str fields[], size_t max)
{
    size_t count = 0;
    const char *end = NULL;
    do {
        end = text.len > 0 ? memchr(text.data, separator, text.len) : NULL;
        size_t len = end != NULL ? (size_t)(end - text.data) : text.len;
        if (count < max) {
            fields[count] = otelmq_str_from_bytes(text.data, len);
        }
        count++;
        text = end != NULL ? otelmq_str_from_bytes(end + 1, text.len - len - 1) : text;
    } while (end != NULL);
    return count;
}

bool otelmq_hex_parse_padded(otelmq_str digits, size_t len, uint8_t *bytes)
{
    char padded[DIGITS_MAX];
    if (digits.len == 0 || digits.len > 2 * len) {
        return false;
    }
    size_t missing = 2 * len - digits.len;
    if (missing == 0) {
        return otelmq_hex_parse(digits.data, len, bytes);
    }
    memset(padded, '0', missing);
    memcpy(padded + missing, digits.data, digits.len);
    return otelmq_hex_parse(padded, len, bytes);
}

bool otelmq_ids_parse_padded(otelmq_str trace_id, otelmq_str span_id,
                             otelmq_span_context *span_context)
{
    return otelmq_hex_parse_padded(trace_id, sizeof(otelmq_trace_id),
                                   span_context->trace_id.bytes) &&
           otelmq_hex_parse_padded(span_id, sizeof(otelmq_span_id), span_context->span_id.bytes) &&
           otelmq_span_context_is_valid(span_context);
}

void otelmq_carrier_empty(otelmq_carrier carrier, const char *key)
{
    if (otelmq_carrier_get(carrier, key).len > 0) {
        (void)otelmq_carrier_set(carrier, key, (otelmq_str){0});
    }
}
