/* SPDX-License-Identifier: Apache-2.0 */
#include "config/scalar.h"

#include "base/number.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>

static bool is_one_of(otelmq_str text, const char *const names[], size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (otelmq_str_equal(text, otelmq_str_from(names[i]))) {
            return true;
        }
    }
    return false;
}

static bool is_null(otelmq_str text)
{
    static const char *const names[] = {"", "~", "null", "Null", "NULL"};
    return is_one_of(text, names, sizeof(names) / sizeof(names[0]));
}

static bool parse_bool(otelmq_str text, bool *boolean)
{
    static const char *const yes[] = {"true", "True", "TRUE"};
    static const char *const no[] = {"false", "False", "FALSE"};
    *boolean = is_one_of(text, yes, 3);
    return *boolean || is_one_of(text, no, 3);
}

/* How many of the characters stand at the beginning of text. */
static size_t count_of(const char *text, const char *characters)
{
    return strspn(text, characters);
}

static const char *skip_sign(const char *text)
{
    return *text == '-' || *text == '+' ? text + 1 : text;
}

/* The base in which text is an integer; 0 when it is none. A sign goes with base 10 only. */
static int integer_base(otelmq_str text)
{
    if (text.len > 2 && memcmp(text.data, "0x", 2) == 0) {
        return 2 + count_of(text.data + 2, "0123456789abcdefABCDEF") == text.len ? 16 : 0;
    }
    if (text.len > 2 && memcmp(text.data, "0o", 2) == 0) {
        return 2 + count_of(text.data + 2, "01234567") == text.len ? 8 : 0;
    }
    const char *digits = skip_sign(text.data);
    size_t len = count_of(digits, "0123456789");
    return len > 0 && digits + len == text.data + text.len ? 10 : 0;
}

/* False when it does not fit. strtoll does not know "0o". */
static bool parse_integer(otelmq_str text, int base, int64_t *integer)
{
    errno = 0;
    *integer = strtoll(base == 10 ? text.data : text.data + 2, NULL, base);
    return errno == 0;
}

/* [-+]? ( \.[0-9]+ | [0-9]+ ( \.[0-9]* )? ) ( [eE] [-+]? [0-9]+ )? */
static bool is_decimal(otelmq_str text)
{
    const char *at = skip_sign(text.data);
    size_t whole = count_of(at, "0123456789");
    at += whole;
    size_t fraction = 0;
    if (*at == '.') {
        fraction = count_of(at + 1, "0123456789");
        at += 1 + fraction;
    }
    if (whole + fraction == 0) {
        return false;
    }
    if (*at == 'e' || *at == 'E') {
        at = skip_sign(at + 1);
        size_t exponent = count_of(at, "0123456789");
        at += exponent;
        if (exponent == 0) {
            return false;
        }
    }
    return at == text.data + text.len;
}

static bool parse_special(otelmq_str text, double *real)
{
    static const char *const infinities[] = {".inf", ".Inf", ".INF"};
    static const char *const nans[] = {".nan", ".NaN", ".NAN"};
    if (is_one_of(text, nans, 3)) {
        *real = NAN;
        return true;
    }
    *real = text.data[0] == '-' ? -INFINITY : INFINITY;
    size_t sign = (size_t)(skip_sign(text.data) - text.data);
    return is_one_of(otelmq_str_from_bytes(text.data + sign, text.len - sign), infinities, 3);
}

otelmq_config_type otelmq_config_resolve(otelmq_str text, otelmq_config_value *value)
{
    if (is_null(text)) {
        return OTELMQ_CONFIG_NULL;
    }
    if (parse_bool(text, &value->boolean)) {
        return OTELMQ_CONFIG_BOOL;
    }
    int base = integer_base(text);
    if (base != 0 && parse_integer(text, base, &value->integer)) {
        return OTELMQ_CONFIG_INT;
    }
    if (base != 0 || is_decimal(text)) {
        value->real = INFINITY;
        if (base != 16 && base != 8 && !otelmq_double_parse(text, &value->real)) {
            value->real = NAN;
        }
        return OTELMQ_CONFIG_DOUBLE;
    }
    return parse_special(text, &value->real) ? OTELMQ_CONFIG_DOUBLE : OTELMQ_CONFIG_STRING;
}
