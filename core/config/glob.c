/* SPDX-License-Identifier: Apache-2.0 */
#include "config/glob.h"

/* A "?" is a character, of which UTF-8 may need several bytes. */
static size_t character_len(otelmq_str text, size_t at)
{
    size_t len = 1;
    while (at + len < text.len && ((unsigned char)text.data[at + len] & 0xC0) == 0x80) {
        len++;
    }
    return len;
}

/* After a mismatch the last * takes one character more; earlier ones need never be tried again. */
bool otelmq_config_glob_matches(otelmq_str pattern, otelmq_str text)
{
    size_t p = 0;
    size_t t = 0;
    size_t star = SIZE_MAX;
    size_t star_text = 0;
    while (t < text.len) {
        if (p < pattern.len && pattern.data[p] == '*') {
            star = p++;
            star_text = t;
        } else if (p < pattern.len && pattern.data[p] == '?') {
            p++;
            t += character_len(text, t);
        } else if (p < pattern.len && pattern.data[p] == text.data[t]) {
            p++;
            t++;
        } else if (star != SIZE_MAX) {
            p = star + 1;
            t = ++star_text;
        } else {
            return false;
        }
    }
    while (p < pattern.len && pattern.data[p] == '*') {
        p++;
    }
    return p == pattern.len;
}

static bool matches_one(otelmq_str text, const otelmq_config_node *patterns)
{
    for (const otelmq_config_entry *entry = patterns->first; entry != NULL; entry = entry->next) {
        if (otelmq_config_glob_matches(entry->node->text, text)) {
            return true;
        }
    }
    return false;
}

bool otelmq_config_is_included(otelmq_str text, const otelmq_config_node *included,
                               const otelmq_config_node *excluded)
{
    return (included == NULL || matches_one(text, included)) &&
           (excluded == NULL || !matches_one(text, excluded));
}
