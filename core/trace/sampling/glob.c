/* SPDX-License-Identifier: Apache-2.0 */
#include "trace/sampling/predicate.h"

/*
 * Only the last * needs to be remembered: what stood before it has matched already, and an earlier
 * one that took more text could not help.
 */
bool otelmq_glob_matches(otelmq_str pattern, otelmq_str text)
{
    size_t at = 0;
    size_t in_text = 0;
    size_t star = SIZE_MAX;
    size_t star_end = 0;
    while (in_text < text.len) {
        char wanted = at < pattern.len ? pattern.data[at] : '\0';
        if (at < pattern.len && wanted == '*') {
            star = at++;
            star_end = in_text;
        } else if (at < pattern.len && (wanted == '?' || wanted == text.data[in_text])) {
            at++;
            in_text++;
        } else if (star != SIZE_MAX) {
            at = star + 1;
            in_text = ++star_end;
        } else {
            return false;
        }
    }
    while (at < pattern.len && pattern.data[at] == '*') {
        at++;
    }
    return at == pattern.len;
}
