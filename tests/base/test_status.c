/* SPDX-License-Identifier: Apache-2.0 */
#include "support/test.h"

#include <otelmq/status.h>

static void every_status_has_a_text_of_its_own(void **state)
{
    (void)state;
    for (int a = OTELMQ_OK; a <= OTELMQ_ERROR_SHUT_DOWN; a++) {
        assert_true(strlen(otelmq_status_text((otelmq_status)a)) > 0);
        for (int b = OTELMQ_OK; b < a; b++) {
            assert_string_not_equal(otelmq_status_text((otelmq_status)a),
                                    otelmq_status_text((otelmq_status)b));
        }
    }
}

static void a_number_that_is_no_status_has_a_text_too(void **state)
{
    (void)state;
    assert_string_equal(otelmq_status_text((otelmq_status)99), "unknown status");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_status_has_a_text_of_its_own),
        cmocka_unit_test(a_number_that_is_no_status_has_a_text_too),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
