/* SPDX-License-Identifier: Apache-2.0 */
#include "base/percent.h"

#include "base/hex.h"

static bool is_plain(char byte, const char plain[OTELMQ_PERCENT_SET_SIZE])
{
    size_t at = (unsigned char)byte - (size_t)' ';
    return at < OTELMQ_PERCENT_SET_SIZE - 1 && plain[at] == 'y';
}

size_t otelmq_percent_encoded_len(otelmq_str text, const char plain[OTELMQ_PERCENT_SET_SIZE])
{
    size_t len = text.len;
    for (size_t i = 0; i < text.len; i++) {
        len += is_plain(text.data[i], plain) ? 0 : 2;
    }
    return len;
}

char *otelmq_percent_encode(otelmq_str text, const char plain[OTELMQ_PERCENT_SET_SIZE], char *out)
{
    static const char digits[] = "0123456789ABCDEF";
    for (size_t i = 0; i < text.len; i++) {
        unsigned char byte = (unsigned char)text.data[i];
        if (is_plain(text.data[i], plain)) {
            *out++ = (char)byte;
        } else {
            *out++ = '%';
            *out++ = digits[byte >> 4];
            *out++ = digits[byte & 15];
        }
    }
    return out;
}

/* The byte that stands encoded at the start of text, or -1. */
static int encoded_byte(otelmq_str text)
{
    if (text.len < 3 || text.data[0] != '%') {
        return -1;
    }
    /* Both cases, as RFC 3986 wants percent-coding to be read. */
    int high = otelmq_hex_digit_any_case(text.data[1]);
    int low = otelmq_hex_digit_any_case(text.data[2]);
    return high < 0 || low < 0 ? -1 : high * 16 + low;
}

bool otelmq_percent_is_well_formed(otelmq_str text)
{
    for (size_t i = 0; i < text.len; i++) {
        if (text.data[i] == '%' &&
            encoded_byte(otelmq_str_from_bytes(text.data + i, text.len - i)) < 0) {
            return false;
        }
    }
    return true;
}

otelmq_str otelmq_percent_decode(otelmq_str text, char *out)
{
    size_t len = 0;
    while (text.len > 0) {
        const char *percent = memchr(text.data, '%', text.len);
        size_t plain = percent != NULL ? (size_t)(percent - text.data) : text.len;
        memmove(out + len, text.data, plain);
        len += plain;
        text = otelmq_str_from_bytes(text.data + plain, text.len - plain);
        if (text.len > 0) {
            int byte = encoded_byte(text);
            size_t taken = byte >= 0 ? 3 : 1;
            out[len++] = byte >= 0 ? (char)byte : '%';
            text = otelmq_str_from_bytes(text.data + taken, text.len - taken);
        }
    }
    return otelmq_str_from_bytes(out, len);
}
