/* SPDX-License-Identifier: Apache-2.0 */
#include "base/base64.h"
#include "support/test.h"

/* The first rows are the test vectors of RFC 4648, section 10. */
static void bytes_become_base64_with_padding(void **state)
{
    static const struct {
        otelmq_str bytes;
        const char *expected;
    } rows[] = {
        {{NULL, 0}, ""},
        {{"f", 1}, "Zg=="},
        {{"fo", 2}, "Zm8="},
        {{"foo", 3}, "Zm9v"},
        {{"foob", 4}, "Zm9vYg=="},
        {{"fooba", 5}, "Zm9vYmE="},
        {{"foobar", 6}, "Zm9vYmFy"},
        {{"\0\0\0", 3}, "AAAA"},
        {{"\xFF\xFE\xFB", 3}, "//77"},
        {{"\xFB", 1}, "+w=="},
    };
    (void)state;
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        otelmq_buffer buffer;
        otelmq_buffer_init(&buffer);
        otelmq_base64_add(&buffer, rows[i].bytes);
        assert_str(otelmq_buffer_str(&buffer), rows[i].expected);
        otelmq_buffer_clean(&buffer);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(bytes_become_base64_with_padding),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
