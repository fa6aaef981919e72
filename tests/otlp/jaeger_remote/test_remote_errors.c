/* SPDX-License-Identifier: Apache-2.0 */
#include "otlp/jaeger_remote/remote_fixture.h"
#include "support/test.h"

static char too_large[1024 * 1024 + 1];

static void after_an_error_the_last_good_strategy_stays(void **state)
{
    (void)state;
    static const collector_answer always = RATIO("1");
    memset(too_large, ' ', sizeof(too_large));
    static const struct {
        collector_answer answer;
        const char *report;
    } rows[] = {
        {{.status = 500, .body = "{}", .body_len = 2}, "HTTP status 500"},
        {{.status = 404}, "HTTP status 404"},
        {{.status = 302, .headers = "Location: /elsewhere\r\n"}, "HTTP status 302"},
        {{.deed = COLLECTOR_CLOSES}, ""},
        {{.deed = COLLECTOR_TALKS_NONSENSE, .body = "nonsense\r\n\r\n", .body_len = 12}, ""},
        {ANSWER("{\"strategyType\":\"SOMETIMES\"}"), "no sampling strategy"},
        {ANSWER(""), "no sampling strategy"},
        {{.body = too_large, .body_len = sizeof(too_large)}, "longer than 1048576 bytes"},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        const collector_answer answers[] = {always, rows[i].answer, always};
        fake_collector *collector = collector_start(answers, COUNT_OF(answers));
        otelmq_sampler sampler = create_remote(collector, SHORT_MS, otelmq_sampler_always_off());
        wait_for_reports(i + 1);
        assert_non_null(strstr(last_report(), "the last one stays"));
        assert_row(strstr(last_report(), rows[i].report) != NULL, last_report());
        assert_int_equal(decide(sampler), SAMPLED);
        otelmq_sampler_destroy(sampler);
        for (size_t request = 0; request < collector_request_count(collector); request++) {
            assert_true(has(collector_head(collector, request), "GET /sampling?"));
        }
        collector_stop(collector);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(after_an_error_the_last_good_strategy_stays, start_reports,
                                        stop_reports),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
