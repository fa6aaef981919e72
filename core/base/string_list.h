/* SPDX-License-Identifier: Apache-2.0 */
/* Lists of strings in options, which outlive the ones they were given as. Any thread. */
#ifndef OTELMQ_BASE_STRING_LIST_H
#define OTELMQ_BASE_STRING_LIST_H

#include <otelmq/str.h>

/* The list and its strings in one piece of memory, the caller's; NULL without memory. */
const char **otelmq_string_list_copy(const char *const list[], size_t count);

/* Whether both have the same strings in the same order. */
bool otelmq_string_list_equal(const char *const a[], size_t a_count, const char *const b[],
                              size_t b_count);

#endif
