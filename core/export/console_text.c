/* SPDX-License-Identifier: Apache-2.0 */
#include "export/console_text.h"

#include "base/base64.h"
#include "base/number.h"
#include "base/utf8.h"

#include <inttypes.h>
#include <stdio.h>
#include <time.h>

enum { DEEPEST = 512 };

static const uint64_t NANOS_PER_SECOND = 1000000000;
static const uint64_t NANOS_PER_MS = 1000000;
static const uint64_t NANOS_PER_MICRO = 1000;

static void add_escape(otelmq_buffer *buffer, unsigned char byte)
{
    char escape[8];
    switch (byte) {
    case '\n':
        otelmq_buffer_add_text(buffer, "\\n");
        break;
    case '\r':
        otelmq_buffer_add_text(buffer, "\\r");
        break;
    case '\t':
        otelmq_buffer_add_text(buffer, "\\t");
        break;
    default:
        snprintf(escape, sizeof(escape), "\\x%02x", byte);
        otelmq_buffer_add_text(buffer, escape);
    }
}

/* U+0080 to U+009F are control characters too, which some terminals obey. */
static bool is_long_control(const char *at, size_t left)
{
    return left >= 2 && (unsigned char)at[0] == 0xC2 && (unsigned char)at[1] >= 0x80 &&
           (unsigned char)at[1] <= 0x9F;
}

static void add_escaped(otelmq_buffer *buffer, otelmq_str valid, bool is_quoted)
{
    for (size_t i = 0; i < valid.len; i++) {
        unsigned char byte = (unsigned char)valid.data[i];
        if (is_long_control(valid.data + i, valid.len - i)) {
            add_escape(buffer, (unsigned char)valid.data[++i]);
        } else if (byte < ' ' || byte == 0x7F) {
            add_escape(buffer, byte);
        } else {
            if (is_quoted && (byte == '"' || byte == '\\')) {
                otelmq_buffer_add_char(buffer, '\\');
            }
            otelmq_buffer_add_char(buffer, (char)byte);
        }
    }
}

static void add_foreign(otelmq_buffer *buffer, otelmq_str text, bool is_quoted)
{
    if (otelmq_utf8_is_valid(text)) {
        add_escaped(buffer, text, is_quoted);
        return;
    }
    otelmq_buffer valid;
    otelmq_buffer_init(&valid);
    otelmq_utf8_add_valid(&valid, text);
    add_escaped(buffer, otelmq_buffer_str(&valid), is_quoted);
    otelmq_buffer_clean(&valid);
}

void otelmq_console_add_text(otelmq_buffer *buffer, otelmq_str text)
{
    add_foreign(buffer, text, false);
}

static void add_string(otelmq_buffer *buffer, otelmq_str text)
{
    otelmq_buffer_add_char(buffer, '"');
    add_foreign(buffer, text, true);
    otelmq_buffer_add_char(buffer, '"');
}

static void add_double(otelmq_buffer *buffer, double number)
{
    char text[OTELMQ_DOUBLE_SIZE];
    otelmq_buffer_add(buffer, text, otelmq_double_format(number, text));
}

static void add_value(otelmq_buffer *buffer, const otelmq_value *value, uint32_t depth);

static void add_array(otelmq_buffer *buffer, const otelmq_value *array, uint32_t depth)
{
    otelmq_buffer_add_char(buffer, '[');
    for (uint32_t i = 0; i < array->count; i++) {
        otelmq_value element = otelmq_value_element(array, i);
        otelmq_buffer_add_text(buffer, i > 0 ? ", " : "");
        add_value(buffer, &element, depth + 1);
    }
    otelmq_buffer_add_char(buffer, ']');
}

static void add_map(otelmq_buffer *buffer, const otelmq_value *map, uint32_t depth)
{
    otelmq_buffer_add_char(buffer, '{');
    for (uint32_t i = 0; i < map->count; i++) {
        otelmq_buffer_add_text(buffer, i > 0 ? ", " : "");
        add_string(buffer, map->as.entries[i].key);
        otelmq_buffer_add_text(buffer, ": ");
        add_value(buffer, &map->as.entries[i].value, depth + 1);
    }
    otelmq_buffer_add_char(buffer, '}');
}

/* What the tracer copied is less deep; this is for data that somebody else made. */
static void add_nested(otelmq_buffer *buffer, const otelmq_value *value, uint32_t depth)
{
    if (depth > DEEPEST) {
        otelmq_buffer_add_text(buffer, "...");
    } else if (value->type == OTELMQ_VALUE_MAP) {
        add_map(buffer, value, depth);
    } else {
        add_array(buffer, value, depth);
    }
}

/* (Specification: common/README.md, "AnyValue representation for non-OTLP protocols".) */
static void add_value(otelmq_buffer *buffer, const otelmq_value *value, uint32_t depth)
{
    switch (value->type) {
    case OTELMQ_VALUE_NONE:
        otelmq_buffer_add_text(buffer, "null");
        break;
    case OTELMQ_VALUE_STRING:
        add_string(buffer, value->as.string);
        break;
    case OTELMQ_VALUE_BOOL:
        otelmq_buffer_add_text(buffer, value->as.boolean ? "true" : "false");
        break;
    case OTELMQ_VALUE_INT:
        otelmq_buffer_add_int(buffer, value->as.integer);
        break;
    case OTELMQ_VALUE_DOUBLE:
        add_double(buffer, value->as.real);
        break;
    case OTELMQ_VALUE_BYTES:
        otelmq_base64_add(buffer, value->as.bytes);
        break;
    case OTELMQ_VALUE_STRING_ARRAY:
    case OTELMQ_VALUE_BOOL_ARRAY:
    case OTELMQ_VALUE_INT_ARRAY:
    case OTELMQ_VALUE_DOUBLE_ARRAY:
    case OTELMQ_VALUE_ARRAY:
    case OTELMQ_VALUE_MAP:
        add_nested(buffer, value, depth);
        break;
    }
}

void otelmq_console_add_value(otelmq_buffer *buffer, const otelmq_value *value)
{
    add_value(buffer, value, 1);
}

void otelmq_console_add_ms(otelmq_buffer *buffer, uint64_t nanos)
{
    char text[48];
    snprintf(text, sizeof(text), "%" PRIu64 ".%03" PRIu64 " ms", nanos / NANOS_PER_MS,
             nanos % NANOS_PER_MS / NANOS_PER_MICRO);
    otelmq_buffer_add_text(buffer, text);
}

void otelmq_console_add_time(otelmq_buffer *buffer, uint64_t unix_nano)
{
    time_t seconds = (time_t)(unix_nano / NANOS_PER_SECOND);
    struct tm parts;
    char date[32] = "";
    if (gmtime_r(&seconds, &parts) != NULL) {
        strftime(date, sizeof(date), "%Y-%m-%dT%H:%M:%S", &parts);
    }
    char text[64];
    snprintf(text, sizeof(text), "%s.%06" PRIu64 "Z", date,
             unix_nano % NANOS_PER_SECOND / NANOS_PER_MICRO);
    otelmq_buffer_add_text(buffer, text);
}
