/* SPDX-License-Identifier: Apache-2.0 */
#include "base/buffer.h"
#include "support/test.h"

static void holds_what_was_added_in_order(void **state)
{
    (void)state;
    otelmq_buffer buffer;
    otelmq_buffer_init(&buffer);
    otelmq_buffer_add(&buffer, "ab", 2);
    otelmq_buffer_add_char(&buffer, '-');
    otelmq_buffer_add_str(&buffer, OTELMQ_STR("cd"));
    otelmq_buffer_add_text(&buffer, "!");
    assert_str(otelmq_buffer_str(&buffer), "ab-cd!");
    assert_true(otelmq_buffer_is_complete(&buffer));
    otelmq_buffer_clean(&buffer);
}

static void writes_the_smallest_and_largest_numbers(void **state)
{
    (void)state;
    otelmq_buffer buffer;
    otelmq_buffer_init(&buffer);
    otelmq_buffer_add_uint(&buffer, 0);
    otelmq_buffer_add_char(&buffer, ' ');
    otelmq_buffer_add_uint(&buffer, UINT64_MAX);
    otelmq_buffer_add_char(&buffer, ' ');
    otelmq_buffer_add_int(&buffer, INT64_MIN);
    otelmq_buffer_add_char(&buffer, ' ');
    otelmq_buffer_add_int(&buffer, INT64_MAX);
    assert_str(otelmq_buffer_str(&buffer),
               "0 18446744073709551615 -9223372036854775808 9223372036854775807");
    otelmq_buffer_clean(&buffer);
}

static void keeps_its_content_while_it_grows(void **state)
{
    (void)state;
    otelmq_buffer buffer;
    otelmq_buffer_init(&buffer);
    for (int i = 0; i < 10000; i++) {
        otelmq_buffer_add_char(&buffer, (char)('a' + i % 26));
    }
    assert_int_equal(buffer.len, 10000);
    for (int i = 0; i < 10000; i++) {
        assert_int_equal(buffer.data[i], 'a' + i % 26);
    }
    otelmq_buffer_clean(&buffer);
}

static void remembers_a_failure_until_it_is_cleared(void **state)
{
    (void)state;
    otelmq_buffer buffer;
    otelmq_buffer_init(&buffer);
    otelmq_buffer_add_text(&buffer, "kept");
    assert_false(otelmq_buffer_reserve(&buffer, SIZE_MAX - 2));
    otelmq_buffer_add_text(&buffer, "lost");
    assert_false(otelmq_buffer_is_complete(&buffer));
    assert_str(otelmq_buffer_str(&buffer), "kept");
    otelmq_buffer_clear(&buffer);
    otelmq_buffer_add_text(&buffer, "again");
    assert_str(otelmq_buffer_str(&buffer), "again");
    assert_true(otelmq_buffer_is_complete(&buffer));
    otelmq_buffer_clean(&buffer);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(holds_what_was_added_in_order),
        cmocka_unit_test(writes_the_smallest_and_largest_numbers),
        cmocka_unit_test(keeps_its_content_while_it_grows),
        cmocka_unit_test(remembers_a_failure_until_it_is_cleared),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
