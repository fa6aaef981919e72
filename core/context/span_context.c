/* SPDX-License-Identifier: Apache-2.0 */
#include <otelmq/span_context.h>

#include "base/hex.h"

void otelmq_trace_id_format(otelmq_trace_id id, char hex[OTELMQ_TRACE_ID_HEX_SIZE])
{
    otelmq_hex_format(id.bytes, sizeof(id.bytes), hex);
    hex[OTELMQ_TRACE_ID_HEX_SIZE - 1] = '\0';
}

void otelmq_span_id_format(otelmq_span_id id, char hex[OTELMQ_SPAN_ID_HEX_SIZE])
{
    otelmq_hex_format(id.bytes, sizeof(id.bytes), hex);
    hex[OTELMQ_SPAN_ID_HEX_SIZE - 1] = '\0';
}

otelmq_status otelmq_trace_id_parse(otelmq_str hex, otelmq_trace_id *id)
{
    otelmq_trace_id parsed;
    if (hex.len != 2 * sizeof(parsed.bytes) ||
        !otelmq_hex_parse(hex.data, sizeof(parsed.bytes), parsed.bytes) ||
        !otelmq_trace_id_is_valid(parsed)) {
        return OTELMQ_ERROR_MALFORMED;
    }
    *id = parsed;
    return OTELMQ_OK;
}

otelmq_status otelmq_span_id_parse(otelmq_str hex, otelmq_span_id *id)
{
    otelmq_span_id parsed;
    if (hex.len != 2 * sizeof(parsed.bytes) ||
        !otelmq_hex_parse(hex.data, sizeof(parsed.bytes), parsed.bytes) ||
        !otelmq_span_id_is_valid(parsed)) {
        return OTELMQ_ERROR_MALFORMED;
    }
    *id = parsed;
    return OTELMQ_OK;
}
