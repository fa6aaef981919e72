/* SPDX-License-Identifier: Apache-2.0 */
#include "support/diagnostics_log.h"
#include "support/test.h"
#include "trace/trace_fixture.h"

#include <otelmq/sdk.h>

#include <stdlib.h>

static otelmq_memory_exporter *memory;

static int set_up(void **state)
{
    (void)state;
    unsetenv("OTEL_SDK_DISABLED");
    unsetenv("OTEL_SERVICE_NAME");
    unsetenv("OTEL_RESOURCE_ATTRIBUTES");
    unsetenv("OTEL_TRACES_SAMPLER");
    unsetenv("OTEL_PROPAGATORS");
    unsetenv("OTEL_TRACES_EXPORTER");
    memory = otelmq_memory_exporter_create();
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    otelmq_memory_exporter_destroy(memory);
    otelmq_propagator_set_global((otelmq_propagator){0});
    return 0;
}

static otelmq_sdk *start(otelmq_sdk_options options)
{
    otelmq_sdk *sdk = NULL;
    options.exporter = otelmq_memory_exporter_as_exporter(memory);
    assert_int_equal(otelmq_sdk_start(&options, &sdk), OTELMQ_OK);
    return sdk;
}

/* A string attribute of the resource of the first span that was exported. */
static otelmq_str resource_string(const char *key)
{
    size_t count = 0;
    const otelmq_span_data *span = otelmq_memory_exporter_span_at(memory, 0);
    const otelmq_attribute *attributes = otelmq_resource_attributes(span->resource, &count);
    for (size_t i = 0; i < count; i++) {
        if (otelmq_str_equal(attributes[i].key, otelmq_str_from(key))) {
            return attributes[i].value.as.string;
        }
    }
    return (otelmq_str){0};
}

static void spans_of_global_tracers_are_exported_until_shutdown(void **state)
{
    (void)state;
    otelmq_stats before = otelmq_stats_read();
    otelmq_tracer *tracer = otelmq_tracer_get("tests", NULL);
    otelmq_sdk *sdk = start((otelmq_sdk_options){.service_name = "orders"});
    end_one_span(tracer, "a");
    assert_int_equal(otelmq_sdk_force_flush(sdk, 30000), OTELMQ_OK);
    assert_int_equal(otelmq_memory_exporter_count(memory), 1);
    end_one_span(otelmq_tracer_provider_tracer(otelmq_sdk_tracer_provider(sdk), "own", NULL), "b");
    assert_int_equal(otelmq_sdk_shutdown(sdk, 30000), OTELMQ_OK);
    end_one_span(tracer, "late");
    assert_int_equal(otelmq_memory_exporter_count(memory), 2);
    assert_accounted(&before, 0);
}

static void a_span_that_lives_longer_than_the_sdk_does_no_harm(void **state)
{
    (void)state;
    otelmq_stats before = otelmq_stats_read();
    otelmq_sdk *sdk = start((otelmq_sdk_options){0});
    otelmq_scope scope = otelmq_tracer_start_scope(otelmq_tracer_get("tests", NULL), "a", NULL);
    assert_int_equal(otelmq_sdk_shutdown(sdk, 30000), OTELMQ_OK);
    otelmq_span_set_int(scope.span, "k", 1);
    end_one_span(otelmq_tracer_get("tests", NULL), "child");
    otelmq_scope_end(&scope);
    assert_int_equal(grown(&before, OTELMQ_STAT_SPANS_DROPPED_SHUT_DOWN), 1);
    assert_accounted(&before, 0);
}

static void the_sdk_can_be_started_again(void **state)
{
    (void)state;
    for (size_t i = 1; i <= 3; i++) {
        otelmq_sdk *sdk = start((otelmq_sdk_options){0});
        end_one_span(otelmq_tracer_get("tests", NULL), "a");
        assert_int_equal(otelmq_sdk_shutdown(sdk, 30000), OTELMQ_OK);
        assert_int_equal(otelmq_memory_exporter_count(memory), i);
    }
}

static void a_second_sdk_stays_global_when_the_first_is_shut_down(void **state)
{
    (void)state;
    otelmq_sdk *first = start((otelmq_sdk_options){.service_name = "first"});
    otelmq_sdk *second = start((otelmq_sdk_options){.service_name = "second"});
    assert_int_equal(otelmq_sdk_shutdown(first, 30000), OTELMQ_OK);
    end_one_span(otelmq_tracer_get("tests", NULL), "a");
    assert_int_equal(otelmq_sdk_shutdown(second, 30000), OTELMQ_OK);
    assert_int_equal(otelmq_memory_exporter_count(memory), 1);
    assert_str(resource_string("service.name"), "second");
}

