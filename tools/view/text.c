/* SPDX-License-Identifier: Apache-2.0 */
#include "view/text.h"

#include <langinfo.h>
#include <stdint.h>
#include <stdio.h>
#include <wchar.h>

typedef struct {
    uint32_t code_point;
    size_t len; /* in bytes, 1 when it is not valid */
    bool is_valid;
} character;

/* How many bytes a character has that starts with this one, and the bits of it that count. */
static size_t lead_len(uint8_t lead, uint32_t *bits)
{
    if (lead < 0x80) {
        *bits = lead;
        return 1;
    }
    if (lead >= 0xc2 && lead < 0xe0) {
        *bits = lead & 0x1fu;
        return 2;
    }
    if (lead >= 0xe0 && lead < 0xf0) {
        *bits = lead & 0x0fu;
        return 3;
    }
    *bits = lead & 0x07u;
    return lead >= 0xf0 && lead < 0xf5 ? 4 : 0;
}

static bool is_scalar_value(uint32_t code_point, size_t len)
{
    static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
    return code_point >= least[len] && code_point <= 0x10ffff &&
           (code_point < 0xd800 || code_point > 0xdfff);
}

/* The first character of text, which is not empty. */
static character first_character(otelmq_str text)
{
    const uint8_t *bytes = (const uint8_t *)text.data;
    uint32_t code_point;
    size_t len = lead_len(bytes[0], &code_point);
    if (len == 0 || len > text.len) {
        return (character){bytes[0], 1, false};
    }
    for (size_t i = 1; i < len; i++) {
        if ((bytes[i] & 0xc0u) != 0x80) {
            return (character){bytes[0], 1, false};
        }
        code_point = code_point << 6 | (bytes[i] & 0x3fu);
    }
    if (!is_scalar_value(code_point, len)) {
        return (character){bytes[0], 1, false};
    }
    return (character){code_point, len, true};
}

static otelmq_str without_first(otelmq_str text, size_t len)
{
    return otelmq_str_from_bytes(text.data + len, text.len - len);
}

bool view_text_locale_is_utf8(void)
{
    return strcmp(nl_langinfo(CODESET), "UTF-8") == 0;
}

/* They would let a name rearrange the line around it. (Unicode UAX #9, 2.) */
static bool changes_direction(uint32_t code_point)
{
    return code_point == 0x061c || code_point == 0x200e || code_point == 0x200f ||
           (code_point >= 0x202a && code_point <= 0x202e) ||
           (code_point >= 0x2066 && code_point <= 0x2069);
}

static bool is_printable(character c)
{
    if (!c.is_valid) {
        return false;
    }
    if (c.code_point < 0x7f) {
        return c.code_point >= 0x20;
    }
    return c.code_point >= 0xa0 && view_text_locale_is_utf8() && !changes_direction(c.code_point) &&
           wcwidth((wchar_t)c.code_point) >= 0;
}

static void add_escape(otelmq_buffer *buffer, character c)
{
    char escape[16];
    if (c.is_valid && (c.code_point == '\n' || c.code_point == '\t' || c.code_point == '\r')) {
        const char letter = c.code_point == '\n' ? 'n' : c.code_point == '\t' ? 't' : 'r';
        snprintf(escape, sizeof escape, "\\%c", letter);
    } else if (!c.is_valid || c.code_point < 0x80) {
        snprintf(escape, sizeof escape, "\\x%02x", (unsigned)c.code_point);
    } else if (c.code_point < 0x10000) {
        snprintf(escape, sizeof escape, "\\u%04x", (unsigned)c.code_point);
    } else {
        snprintf(escape, sizeof escape, "\\U%08x", (unsigned)c.code_point);
    }
    otelmq_buffer_add_text(buffer, escape);
}

void view_text_add_printable(otelmq_buffer *buffer, otelmq_str foreign)
{
    while (foreign.len > 0) {
        character c = first_character(foreign);
        if (is_printable(c)) {
            otelmq_buffer_add(buffer, foreign.data, c.len);
        } else {
            add_escape(buffer, c);
        }
        foreign = without_first(foreign, c.len);
    }
}

static size_t character_width(character c)
{
    if (c.code_point < 0x80) {
        return 1;
    }
    int width = wcwidth((wchar_t)c.code_point);
    return width < 0 ? 1 : (size_t)width;
}

size_t view_text_width(otelmq_str text)
{
    size_t width = 0;
    while (text.len > 0) {
        character c = first_character(text);
        width += character_width(c);
        text = without_first(text, c.len);
    }
    return width;
}

otelmq_str view_text_head(otelmq_str text, size_t cells)
{
    otelmq_str rest = text;
    size_t width = 0;
    while (rest.len > 0) {
        character c = first_character(rest);
        width += character_width(c);
        if (width > cells) {
            break;
        }
        rest = without_first(rest, c.len);
    }
    return otelmq_str_from_bytes(text.data, text.len - rest.len);
}

otelmq_str view_text_tail(otelmq_str text, size_t cells)
{
    size_t width = view_text_width(text);
    bool cut = false;
    while (text.len > 0) {
        character c = first_character(text);
        /* A combining mark must not move over to what then stands before it. */
        if (width <= cells && !(cut && character_width(c) == 0)) {
            break;
        }
        cut = true;
        width -= character_width(c);
        text = without_first(text, c.len);
    }
    return text;
}
