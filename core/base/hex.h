/* SPDX-License-Identifier: Apache-2.0 */
/* Lower-case hexadecimal, as trace and span ids are written. Any thread. */
#ifndef OTELMQ_BASE_HEX_H
#define OTELMQ_BASE_HEX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

/*
 * 16 digits at once, with the vectors that gcc and clang have on every machine; each of the eight
 * pairs has its first digit first in memory.
 */
typedef uint8_t otelmq_eight_bytes __attribute__((vector_size(8)));
typedef uint16_t otelmq_eight_pairs __attribute__((vector_size(16)));
typedef int8_t otelmq_sixteen_digits __attribute__((vector_size(16)));

/* Writes 16 digits, in line: two ids are written into every message. */
static inline void otelmq_hex_format_eight(const uint8_t bytes[8], char digits[16])
{
    otelmq_eight_bytes packed;
    memcpy(&packed, bytes, sizeof(packed));
    otelmq_eight_pairs wide = __builtin_convertvector(packed, otelmq_eight_pairs);
    otelmq_eight_pairs pairs =
        __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__ ? wide << 4 | wide : wide << 8 | wide >> 4;
    otelmq_sixteen_digits values = (otelmq_sixteen_digits)(pairs & 0x0f0f);
    otelmq_sixteen_digits is_letter = values > 9;
    otelmq_sixteen_digits text = values + '0' + (is_letter & ('a' - '9' - 1));
    memcpy(digits, &text, sizeof(text));
}

/* Writes 2 * len digits, and no NUL. */
void otelmq_hex_format(const uint8_t *bytes, size_t len, char *digits);

/* Reads 2 * len digits into len bytes; false, with bytes undefined, for any but 0-9 and a-f. */
bool otelmq_hex_parse(const char *digits, size_t len, uint8_t *bytes);

/* The value of one digit; -1 for any but 0-9 and a-f. */
static inline int otelmq_hex_digit(char digit)
{
    if (digit >= '0' && digit <= '9') {
        return digit - '0';
    }
    return digit >= 'a' && digit <= 'f' ? digit - 'a' + 10 : -1;
}

/* The same for A-F too, as what people write may have them. */
static inline int otelmq_hex_digit_any_case(char digit)
{
    return otelmq_hex_digit(digit >= 'A' && digit <= 'F' ? (char)(digit - 'A' + 'a') : digit);
}

/* The byte that two digits make; negative when one is none. */
static inline int otelmq_hex_byte(const char digits[2])
{
    return otelmq_hex_digit(digits[0]) * 16 | otelmq_hex_digit(digits[1]);
}

#endif