static void options_win_over_the_environment_and_that_over_detection(void **state)
{
    (void)state;
    setenv("OTEL_SERVICE_NAME", "of-environment", 1);
    setenv("OTEL_RESOURCE_ATTRIBUTES", "team=of-environment,host.name=of-environment,zone=z", 1);
    otelmq_attribute attributes[] = {
        otelmq_attribute_string("team", OTELMQ_STR("of-options")),
    };
    otelmq_sdk *sdk = start((otelmq_sdk_options){
        .service_name = "orders",
        .service_version = "1.2",
        .resource_attributes = attributes,
        .resource_attribute_count = 1,
    });
    end_one_span(otelmq_tracer_get("tests", NULL), "a");
    assert_int_equal(otelmq_sdk_shutdown(sdk, 30000), OTELMQ_OK);
    assert_str(resource_string("service.name"), "orders");
    assert_str(resource_string("service.version"), "1.2");
    assert_str(resource_string("team"), "of-options");
    assert_str(resource_string("host.name"), "of-environment");
    assert_str(resource_string("zone"), "z");
    assert_str(resource_string("telemetry.sdk.name"), "otelmq");
}

/* A detector of a user's: its self is the zone. */
static otelmq_status detect_zone(const void *self, const otelmq_resource **resource)
{
    const char *zone = self;
    otelmq_attribute attributes[] = {
        otelmq_attribute_string("zone", otelmq_str_from(zone)),
        otelmq_attribute_string("team", OTELMQ_STR("of-detector")),
    };
    return otelmq_resource_create(attributes, 2, OTELMQ_SCHEMA_URL, resource);
}

static void detectors_of_the_program_add_to_those_of_otelmq(void **state)
{
    (void)state;
    static const otelmq_resource_detector_ops ops = {"zone", detect_zone};
    const otelmq_resource_detector detectors[] = {{&ops, "north"}};
    setenv("OTEL_RESOURCE_ATTRIBUTES", "team=of-environment", 1);
    otelmq_sdk *sdk = start((otelmq_sdk_options){.detectors = detectors, .detector_count = 1});
    end_one_span(otelmq_tracer_get("tests", NULL), "a");
    assert_int_equal(otelmq_sdk_shutdown(sdk, 30000), OTELMQ_OK);
    assert_str(resource_string("zone"), "north");
    assert_str(resource_string("team"), "of-environment");
    assert_str(resource_string("telemetry.sdk.name"), "otelmq");
    assert_string_equal(
        otelmq_resource_schema_url(otelmq_memory_exporter_span_at(memory, 0)->resource),
        OTELMQ_SCHEMA_URL);
}

static void the_environment_names_sampler_and_service(void **state)
{
    (void)state;
    setenv("OTEL_TRACES_SAMPLER", "always_off", 1);
    otelmq_sdk *sdk = start((otelmq_sdk_options){0});
    otelmq_span *span = otelmq_tracer_start_span(otelmq_tracer_get("tests", NULL), "a", NULL);
    assert_false(otelmq_span_is_recording(span));
    otelmq_span_end(span);
    assert_int_equal(otelmq_sdk_shutdown(sdk, 30000), OTELMQ_OK);
}

static void a_disabled_sdk_records_nothing_and_passes_contexts_on(void **state)
{
    (void)state;
    setenv("OTEL_SDK_DISABLED", "true", 1);
    otelmq_sdk *sdk = start((otelmq_sdk_options){.service_name = "orders",
                                                 .sampler = otelmq_sampler_trace_id_ratio(0.5)});
    otelmq_span_context remote = {.trace_flags = 1, .is_remote = true};
    remote.trace_id.bytes[0] = 7;
    remote.span_id.bytes[0] = 7;
    const otelmq_context *context =
        otelmq_context_with_span_context(otelmq_context_root(), &remote);
    otelmq_span_options options = {.parent = context};
    otelmq_tracer *tracers[] = {
        otelmq_tracer_get("tests", NULL),
        otelmq_tracer_provider_tracer(otelmq_sdk_tracer_provider(sdk), "tests", NULL),
    };
    for (size_t i = 0; i < COUNT_OF(tracers); i++) {
        otelmq_span *span = otelmq_tracer_start_span(tracers[i], "a", &options);
        assert_false(otelmq_span_is_recording(span));
        assert_true(otelmq_span_context_is_same_span(otelmq_span_get_context(span), &remote));
        otelmq_span_end(span);
    }
    otelmq_context_release(context);
    assert_string_equal(otelmq_propagator_field_at(otelmq_propagator_global(), 0), "traceparent");
    assert_int_equal(otelmq_sdk_force_flush(sdk, 10), OTELMQ_OK);
    assert_int_equal(otelmq_sdk_shutdown(sdk, 10), OTELMQ_OK);
    assert_int_equal(otelmq_memory_exporter_count(memory), 0);
}

