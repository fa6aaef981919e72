/* SPDX-License-Identifier: Apache-2.0 */
/* Lower-case hexadecimal, as trace and span ids are written. Any thread. */
#ifndef OTELMQ_BASE_HEX_H
#define OTELMQ_BASE_HEX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

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
