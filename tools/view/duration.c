/* SPDX-License-Identifier: Apache-2.0 */
#include "view/duration.h"

#include <stdio.h>

/* Below 1000 of a unit, with as many decimals as make three digits, after rounding. */
static void format_decimal(view_duration *duration, const char *prefix, double number,
                           const char *unit)
{
    int decimals = number < 9.995 ? 2 : number < 99.95 ? 1 : 0;
    snprintf(duration->text, sizeof duration->text, "%s%.*f %s", prefix, decimals, number, unit);
}

/* From 100 seconds on: two units. */
static void format_long(view_duration *duration, const char *prefix, uint64_t seconds)
{
    if (seconds < 100 * 60) {
        snprintf(duration->text, sizeof duration->text, "%s%um %02us", prefix,
                 (unsigned)(seconds / 60), (unsigned)(seconds % 60));
    } else if (seconds < 100 * 3600) {
        snprintf(duration->text, sizeof duration->text, "%s%uh %02um", prefix,
                 (unsigned)(seconds / 3600), (unsigned)(seconds / 60 % 60));
    } else {
        snprintf(duration->text, sizeof duration->text, "%s%u d", prefix,
                 (unsigned)(seconds / 86400));
    }
}

view_duration view_duration_format(const view_glyphs *glyphs, const char *prefix, uint64_t nano)
{
    view_duration duration;
    double number = (double)nano;
    if (nano < 1000) {
        snprintf(duration.text, sizeof duration.text, "%s%u ns", prefix, (unsigned)nano);
    } else if (number < 999.5e3) {
        format_decimal(&duration, prefix, number / 1e3, glyphs->micro);
    } else if (number < 999.5e6) {
        format_decimal(&duration, prefix, number / 1e6, "ms");
    } else if (number < 99.95e9) {
        format_decimal(&duration, prefix, number / 1e9, "s");
    } else {
        format_long(&duration, prefix, (uint64_t)(number / 1e9 + 0.5));
    }
    return duration;
}