static void the_propagator_of_the_options_or_of_the_environment_is_set(void **state)
{
    (void)state;
    setenv("OTEL_PROPAGATORS", "baggage", 1);
    otelmq_sdk *sdk = start((otelmq_sdk_options){0});
    assert_string_equal(otelmq_propagator_field_at(otelmq_propagator_global(), 0), "baggage");
    assert_int_equal(otelmq_sdk_shutdown(sdk, 10000), OTELMQ_OK);
    sdk = start((otelmq_sdk_options){.propagator = otelmq_propagator_trace_context()});
    assert_string_equal(otelmq_propagator_field_at(otelmq_propagator_global(), 0), "traceparent");
    assert_int_equal(otelmq_sdk_shutdown(sdk, 10000), OTELMQ_OK);
}

static void without_an_exporter_the_sdk_runs_and_says_why(void **state)
{
    (void)state;
    diagnostics_log log;
    otelmq_sdk *sdk = NULL;
    diagnostics_log_start(&log, OTELMQ_SEVERITY_WARNING);
    assert_int_equal(otelmq_sdk_start(NULL, &sdk), OTELMQ_OK);
    diagnostics_log_stop();
    assert_int_equal(log.count, 1);
    assert_non_null(strstr(log.messages[0], "OTEL_TRACES_EXPORTER is not set"));
    assert_non_null(strstr(log.messages[0], "otelmq::otlp"));
    end_one_span(otelmq_tracer_get("tests", NULL), "a");
    assert_int_equal(otelmq_sdk_shutdown(sdk, 10000), OTELMQ_OK);
}

static void shutdown_tells_what_the_exporter_said(void **state)
{
    (void)state;
    scripted_exporter exporter;
    scripted_init(&exporter);
    exporter.answer = OTELMQ_ERROR_REJECTED;
    otelmq_sdk_options options = {.exporter = scripted_as_exporter(&exporter)};
    otelmq_sdk *sdk = NULL;
    assert_int_equal(otelmq_sdk_start(&options, &sdk), OTELMQ_OK);
    end_one_span(otelmq_tracer_get("tests", NULL), "a");
    assert_int_equal(otelmq_sdk_shutdown(sdk, 30000), OTELMQ_ERROR_REJECTED);
    assert_int_equal(exporter.destroys, 1);
    scripted_clean(&exporter);
}

static void null_is_taken(void **state)
{
    (void)state;
    assert_int_equal(otelmq_sdk_shutdown(NULL, 10), OTELMQ_OK);
    assert_int_equal(otelmq_sdk_force_flush(NULL, 10), OTELMQ_ERROR_INVALID_ARGUMENT);
    assert_null(otelmq_sdk_tracer_provider(NULL));
    otelmq_sdk_options options = {.exporter = otelmq_memory_exporter_as_exporter(memory)};
    assert_int_equal(otelmq_sdk_start(&options, NULL), OTELMQ_ERROR_INVALID_ARGUMENT);
}

int main(void)
{
#define T(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        T(spans_of_global_tracers_are_exported_until_shutdown),
        T(a_span_that_lives_longer_than_the_sdk_does_no_harm),
        T(the_sdk_can_be_started_again),
        T(a_second_sdk_stays_global_when_the_first_is_shut_down),
        T(options_win_over_the_environment_and_that_over_detection),
        T(detectors_of_the_program_add_to_those_of_otelmq),
        T(the_environment_names_sampler_and_service),
        T(a_disabled_sdk_records_nothing_and_passes_contexts_on),
        T(the_propagator_of_the_options_or_of_the_environment_is_set),
        T(without_an_exporter_the_sdk_runs_and_says_why),
        T(shutdown_tells_what_the_exporter_said),
        T(null_is_taken),
    };
#undef T
    return cmocka_run_group_tests(tests, NULL, NULL);
}
