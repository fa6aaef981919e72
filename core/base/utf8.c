/* SPDX-License-Identifier: Apache-2.0 */
#include "base/utf8.h"

static const char REPLACEMENT[] = "\xEF\xBF\xBD";

/* What stands at one place of a text: a character, or bytes that begin none. */
typedef struct {
    size_t len;
    bool is_valid;
} sequence;

/* The bytes that may follow a first byte. (RFC 3629, section 4, and Unicode table 3-7.) */
typedef struct {
    size_t len;
    unsigned char second_lowest;
    unsigned char second_highest;
} lead;

static lead lead_of(unsigned char first)
{
    if (first < 0x80) {
        return (lead){1, 0, 0};
    }
    if (first >= 0xC2 && first <= 0xDF) {
        return (lead){2, 0x80, 0xBF};
    }
    if (first >= 0xE0 && first <= 0xEF) {
        /* A lower second byte would be overlong after E0; a higher one a surrogate after ED. */
        return (lead){3, first == 0xE0 ? 0xA0 : 0x80, first == 0xED ? 0x9F : 0xBF};
    }
    if (first >= 0xF0 && first <= 0xF4) {
        /* A lower second byte would be overlong after F0; a higher one past U+10FFFF after F4. */
        return (lead){4, first == 0xF0 ? 0x90 : 0x80, first == 0xF4 ? 0x8F : 0xBF};
    }
    return (lead){0, 0, 0};
}

static sequence sequence_at(const unsigned char *bytes, size_t left)
{
    lead first = lead_of(bytes[0]);
    if (first.len <= 1) {
        return (sequence){1, first.len == 1};
    }
    unsigned char lowest = first.second_lowest;
    unsigned char highest = first.second_highest;
    for (size_t i = 1; i < first.len; i++) {
        if (i >= left || bytes[i] < lowest || bytes[i] > highest) {
            return (sequence){i, false};
        }
        lowest = 0x80;
        highest = 0xBF;
    }
    return (sequence){first.len, true};
}

/* How many valid bytes text begins with. */
static size_t valid_len(otelmq_str text)
{
    size_t at = 0;
    while (at < text.len) {
        sequence next = sequence_at((const unsigned char *)text.data + at, text.len - at);
        if (!next.is_valid) {
            return at;
        }
        at += next.len;
    }
    return at;
}

static bool is_ascii(otelmq_str text)
{
    static const uint64_t high_bits = 0x8080808080808080;
    uint64_t seen = 0;
    size_t at = 0;
    for (; at + sizeof(seen) <= text.len; at += sizeof(seen)) {
        uint64_t word;
        memcpy(&word, text.data + at, sizeof(word));
        seen |= word;
    }
    for (; at < text.len; at++) {
        seen |= (unsigned char)text.data[at];
    }
    return (seen & high_bits) == 0;
}

bool otelmq_utf8_is_valid(otelmq_str text)
{
    return is_ascii(text) || valid_len(text) == text.len;
}

static bool is_continuation(char byte)
{
    return ((unsigned char)byte & 0xC0) == 0x80;
}

otelmq_str otelmq_utf8_truncate(otelmq_str text, size_t max)
{
    if (text.len <= max) {
        return text;
    }
    size_t start = max;
    while (start > 0 && max - start < 3 && is_continuation(text.data[start])) {
        start--;
    }
    sequence cut = sequence_at((const unsigned char *)text.data + start, text.len - start);
    bool cuts_character = cut.is_valid && start + cut.len > max;
    return otelmq_str_from_bytes(text.data, cuts_character ? start : max);
}

otelmq_str otelmq_utf8_first(otelmq_str text, size_t max)
{
    size_t at = 0;
    for (size_t count = 0; at < text.len && count < max; count++) {
        at += sequence_at((const unsigned char *)text.data + at, text.len - at).len;
    }
    return otelmq_str_from_bytes(text.data, at);
}

void otelmq_utf8_add_valid(otelmq_buffer *buffer, otelmq_str text)
{
    while (text.len > 0) {
        size_t len = valid_len(text);
        otelmq_buffer_add(buffer, text.data, len);
        text = otelmq_str_from_bytes(text.data + len, text.len - len);
        if (text.len > 0) {
            sequence bad = sequence_at((const unsigned char *)text.data, text.len);
            otelmq_buffer_add_text(buffer, REPLACEMENT);
            text = otelmq_str_from_bytes(text.data + bad.len, text.len - bad.len);
        }
    }
}
