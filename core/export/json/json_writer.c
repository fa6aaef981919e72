/* SPDX-License-Identifier: Apache-2.0 */
#include "export/json/json_writer.h"

#include "base/base64.h"
#include "base/hex.h"
#include "base/number.h"
#include "base/utf8.h"

#include <math.h>
#include <stdio.h>

void otelmq_json_writer_init(otelmq_json_writer *json, otelmq_buffer *out)
{
    *json = (otelmq_json_writer){out, false};
}

/* What stands in front of a value: the comma behind the one before, and the name. */
static void begin_value(otelmq_json_writer *json, const char *name)
{
    if (json->needs_comma) {
        otelmq_buffer_add_char(json->out, ',');
    }
    if (name != NULL) {
        otelmq_buffer_add_char(json->out, '"');
        otelmq_buffer_add_text(json->out, name);
        otelmq_buffer_add_text(json->out, "\":");
    }
    json->needs_comma = true;
}

static void open_bracket(otelmq_json_writer *json, const char *name, char bracket)
{
    begin_value(json, name);
    otelmq_buffer_add_char(json->out, bracket);
    json->needs_comma = false;
}

static void close_bracket(otelmq_json_writer *json, char bracket)
{
    otelmq_buffer_add_char(json->out, bracket);
    json->needs_comma = true;
}

void otelmq_json_open_object(otelmq_json_writer *json, const char *name)
{
    open_bracket(json, name, '{');
}

void otelmq_json_close_object(otelmq_json_writer *json)
{
    close_bracket(json, '}');
}

void otelmq_json_open_array(otelmq_json_writer *json, const char *name)
{
    open_bracket(json, name, '[');
}

void otelmq_json_close_array(otelmq_json_writer *json)
{
    close_bracket(json, ']');
}

static bool needs_escape(char character)
{
    return (unsigned char)character < 0x20 || character == '"' || character == '\\';
}

static void add_escaped(otelmq_buffer *out, char character)
{
    char escape[8];
    switch (character) {
    case '"':
    case '\\':
        snprintf(escape, sizeof(escape), "\\%c", character);
        break;
    case '\n':
        snprintf(escape, sizeof(escape), "\\n");
        break;
    case '\t':
        snprintf(escape, sizeof(escape), "\\t");
        break;
    default:
        snprintf(escape, sizeof(escape), "\\u%04x", (unsigned)(unsigned char)character);
        break;
    }
    otelmq_buffer_add_text(out, escape);
}

/* The text must be UTF-8. */
static void add_content(otelmq_buffer *out, otelmq_str text)
{
    size_t copied = 0;
    for (size_t i = 0; i < text.len; i++) {
        if (needs_escape(text.data[i])) {
            otelmq_buffer_add(out, text.data + copied, i - copied);
            add_escaped(out, text.data[i]);
            copied = i + 1;
        }
    }
    if (text.len > copied) {
        otelmq_buffer_add(out, text.data + copied, text.len - copied);
    }
}

static void add_repaired_content(otelmq_buffer *out, otelmq_str text)
{
    otelmq_buffer repaired;
    otelmq_buffer_init(&repaired);
    otelmq_utf8_add_valid(&repaired, text);
    out->failed = out->failed || !otelmq_buffer_is_complete(&repaired);
    add_content(out, otelmq_buffer_str(&repaired));
    otelmq_buffer_clean(&repaired);
}

static void add_quoted(otelmq_buffer *out, otelmq_str text)
{
    otelmq_buffer_add_char(out, '"');
    if (otelmq_utf8_is_valid(text)) {
        add_content(out, text);
    } else {
        add_repaired_content(out, text);
    }
    otelmq_buffer_add_char(out, '"');
}

void otelmq_json_add_name(otelmq_json_writer *json, otelmq_str name)
{
    begin_value(json, NULL);
    add_quoted(json->out, name);
    otelmq_buffer_add_char(json->out, ':');
    json->needs_comma = false;
}

void otelmq_json_add_text(otelmq_json_writer *json, const char *name, otelmq_str text)
{
    begin_value(json, name);
    add_quoted(json->out, text);
}

void otelmq_json_add_hex(otelmq_json_writer *json, const char *name, const uint8_t *bytes,
                         size_t len)
{
    begin_value(json, name);
    otelmq_buffer_add_char(json->out, '"');
    if (otelmq_buffer_reserve(json->out, 2 * len)) {
        otelmq_hex_format(bytes, len, json->out->data + json->out->len);
        json->out->len += 2 * len;
    }
    otelmq_buffer_add_char(json->out, '"');
}

void otelmq_json_add_base64(otelmq_json_writer *json, const char *name, otelmq_str bytes)
{
    begin_value(json, name);
    otelmq_buffer_add_char(json->out, '"');
    otelmq_base64_add(json->out, bytes);
    otelmq_buffer_add_char(json->out, '"');
}

void otelmq_json_add_bool(otelmq_json_writer *json, const char *name, bool value)
{
    begin_value(json, name);
    otelmq_buffer_add_text(json->out, value ? "true" : "false");
}

void otelmq_json_add_null(otelmq_json_writer *json, const char *name)
{
    begin_value(json, name);
    otelmq_buffer_add_text(json->out, "null");
}

void otelmq_json_add_uint32(otelmq_json_writer *json, const char *name, uint32_t value)
{
    begin_value(json, name);
    otelmq_buffer_add_uint(json->out, value);
}

void otelmq_json_add_number(otelmq_json_writer *json, const char *name, uint64_t value)
{
    begin_value(json, name);
    otelmq_buffer_add_uint(json->out, value);
}

void otelmq_json_add_signed_number(otelmq_json_writer *json, const char *name, int64_t value)
{
    begin_value(json, name);
    otelmq_buffer_add_int(json->out, value);
}

void otelmq_json_add_uint64(otelmq_json_writer *json, const char *name, uint64_t value)
{
    begin_value(json, name);
    otelmq_buffer_add_char(json->out, '"');
    otelmq_buffer_add_uint(json->out, value);
    otelmq_buffer_add_char(json->out, '"');
}

void otelmq_json_add_int64(otelmq_json_writer *json, const char *name, int64_t value)
{
    begin_value(json, name);
    otelmq_buffer_add_char(json->out, '"');
    otelmq_buffer_add_int(json->out, value);
    otelmq_buffer_add_char(json->out, '"');
}

void otelmq_json_add_double(otelmq_json_writer *json, const char *name, double value)
{
    begin_value(json, name);
    char text[OTELMQ_DOUBLE_SIZE];
    otelmq_str printed = otelmq_str_from_bytes(text, otelmq_double_format(value, text));
    if (isnan(value) || isinf(value)) {
        add_quoted(json->out, printed);
    } else if (value == 0 && signbit(value)) {
        /* Without a point it would be an integer to many readers, which have no negative zero. */
        otelmq_buffer_add_text(json->out, "-0.0");
    } else {
        otelmq_buffer_add_str(json->out, printed);
    }
}
