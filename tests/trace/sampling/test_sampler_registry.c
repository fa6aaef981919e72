/* SPDX-License-Identifier: Apache-2.0 */
#include "support/diagnostics_log.h"
#include "support/test.h"
#include "trace/trace_fixture.h"

#include <otelmq/sdk.h>

#include <stdlib.h>

static diagnostics_log reported;
static unsigned made;

static int set_up(void **state)
{
    (void)state;
    made = 0;
    setenv("OTEL_TRACES_EXPORTER", "none", 1);
    unsetenv("OTEL_TRACES_SAMPLER_ARG");
    diagnostics_log_start(&reported, OTELMQ_SEVERITY_WARNING);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    diagnostics_log_stop();
    unsetenv("OTEL_TRACES_SAMPLER");
    unsetenv("OTEL_TRACES_SAMPLER_ARG");
    unsetenv("OTEL_TRACES_EXPORTER");
    return 0;
}

/* Whether a root span of a program that is set up so is sampled. */
static bool is_root_span_sampled(void)
{
    otelmq_sdk *sdk = NULL;
    assert_int_equal(otelmq_sdk_start(&(otelmq_sdk_options){.service_name = "orders"}, &sdk),
                     OTELMQ_OK);
    otelmq_span *span = otelmq_tracer_start_span(otelmq_tracer_get("tests", NULL), "a", NULL);
    bool is_sampled = otelmq_span_context_is_sampled(otelmq_span_get_context(span));
    otelmq_span_end(span);
    otelmq_sdk_shutdown(sdk, 1000);
    return is_sampled;
}

static bool has_service_name(const otelmq_resource *resource, const char *name)
{
    size_t count = 0;
    const otelmq_attribute *attributes = otelmq_resource_attributes(resource, &count);
    for (size_t i = 0; i < count; i++) {
        if (otelmq_str_equal(attributes[i].key, OTELMQ_STR("service.name"))) {
            return otelmq_str_equal(attributes[i].value.as.string, otelmq_str_from(name));
        }
    }
    return false;
}

static otelmq_sampler make_off(const char *name, const char *argument,
                               const otelmq_resource *resource)
{
    assert_string_equal(name, "mine");
    assert_string_equal(argument, "an argument");
    assert_true(has_service_name(resource, "orders"));
    made++;
    return otelmq_sampler_always_off();
}

static otelmq_sampler make_on(const char *name, const char *argument,
                              const otelmq_resource *resource)
{
    (void)name;
    (void)resource;
    assert_string_equal(argument, "");
    made++;
    return otelmq_sampler_always_on();
}

static otelmq_sampler make_none(const char *name, const char *argument,
                                const otelmq_resource *resource)
{
    (void)name;
    (void)argument;
    (void)resource;
    made++;
    return (otelmq_sampler){0};
}

static void a_registered_sampler_is_made_with_argument_and_resource(void **state)
{
    (void)state;
    char name[] = "Mine";
    assert_int_equal(otelmq_sampler_register(name, make_off), OTELMQ_OK);
    memset(name, 'x', sizeof(name) - 1); /* It was copied. */
    setenv("OTEL_TRACES_SAMPLER", " mine ", 1);
    setenv("OTEL_TRACES_SAMPLER_ARG", "an argument", 1);
    assert_false(is_root_span_sampled());
    assert_int_equal(made, 1);
    assert_int_equal(reported.count, 0);
}

static void the_last_one_to_register_a_name_has_it(void **state)
{
    (void)state;
    assert_int_equal(otelmq_sampler_register("twice", make_none), OTELMQ_OK);
    assert_int_equal(otelmq_sampler_register("twice", make_on), OTELMQ_OK);
    assert_int_equal(otelmq_sampler_register("always_off", make_on), OTELMQ_OK);
    setenv("OTEL_TRACES_SAMPLER", "twice", 1);
    assert_true(is_root_span_sampled());
    setenv("OTEL_TRACES_SAMPLER", "always_off", 1);
    assert_true(is_root_span_sampled());
    assert_int_equal(made, 2);
}

static void one_that_cannot_be_made_is_reported_and_the_default_used(void **state)
{
    (void)state;
    assert_int_equal(otelmq_sampler_register("broken", make_none), OTELMQ_OK);
    setenv("OTEL_TRACES_SAMPLER", "broken", 1);
    assert_true(is_root_span_sampled());
    assert_int_equal(made, 1);
    assert_int_equal(reported.count, 1);
    assert_non_null(strstr(reported.messages[0], "broken"));
    assert_non_null(strstr(reported.messages[0], "parentbased_always_on is used"));
}

static void a_remote_sampler_without_its_library_says_what_to_link(void **state)
{
    (void)state;
    setenv("OTEL_TRACES_SAMPLER", "parentbased_jaeger_remote", 1);
    assert_true(is_root_span_sampled());
    assert_int_equal(reported.count, 1);
    assert_non_null(strstr(reported.messages[0], "otelmq::otlp"));
}

static void a_registration_needs_a_name_and_a_factory(void **state)
{
    (void)state;
    assert_int_equal(otelmq_sampler_register(NULL, make_on), OTELMQ_ERROR_INVALID_ARGUMENT);
    assert_int_equal(otelmq_sampler_register("", make_on), OTELMQ_ERROR_INVALID_ARGUMENT);
    assert_int_equal(otelmq_sampler_register("a", NULL), OTELMQ_ERROR_INVALID_ARGUMENT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_registered_sampler_is_made_with_argument_and_resource,
                                        set_up, tear_down),
        cmocka_unit_test_setup_teardown(the_last_one_to_register_a_name_has_it, set_up, tear_down),
        cmocka_unit_test_setup_teardown(one_that_cannot_be_made_is_reported_and_the_default_used,
                                        set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_remote_sampler_without_its_library_says_what_to_link,
                                        set_up, tear_down),
        cmocka_unit_test(a_registration_needs_a_name_and_a_factory),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
