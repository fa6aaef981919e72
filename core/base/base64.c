/* SPDX-License-Identifier: Apache-2.0 */
#include "base/base64.h"

static const char DIGITS[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

enum { GROUP_BYTES = 3, GROUP_DIGITS = 4, DIGIT_BITS = 6 };

/* Up to three bytes as four digits, of which each stands for six bits, and padding for none. */
static void add_group(otelmq_buffer *buffer, const unsigned char *bytes, size_t count)
{
    char digits[GROUP_DIGITS];
    unsigned bits = (unsigned)bytes[0] << 16;
    bits |= count > 1 ? (unsigned)bytes[1] << 8 : 0;
    bits |= count > 2 ? bytes[2] : 0;
    for (size_t i = 0; i < GROUP_DIGITS; i++) {
        size_t shift = (GROUP_DIGITS - 1 - i) * DIGIT_BITS;
        digits[i] = i <= count ? DIGITS[bits >> shift & 0x3F] : '=';
    }
    otelmq_buffer_add(buffer, digits, sizeof(digits));
}

void otelmq_base64_add(otelmq_buffer *buffer, otelmq_str bytes)
{
    for (size_t i = 0; i < bytes.len; i += GROUP_BYTES) {
        size_t left = bytes.len - i;
        add_group(buffer, (const unsigned char *)bytes.data + i,
                  left < GROUP_BYTES ? left : GROUP_BYTES);
    }
}

static int value_of(char digit)
{
    const char *found = digit != '\0' ? strchr(DIGITS, digit) : NULL;
    return found != NULL ? (int)(found - DIGITS) : -1;
}

static otelmq_str without_padding(otelmq_str digits)
{
    for (int i = 0; i < 2 && digits.len > 0 && digits.data[digits.len - 1] == '='; i++) {
        digits.len--;
    }
    return digits;
}

bool otelmq_base64_read(otelmq_buffer *buffer, otelmq_str digits)
{
    otelmq_str own = without_padding(digits);
    uint32_t bits = 0;
    unsigned bit_count = 0;
    for (size_t i = 0; i < own.len; i++) {
        int value = value_of(own.data[i]);
        if (value < 0) {
            return false;
        }
        bits = bits << DIGIT_BITS | (uint32_t)value;
        bit_count += DIGIT_BITS;
        if (bit_count >= 8) {
            bit_count -= 8;
            otelmq_buffer_add_char(buffer, (char)(unsigned char)(bits >> bit_count & 0xFF));
        }
    }
    return own.len % GROUP_DIGITS != 1;
}
