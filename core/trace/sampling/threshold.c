/* SPDX-License-Identifier: Apache-2.0 */
#include "trace/sampling/threshold.h"

#include "base/hex.h"

#include <math.h>

enum { BITS = 56, BITS_PER_DIGIT = 4 };

/*
 * Small ratios have thresholds that begin with many "f", which say nothing: precision counts the
 * digits behind them, so that a ratio of one in a million is not rounded away.
 */
static unsigned digits_for(double ratio, uint32_t precision)
{
    int exponent = 0;
    frexp(ratio, &exponent);
    unsigned leading = exponent < 0 ? ((unsigned)-exponent) / BITS_PER_DIGIT : 0;
    unsigned wanted = precision != 0 ? precision : OTELMQ_THRESHOLD_PRECISION;
    return wanted < OTELMQ_THRESHOLD_DIGITS - leading ? wanted + leading : OTELMQ_THRESHOLD_DIGITS;
}

/* No carry can reach 2^56: half of the last digit is always less than the ratio. */
static uint64_t round_to(uint64_t threshold, unsigned digits)
{
    unsigned dropped_bits = BITS - digits * BITS_PER_DIGIT;
    if (dropped_bits == 0) {
        return threshold;
    }
    uint64_t half = UINT64_C(1) << (dropped_bits - 1);
    return (threshold + half) >> dropped_bits << dropped_bits;
}

bool otelmq_threshold_from_ratio(double ratio, uint32_t precision, uint64_t *threshold)
{
    static const double least = 0x1p-56;
    if (isnan(ratio) || ratio < least) {
        return false;
    }
    if (ratio >= 1) {
        *threshold = 0;
        return true;
    }
    uint64_t kept = (uint64_t)llrint(ldexp(ratio, BITS));
    *threshold = round_to(OTELMQ_THRESHOLD_END - kept, digits_for(ratio, precision));
    return true;
}

size_t otelmq_threshold_format(uint64_t threshold, char digits[OTELMQ_THRESHOLD_DIGITS])
{
    size_t len = 1;
    for (size_t i = 0; i < OTELMQ_THRESHOLD_DIGITS; i++) {
        unsigned digit = (unsigned)(threshold >> (BITS - BITS_PER_DIGIT * (i + 1))) & 15;
        digits[i] = "0123456789abcdef"[digit];
        len = digit != 0 ? i + 1 : len;
    }
    return len;
}

bool otelmq_threshold_parse(otelmq_str digits, uint64_t *threshold)
{
    if (digits.len == 0 || digits.len > OTELMQ_THRESHOLD_DIGITS) {
        return false;
    }
    uint64_t parsed = 0;
    for (size_t i = 0; i < OTELMQ_THRESHOLD_DIGITS; i++) {
        int value = i < digits.len ? otelmq_hex_digit(digits.data[i]) : 0;
        if (value < 0) {
            return false;
        }
        parsed = parsed << BITS_PER_DIGIT | (uint64_t)value;
    }
    *threshold = parsed;
    return true;
}
