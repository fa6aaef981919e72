/* SPDX-License-Identifier: Apache-2.0 */
#include "fuzz/fuzz.h"

#include "base/text.h"
#include "base/unconst.h"

#include <stdio.h>
#include <stdlib.h>

void fuzz_require(bool holds, const char *rule)
{
    if (!holds) {
        fprintf(stderr, "broken rule: %s\n", rule);
        abort();
    }
}

void fuzz_require_equal(otelmq_str actual, otelmq_str expected, const char *rule)
{
    if (!otelmq_str_equal(actual, expected)) {
        fprintf(stderr, "broken rule: %s: \"%.*s\" instead of \"%.*s\"\n", rule, (int)actual.len,
                actual.len > 0 ? actual.data : "", (int)expected.len,
                expected.len > 0 ? expected.data : "");
        abort();
    }
}

otelmq_str fuzz_copy(otelmq_str text)
{
    char *copy = malloc(text.len);
    fuzz_require(copy != NULL || text.len == 0, "there is memory");
    if (text.len > 0) {
        memcpy(copy, text.data, text.len);
    }
    return otelmq_str_from_bytes(copy, text.len);
}

void fuzz_free(otelmq_str copy)
{
    free(otelmq_unconst(copy.data));
}

otelmq_str fuzz_take_line(otelmq_str *rest)
{
    return otelmq_take_until(rest, '\n');
}
