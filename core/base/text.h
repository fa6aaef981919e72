/* SPDX-License-Identifier: Apache-2.0 */
/* What lists in headers and settings have in common: separators, and white space around members. */
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
