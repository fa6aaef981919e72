/* SPDX-License-Identifier: Apache-2.0 */
/* Patterns of names in options and configuration files. Any thread. */
#ifndef OTELMQ_BASE_GLOB_H
#define OTELMQ_BASE_GLOB_H

#include <otelmq/str.h>

/*
 * Whether all of text matches the pattern: * is any text, ? any one character of UTF-8, everything
 * else is itself. Neither recursion nor memory; for one pattern, time grows linearly with the text.
 */
bool otelmq_glob_matches(otelmq_str pattern, otelmq_str text);

/* The same, and the letters of ASCII match in upper and lower case. */
bool otelmq_glob_matches_any_case(otelmq_str pattern, otelmq_str text);

#endif
