/* SPDX-License-Identifier: Apache-2.0 */
#include "export/json/json_reader.h"

#include "base/hex.h"
#include "base/number.h"

#include <string.h>

enum { REPLACEMENT_CHARACTER = 0xFFFD };

void otelmq_json_reader_init(otelmq_json_reader *json, otelmq_str text)
{
    *json = (otelmq_json_reader){.at = text.data, .end = text.data};
    if (text.len > 0) {
        json->end = text.data + text.len;
    }
}

static bool fail(otelmq_json_reader *json)
{
    json->is_broken = true;
    json->at = json->end;
    return false;
}

static bool is_blank(char character)
{
    return character == ' ' || character == '\t' || character == '\n' || character == '\r';
}

/* What comes behind the blanks, '\0' at the end; a NUL in the text is wrong anywhere. */
static char peek(otelmq_json_reader *json)
{
    while (json->at != json->end && is_blank(*json->at)) {
        json->at++;
    }
    return json->at != json->end ? *json->at : '\0';
}

static bool take(otelmq_json_reader *json, char wanted)
{
    if (wanted == '\0' || peek(json) != wanted) {
        return false;
    }
    json->at++;
    return true;
}

bool otelmq_json_enter_object(otelmq_json_reader *json)
{
    json->is_first = take(json, '{');
    return json->is_first;
}

bool otelmq_json_next_member(otelmq_json_reader *json, otelmq_buffer *name)
{
    bool was_first = json->is_first;
    json->is_first = false;
    if (json->is_broken || take(json, '}')) {
        return false;
    }
    if (!was_first && !take(json, ',')) {
        return fail(json);
    }
    otelmq_buffer_clear(name);
    if (!otelmq_json_read_text(json, name) || !take(json, ':')) {
        return fail(json);
    }
    return true;
}

bool otelmq_json_enter_array(otelmq_json_reader *json)
{
    json->is_first = take(json, '[');
    return json->is_first;
}

bool otelmq_json_next_element(otelmq_json_reader *json)
{
    bool was_first = json->is_first;
    json->is_first = false;
    if (json->is_broken || take(json, ']')) {
        return false;
    }
    return was_first || take(json, ',') || fail(json);
}

/* The four digits behind "\u"; false when they are none. */
static bool take_unit(otelmq_json_reader *json, uint32_t *unit)
{
    if (json->end - json->at < 4) {
        return false;
    }
    *unit = 0;
    for (int i = 0; i < 4; i++) {
        int value = otelmq_hex_digit_any_case(*json->at++);
        if (value < 0) {
            return false;
        }
        *unit = *unit * 16 + (uint32_t)value;
    }
    return true;
}

static bool is_high(uint32_t unit)
{
    return unit >= 0xD800 && unit < 0xDC00;
}

static bool is_low(uint32_t unit)
{
    return unit >= 0xDC00 && unit < 0xE000;
}

static void add_utf8(otelmq_buffer *text, uint32_t code)
{
    if (code < 0x80) {
        otelmq_buffer_add_char(text, (char)code);
        return;
    }
    if (code < 0x800) {
        otelmq_buffer_add_char(text, (char)(0xC0 | code >> 6));
    } else {
        if (code < 0x10000) {
            otelmq_buffer_add_char(text, (char)(0xE0 | code >> 12));
        } else {
            otelmq_buffer_add_char(text, (char)(0xF0 | code >> 18));
            otelmq_buffer_add_char(text, (char)(0x80 | (code >> 12 & 0x3F)));
        }
        otelmq_buffer_add_char(text, (char)(0x80 | (code >> 6 & 0x3F)));
    }
    otelmq_buffer_add_char(text, (char)(0x80 | (code & 0x3F)));
}

/* Behind "\u": characters beyond 16 bits stand as two halves; half of one is no character. */
static bool take_unicode(otelmq_json_reader *json, otelmq_buffer *text)
{
    uint32_t unit = 0;
    if (!take_unit(json, &unit)) {
        return false;
    }
    if (is_high(unit) && json->end - json->at >= 6 && json->at[0] == '\\' && json->at[1] == 'u') {
        const char *before = json->at;
        uint32_t low = 0;
        json->at += 2;
        if (!take_unit(json, &low)) {
            return false;
        }
        if (is_low(low)) {
            unit = 0x10000 + ((unit - 0xD800) << 10) + (low - 0xDC00);
        } else {
            json->at = before;
        }
    }
    add_utf8(text, is_high(unit) || is_low(unit) ? (uint32_t)REPLACEMENT_CHARACTER : unit);
    return true;
}

/* Behind the backslash. */
static bool take_escape(otelmq_json_reader *json, otelmq_buffer *text)
{
    static const char escapes[] = "\"\\/bfnrt";
    static const char meanings[] = "\"\\/\b\f\n\r\t";
    if (json->at == json->end) {
        return false;
    }
    char escape = *json->at++;
    if (escape == 'u') {
        return take_unicode(json, text);
    }
    const char *found = escape != '\0' ? strchr(escapes, escape) : NULL;
    if (found == NULL) {
        return false;
    }
    otelmq_buffer_add_char(text, meanings[found - escapes]);
    return true;
}

