/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What headers and settings have in common: members between separators, white space around them,
 * and names in any case of their letters, of which only those of ASCII have two, in every locale.
 */
#ifndef OTELMQ_BASE_TEXT_H
#define OTELMQ_BASE_TEXT_H

#include <otelmq/str.h>

/* Optional white space. (RFC 9110, section 5.6.3.) */
static inline bool otelmq_is_white_space(char byte)
{
    return byte == ' ' || byte == '\t';
}

/* text without the white space at its start. */
static inline otelmq_str otelmq_trim_start(otelmq_str text)
{
    while (text.len > 0 && otelmq_is_white_space(text.data[0])) {
        text.data++;
        text.len--;
    }
    return text;
}

/* text without the white space at both ends. */
static inline otelmq_str otelmq_trim(otelmq_str text)
{
    while (text.len > 0 && otelmq_is_white_space(text.data[text.len - 1])) {
        text.len--;
    }
    return otelmq_trim_start(text);
}

static inline char otelmq_lower_case(char byte)
{
    return byte >= 'A' && byte <= 'Z' ? (char)(byte - 'A' + 'a') : byte;
}

/* Whether text begins with start, in any case of the letters. */
static inline bool otelmq_starts_with_any_case(otelmq_str text, otelmq_str start)
{
    for (size_t i = 0; i < start.len; i++) {
        if (i == text.len || otelmq_lower_case(text.data[i]) != otelmq_lower_case(start.data[i])) {
            return false;
        }
    }
    return true;
}

/* Whether both are the same name, in any case of the letters. */
static inline bool otelmq_is_same_name(otelmq_str a, otelmq_str b)
{
    return a.len == b.len && otelmq_starts_with_any_case(a, b);
}

/* Whether value can stand in a header: no control characters but tabs. (RFC 9110, section 5.5.) */
static inline bool otelmq_is_field_value(otelmq_str value)
{
    for (size_t i = 0; i < value.len; i++) {
        unsigned char byte = (unsigned char)value.data[i];
        if ((byte < ' ' && byte != '\t') || byte == 0x7F) {
            return false;
        }
    }
    return true;
}

/* Takes what stands before the next separator, and the separator, off rest, which is not empty. */
static inline otelmq_str otelmq_take_until(otelmq_str *rest, char separator)
{
    const char *end = (const char *)memchr(rest->data, separator, rest->len);
    size_t len = end != NULL ? (size_t)(end - rest->data) : rest->len;
    size_t taken = end != NULL ? len + 1 : len;
    otelmq_str before = {rest->data, len};
    *rest = otelmq_str_from_bytes(rest->data + taken, rest->len - taken);
    return before;
}

#endif
