/* SPDX-License-Identifier: Apache-2.0 */
/* cmocka with the headers that it wants before it, and assertions on otelmq_str. */
#ifndef OTELMQ_TESTS_SUPPORT_TEST_H
#define OTELMQ_TESTS_SUPPORT_TEST_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <otelmq/str.h>

#include <stdio.h>

#define COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))

static inline void assert_same_str(otelmq_str actual, otelmq_str expected, const char *what)
{
    if (!otelmq_str_equal(actual, expected)) {
        fail_msg("%s: \"%.*s\" (%zu bytes) instead of \"%.*s\" (%zu bytes)", what, (int)actual.len,
                 actual.len > 0 ? actual.data : "", actual.len, (int)expected.len,
                 expected.len > 0 ? expected.data : "", expected.len);
    }
}

/* actual is an otelmq_str, expected a string literal. */
#define assert_str(actual, expected) assert_same_str((actual), otelmq_str_from(expected), #actual)

/* For the rows of tables: the message says which row it was. */
#define assert_row(condition, row)                                                                 \
    do {                                                                                           \
        if (!(condition)) {                                                                        \
            fail_msg("%s: %s", (row), #condition);                                                 \
        }                                                                                          \
    } while (0)

#endif
