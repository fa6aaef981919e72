/* SPDX-License-Identifier: Apache-2.0 */
#include "base/hex.h"

#include <string.h>

/*
 * Ids are written into and read out of every message, so that 16 digits are done at once, with the
 * vectors that gcc and clang have on every machine. Ids have 8 or 16 bytes: a step takes 8.
 */
enum { STEP = 8, LETTER_STEP = 'a' - '9' - 1 };
enum { IS_BIG_ENDIAN = __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__ };

typedef uint8_t eight_bytes __attribute__((vector_size(8)));
typedef uint8_t sixteen_digits __attribute__((vector_size(16)));
/* The same digits as eight pairs: the first digit of a pair stands first in memory. */
typedef uint16_t eight_pairs __attribute__((vector_size(16)));

static const char DIGITS[] = "0123456789abcdef";

/* Reads 16 digits; the result has a bit set where one is none. */
static sixteen_digits parse_eight(const char *digits, uint8_t *bytes)
{
    sixteen_digits text;
    memcpy(&text, digits, sizeof(text));
    /* What is below wraps around to large numbers, so that one comparison is enough for each. */
    sixteen_digits number = text - '0';
    sixteen_digits letter = text - 'a';
    sixteen_digits is_number = (sixteen_digits)(number <= 9);
    sixteen_digits is_letter = (sixteen_digits)(letter <= 5);
    eight_pairs pairs = (eight_pairs)((number & is_number) | ((letter + 10) & is_letter));
    eight_pairs high = IS_BIG_ENDIAN ? pairs >> 8 : pairs & 255;
    eight_pairs low = IS_BIG_ENDIAN ? pairs & 255 : pairs >> 8;
    eight_bytes packed = __builtin_convertvector(high << 4 | low, eight_bytes);
    memcpy(bytes, &packed, sizeof(packed));
    return ~(is_number | is_letter);
}

static bool is_zero(sixteen_digits vector)
{
    uint64_t halves[2];
    memcpy(halves, &vector, sizeof(halves));
    return (halves[0] | halves[1]) == 0;
}

void otelmq_hex_format(const uint8_t *bytes, size_t len, char *digits)
{
    for (; len >= STEP; len -= STEP) {
        otelmq_hex_format_eight(bytes, digits);
        bytes += STEP;
        digits += 2 * STEP;
    }
    for (; len > 0; len--) {
        *digits++ = DIGITS[*bytes >> 4];
        *digits++ = DIGITS[*bytes++ & 15];
    }
}

bool otelmq_hex_parse(const char *digits, size_t len, uint8_t *bytes)
{
    sixteen_digits bad = {0};
    for (; len >= STEP; len -= STEP) {
        bad |= parse_eight(digits, bytes);
        bytes += STEP;
        digits += 2 * STEP;
    }
    for (; len > 0; len--) {
        int value = otelmq_hex_byte(digits);
        if (value < 0) {
            return false;
        }
        *bytes++ = (uint8_t)value;
        digits += 2;
    }
    return is_zero(bad);
}
