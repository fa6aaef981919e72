/* SPDX-License-Identifier: Apache-2.0 */
#include "propagation/traceparent.h"

#include "base/hex.h"
#include "base/text.h"

/* Where the fields stand. */
enum {
    VERSION = 0,
    TRACE_ID = 3,
    SPAN_ID = 36,
    FLAGS = 53,
    FUTURE_FIELDS = OTELMQ_TRACEPARENT_LEN,
};

enum { FORBIDDEN_VERSION = 0xff };

__attribute__((hot)) void otelmq_traceparent_format(const otelmq_span_context *span_context,
                                                    char text[OTELMQ_TRACEPARENT_LEN])
{
    /* Bits that this version does not define must be sent as zero. (Section 3.2.2.5.) */
    uint8_t flags =
        span_context->trace_flags & (OTELMQ_TRACE_FLAG_SAMPLED | OTELMQ_TRACE_FLAG_RANDOM);
    memcpy(text, "00-", 3);
    otelmq_hex_format_eight(span_context->trace_id.bytes, text + TRACE_ID);
    otelmq_hex_format_eight(span_context->trace_id.bytes + 8, text + TRACE_ID + 16);
    text[SPAN_ID - 1] = '-';
    otelmq_hex_format_eight(span_context->span_id.bytes, text + SPAN_ID);
    text[FLAGS - 1] = '-';
    text[FLAGS] = '0';
    text[FLAGS + 1] = (char)('0' + flags); /* at most 3 */
}

/*
 * A version that is not known yet begins with the same four fields, and may have more behind a
 * dash. (Section 3.2.2.2 and 3.2.4.)
 */
static bool has_length_of_version(otelmq_str text, int version)
{
    if (text.len == OTELMQ_TRACEPARENT_LEN) {
        return version != FORBIDDEN_VERSION;
    }
    return version != 0 && version != FORBIDDEN_VERSION && text.data[FUTURE_FIELDS] == '-';
}

static bool has_dashes(const char *data)
{
    return data[TRACE_ID - 1] == '-' && data[SPAN_ID - 1] == '-' && data[FLAGS - 1] == '-';
}

/* Of an unknown version, only the meaning of the sampled bit is certain. (Section 3.2.4.) */
static uint8_t known_flags(int version, int flags)
{
    int known = version == 0 ? OTELMQ_TRACE_FLAG_SAMPLED | OTELMQ_TRACE_FLAG_RANDOM
                             : OTELMQ_TRACE_FLAG_SAMPLED;
    return (uint8_t)(flags & known);
}

bool otelmq_traceparent_parse(otelmq_str text, otelmq_span_context *span_context)
{
    text = otelmq_trim(text);
    if (text.len < OTELMQ_TRACEPARENT_LEN || !has_dashes(text.data)) {
        return false;
    }
    int version = otelmq_hex_byte(text.data + VERSION);
    int flags = otelmq_hex_byte(text.data + FLAGS);
    if (version < 0 || flags < 0 ||
        !otelmq_hex_parse(text.data + TRACE_ID, sizeof(otelmq_trace_id),
                          span_context->trace_id.bytes) ||
        !otelmq_hex_parse(text.data + SPAN_ID, sizeof(otelmq_span_id),
                          span_context->span_id.bytes)) {
        return false;
    }
    span_context->trace_flags = known_flags(version, flags);
    span_context->is_remote = true;
    span_context->tracestate = NULL;
    return has_length_of_version(text, version) && otelmq_span_context_is_valid(span_context);
}
