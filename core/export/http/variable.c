/* SPDX-License-Identifier: Apache-2.0 */
#include "export/http/variable.h"

#include "base/text.h"
#include "export/http/url.h"

#include <otelmq/diagnostics.h>

#include <inttypes.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

otelmq_variable otelmq_variable_look_up(const char *name)
{
    const char *value = getenv(name);
    return (otelmq_variable){name, value != NULL && value[0] != '\0' ? value : NULL};
}

otelmq_variable otelmq_variable_look_up_either(const char *name, const char *other_name)
{
    otelmq_variable found = otelmq_variable_look_up(name);
    return found.value != NULL ? found : otelmq_variable_look_up(other_name);
}

void otelmq_variable_report_wrong(otelmq_variable wrong, const char *why, const char *shown_value,
                                  const char *used_instead)
{
    otelmq_diagnostics_report(OTELMQ_SEVERITY_WARNING, "%s is \"%s\", which is %s; %s is used.",
                              wrong.name, shown_value, why, used_instead);
}

void otelmq_variable_report_wrong_url(otelmq_variable wrong, const char *used_instead)
{
    char *masked = otelmq_url_masked(wrong.value);
    otelmq_variable_report_wrong(wrong, "not an http or https URL", masked != NULL ? masked : "***",
                                 used_instead);
    free(masked);
}

/* Decimal digits only, at least one, and what 32 bits hold; false for anything else. */
static bool parse_uint(const char *text, uint32_t *number)
{
    uint64_t parsed = 0;
    const char *at = text;
    for (; *at >= '0' && *at <= '9' && parsed <= UINT32_MAX; at++) {
        parsed = parsed * 10 + (uint64_t)(*at - '0');
    }
    *number = (uint32_t)parsed;
    return at != text && *at == '\0' && parsed <= UINT32_MAX;
}

uint32_t otelmq_variable_timeout_ms(otelmq_variable variable, uint32_t usual)
{
    uint32_t timeout_ms = 0;
    if (variable.value == NULL) {
        return usual;
    }
    if (!parse_uint(variable.value, &timeout_ms)) {
        char used_instead[16];
        snprintf(used_instead, sizeof(used_instead), "%" PRIu32, usual);
        otelmq_variable_report_wrong(variable, "not a number of milliseconds", variable.value,
                                     used_instead);
        return usual;
    }
    return timeout_ms > 0 ? timeout_ms : UINT32_MAX;
}

bool otelmq_variable_says(otelmq_variable variable, const char *word)
{
    return otelmq_is_same_name(otelmq_str_from(variable.value), otelmq_str_from(word));
}

bool otelmq_variable_is_true(otelmq_variable variable)
{
    if (variable.value == NULL || otelmq_variable_says(variable, "false")) {
        return false;
    }
    bool is_true = otelmq_variable_says(variable, "true");
    if (!is_true) {
        otelmq_variable_report_wrong(variable, "neither true nor false", variable.value, "false");
    }
    return is_true;
}
