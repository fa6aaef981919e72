/* SPDX-License-Identifier: Apache-2.0 */
#include "support/test.h"

#include <otelmq/config.h>

#include <pthread.h>

static pthread_t exporting_thread;
static size_t exported;

static otelmq_status note_thread(void *self, const otelmq_span_data *const spans[], size_t count,
                                 uint32_t timeout_ms, otelmq_export_result *result)
{
    (void)self;
    (void)spans;
    (void)timeout_ms;
    (void)result;
    exporting_thread = pthread_self();
    exported += count;
    return OTELMQ_OK;
}

static otelmq_exporter make_noting_thread(const char *name)
{
    static const otelmq_exporter_ops ops = {.export_spans = note_thread};
    (void)name;
    return (otelmq_exporter){&ops, NULL};
}

static void a_program_that_pumps_exports_what_a_file_says_on_its_own_thread(void **state)
{
    (void)state;
    otelmq_config *config = NULL;
    otelmq_sdk *sdk = NULL;
    assert_int_equal(otelmq_exporter_register("noting_thread", make_noting_thread), OTELMQ_OK);
    assert_int_equal(
        otelmq_config_read_text(
            "a text",
            OTELMQ_STR("file_format: \"1.0\"\n"
                       "tracer_provider:\n"
                       "  processors:\n"
                       "    - batch: {max_export_batch_size: 1, exporter: {noting_thread: }}\n"),
            &config),
        OTELMQ_OK);
    const otelmq_sdk_options options = {.pumped = true};
    assert_int_equal(otelmq_config_start_sdk(config, &options, &sdk), OTELMQ_OK);
    otelmq_config_destroy(config);
    otelmq_span_end(otelmq_tracer_start_span(otelmq_tracer_get("tests", NULL), "a", NULL));
    assert_int_equal(exported, 0);
    assert_int_equal(otelmq_sdk_pump(sdk, 30000), OTELMQ_OK);
    assert_int_equal(exported, 1);
    assert_true(pthread_equal(exporting_thread, pthread_self()));
    assert_int_equal(otelmq_sdk_shutdown(sdk, 30000), OTELMQ_OK);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_program_that_pumps_exports_what_a_file_says_on_its_own_thread),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
