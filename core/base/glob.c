/* SPDX-License-Identifier: Apache-2.0 */
#include "base/glob.h"

#include "base/text.h"

#include <stdint.h>

typedef struct {
    otelmq_str pattern;
    otelmq_str text;
    bool in_any_case;
} comparison;

/* Where a match stands, and where it goes on when what follows the last * did not match. */
typedef struct {
    size_t in_pattern;
    size_t in_text;
    size_t after_star; /* SIZE_MAX: there was none yet */
    size_t retry_at;
} position;

static size_t character_len(otelmq_str text, size_t at)
{
    size_t len = 1;
    while (at + len < text.len && ((unsigned char)text.data[at + len] & 0xC0) == 0x80) {
        len++;
    }
    return len;
}

static bool is_same(const comparison *self, char a, char b)
{
    return a == b || (self->in_any_case && otelmq_lower_case(a) == otelmq_lower_case(b));
}

/* Takes one character of the pattern off, and what it stands for; false when they differ. */
static bool step(const comparison *self, position *at)
{
    if (at->in_pattern == self->pattern.len) {
        return false;
    }
    char wanted = self->pattern.data[at->in_pattern];
    if (wanted == '*') {
        at->after_star = ++at->in_pattern;
        at->retry_at = at->in_text;
    } else if (wanted == '?') {
        at->in_pattern++;
        at->in_text += character_len(self->text, at->in_text);
    } else if (is_same(self, wanted, self->text.data[at->in_text])) {
        at->in_pattern++;
        at->in_text++;
    } else {
        return false;
    }
    return true;
}

/*
 * Only the last * needs to be remembered: what stood before it has matched already, and an earlier
 * one that took more text could not help.
 */
static bool matches(const comparison *self)
{
    position at = {.after_star = SIZE_MAX};
    while (at.in_text < self->text.len) {
        if (step(self, &at)) {
            continue;
        }
        if (at.after_star == SIZE_MAX) {
            return false;
        }
        at.in_pattern = at.after_star;
        at.in_text = ++at.retry_at;
    }
    while (at.in_pattern < self->pattern.len && self->pattern.data[at.in_pattern] == '*') {
        at.in_pattern++;
    }
    return at.in_pattern == self->pattern.len;
}

bool otelmq_glob_matches(otelmq_str pattern, otelmq_str text)
{
    return matches(&(comparison){pattern, text, false});
}

bool otelmq_glob_matches_any_case(otelmq_str pattern, otelmq_str text)
{
    return matches(&(comparison){pattern, text, true});
}