bool otelmq_json_read_text(otelmq_json_reader *json, otelmq_buffer *text)
{
    if (!take(json, '"')) {
        return false;
    }
    while (json->at != json->end) {
        char character = *json->at++;
        if (character == '"') {
            return true;
        }
        if ((unsigned char)character < 0x20) {
            break;
        }
        if (character != '\\') {
            otelmq_buffer_add_char(text, character);
        } else if (!take_escape(json, text)) {
            break;
        }
    }
    return fail(json);
}

/* Decimal digits with a sign, all of text. */
static bool parse_int64(otelmq_str text, int64_t *number)
{
    bool is_negative = text.len > 0 && text.data[0] == '-';
    uint64_t limit = (uint64_t)INT64_MAX + is_negative;
    uint64_t value = 0;
    size_t first = is_negative;
    for (size_t i = first; i < text.len; i++) {
        if (text.data[i] < '0' || text.data[i] > '9') {
            return false;
        }
        uint64_t digit = (uint64_t)(text.data[i] - '0');
        if (value > (limit - digit) / 10) {
            return false;
        }
        value = value * 10 + digit;
    }
    *number = is_negative ? (int64_t)(0 - value) : (int64_t)value;
    return text.len > first;
}

static bool is_of_word(char character)
{
    return strchr("+-.", character) != NULL || (character >= '0' && character <= '9') ||
           ((character | 0x20) >= 'a' && (character | 0x20) <= 'z');
}

/* A number, true, false or null, in its own characters; empty when what comes is none of them. */
static otelmq_str take_word(otelmq_json_reader *json)
{
    (void)peek(json);
    const char *start = json->at;
    while (json->at != json->end && *json->at != '\0' && is_of_word(*json->at)) {
        json->at++;
    }
    return otelmq_str_from_bytes(start, (size_t)(json->at - start));
}

bool otelmq_json_read_int64(otelmq_json_reader *json, int64_t *number)
{
    if (peek(json) != '"') {
        return parse_int64(take_word(json), number) || fail(json);
    }
    otelmq_buffer text;
    otelmq_buffer_init(&text);
    bool is_read = otelmq_json_read_text(json, &text) && otelmq_buffer_is_complete(&text) &&
                   parse_int64(otelmq_buffer_str(&text), number);
    otelmq_buffer_clean(&text);
    return is_read || fail(json);
}

bool otelmq_json_read_null(otelmq_json_reader *json)
{
    if (peek(json) != 'n') {
        return false;
    }
    return otelmq_str_equal(take_word(json), OTELMQ_STR("null")) || fail(json);
}

static size_t count_digits(otelmq_str text, size_t from)
{
    size_t at = from;
    while (at < text.len && text.data[at] >= '0' && text.data[at] <= '9') {
        at++;
    }
    return at - from;
}

static bool is_at(otelmq_str text, size_t at, const char *characters)
{
    return at < text.len && strchr(characters, text.data[at]) != NULL;
}

/* -? ( 0 | [1-9][0-9]* ) ( \. [0-9]+ )? ( [eE] [+-]? [0-9]+ )?: less than what strtod takes. */
static bool is_number(otelmq_str text)
{
    size_t at = is_at(text, 0, "-");
    size_t whole = count_digits(text, at);
    bool is_good = whole == 1 || (whole > 1 && text.data[at] != '0');
    at += whole;
    if (is_at(text, at, ".")) {
        size_t fraction = count_digits(text, at + 1);
        is_good = is_good && fraction > 0;
        at += 1 + fraction;
    }
    if (is_at(text, at, "eE")) {
        at += 1u + is_at(text, at + 1, "+-");
        size_t exponent = count_digits(text, at);
        is_good = is_good && exponent > 0;
        at += exponent;
    }
    return is_good && at == text.len;
}

bool otelmq_json_read_double(otelmq_json_reader *json, double *number)
{
    char first = peek(json);
    if (first != '-' && (first < '0' || first > '9')) {
        return false;
    }
    otelmq_str text = take_word(json);
    return (is_number(text) && otelmq_double_parse(text, number)) || fail(json);
}

static bool skip_text(otelmq_json_reader *json)
{
    json->at++;
    while (json->at != json->end && *json->at != '"') {
        json->at += *json->at == '\\' && json->end - json->at > 1 ? 2 : 1;
    }
    if (json->at == json->end) {
        return fail(json);
    }
    json->at++;
    return true;
}

/* One step through a value; depth counts the brackets that are open. */
static bool skip_piece(otelmq_json_reader *json, size_t *depth)
{
    switch (peek(json)) {
    case '"':
        return skip_text(json);
    case '{':
    case '[':
        json->at++;
        ++*depth;
        return true;
    case '}':
    case ']':
        json->at++;
        return (*depth)-- > 0 || fail(json);
    case ',':
    case ':':
        json->at++;
        return *depth > 0 || fail(json);
    default:
        return take_word(json).len > 0 || fail(json);
    }
}

void otelmq_json_skip_value(otelmq_json_reader *json)
{
    size_t depth = 0;
    while (skip_piece(json, &depth) && depth > 0) {
    }
}

bool otelmq_json_is_done(otelmq_json_reader *json)
{
    return !json->is_broken && peek(json) == '\0' && json->at == json->end;
}
