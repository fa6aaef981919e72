/* SPDX-License-Identifier: Apache-2.0 */
#include "base/number.h"

#include <ctype.h>
#include <locale.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

/* Fewer digits than these would write 100000 as 1e+05. */
enum { DIGITS_MIN = 15, DIGITS_MAX = 17 };

/* The C library keeps this one ready: it costs no memory there. */
static locale_t c_locale(void)
{
    return newlocale(LC_ALL_MASK, "C", (locale_t)0);
}

/* False unless all of text is a number. */
static bool parse(const char *text, size_t len, double *number)
{
    locale_t locale = c_locale();
    if (locale == (locale_t)0) {
        return false;
    }
    char *end = NULL;
    double parsed = strtod_l(text, &end, locale);
    freelocale(locale);
    if (end != text + len) {
        return false;
    }
    *number = parsed;
    return true;
}

bool otelmq_double_parse(otelmq_str text, double *number)
{
    char copy[OTELMQ_DOUBLE_TEXT_MAX + 1];
    if (text.len == 0 || text.len > OTELMQ_DOUBLE_TEXT_MAX || isspace((unsigned char)*text.data)) {
        return false;
    }
    memcpy(copy, text.data, text.len);
    copy[text.len] = '\0';
    return parse(copy, text.len, number);
}

static bool is_same(double a, double b)
{
    return memcmp(&a, &b, sizeof(a)) == 0;
}

static size_t format_finite(double number, char text[OTELMQ_DOUBLE_SIZE])
{
    int len = 0;
    double read_back = 0;
    for (int digits = DIGITS_MIN; digits <= DIGITS_MAX; digits++) {
        len = snprintf(text, OTELMQ_DOUBLE_SIZE, "%.*g", digits, number);
        read_back = strtod(text, NULL);
        if (is_same(read_back, number)) {
            break;
        }
    }
    return (size_t)len;
}

size_t otelmq_double_format(double number, char text[OTELMQ_DOUBLE_SIZE])
{
    if (isnan(number) || isinf(number)) {
        const char *name = number > 0 ? "Infinity" : "-Infinity";
        return (size_t)snprintf(text, OTELMQ_DOUBLE_SIZE, "%s", isnan(number) ? "NaN" : name);
    }
    locale_t locale = c_locale();
    locale_t before = locale != (locale_t)0 ? uselocale(locale) : (locale_t)0;
    size_t len = format_finite(number, text);
    if (locale != (locale_t)0) {
        uselocale(before);
        freelocale(locale);
    }
    return len;
}
