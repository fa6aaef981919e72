/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Variables of the environment, as the exporters have them in common. An empty one counts as unset;
 * a wrong value is reported with its variable and with what is used instead. Not while another
 * thread changes the environment.
 */
#ifndef OTELMQ_EXPORT_VARIABLE_H
#define OTELMQ_EXPORT_VARIABLE_H

#include <stdbool.h>
#include <stdint.h>

/* A variable that is set, or one with value NULL. */
typedef struct {
    const char *name;
    const char *value; /* borrowed from the environment */
} otelmq_variable;

otelmq_variable otelmq_variable_look_up(const char *name);

/* The first of the two that is set. */
otelmq_variable otelmq_variable_look_up_either(const char *name, const char *other_name);

/* Values may hold credentials: only what is masked, or cannot hold any, is shown. */
void otelmq_variable_report_wrong(otelmq_variable wrong, const char *why, const char *shown_value,
                                  const char *used_instead);

/* The same of a value that should be a URL, which is masked. */
void otelmq_variable_report_wrong_url(otelmq_variable wrong, const char *used_instead);

/* A number of milliseconds; 0 is no limit, and so UINT32_MAX. */
uint32_t otelmq_variable_timeout_ms(otelmq_variable variable, uint32_t usual);

/* Whether that word is its value, in any case of its letters. */
bool otelmq_variable_says(otelmq_variable variable, const char *word);

/* "true" or "false" in any case of its letters; false when it is not set. */
bool otelmq_variable_is_true(otelmq_variable variable);

#endif
