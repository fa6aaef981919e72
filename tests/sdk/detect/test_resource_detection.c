/* SPDX-License-Identifier: Apache-2.0 */
#include "sdk/detect/detected.h"
#include "support/diagnostics_log.h"

#include <otelmq/memory_exporter.h>
#include <otelmq/sdk.h>

#include <stdlib.h>

static diagnostics_log reported;

static int set_up(void **state)
{
    (void)state;
    diagnostics_log_start(&reported, OTELMQ_SEVERITY_WARNING);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    diagnostics_log_stop();
    return 0;
}

/* Its self is the value of zone, which is the name of a place. */
static otelmq_status detect_zone(const void *self, const otelmq_resource **resource)
{
    const char *zone = self;
    otelmq_attribute attribute = otelmq_attribute_string("zone", otelmq_str_from(zone));
    return otelmq_resource_create(&attribute, 1, "https://example.org/1", resource);
}

static otelmq_status detect_rack(const void *self, const otelmq_resource **resource)
{
    (void)self;
    otelmq_attribute attributes[] = {
        otelmq_attribute_int("rack", 7),
        otelmq_attribute_string("zone", OTELMQ_STR("of-rack")),
    };
    return otelmq_resource_create(attributes, 2, NULL, resource);
}

/* What a detector of otelmq finds too, and what the environment says too. */
static otelmq_status detect_both(const void *self, const otelmq_resource **resource)
{
    (void)self;
    otelmq_attribute attributes[] = {
        otelmq_attribute_string("host.name", OTELMQ_STR("of-detector")),
        otelmq_attribute_string("zone", OTELMQ_STR("of-detector")),
    };
    return otelmq_resource_create(attributes, 2, NULL, resource);
}

static otelmq_status fail_to_detect(const void *self, const otelmq_resource **resource)
{
    (void)self;
    (void)resource;
    return OTELMQ_ERROR_IO;
}

static const otelmq_resource_detector_ops zone_ops = {"zone", detect_zone};
static const otelmq_resource_detector_ops rack_ops = {"rack", detect_rack};
static const otelmq_resource_detector_ops failing_ops = {"failing", fail_to_detect};

static void what_later_detectors_find_wins(void **state)
{
    (void)state;
    const otelmq_resource_detector detectors[] = {{&zone_ops, "north"}, {&rack_ops, NULL}};
    const otelmq_resource *resource = NULL;
    assert_int_equal(otelmq_resource_detect_by(detectors, 2, &resource), OTELMQ_OK);
    assert_detected(resource, "zone", "of-rack");
    assert_int_equal(detected_value(resource, "rack").as.integer, 7);
    assert_string_equal(otelmq_resource_schema_url(resource), "https://example.org/1");
    otelmq_resource_release(resource);
    assert_int_equal(otelmq_resource_detect_by(NULL, 0, &resource), OTELMQ_OK);
    assert_int_equal(detected_count(resource), 0);
    otelmq_resource_release(resource);
    assert_int_equal(reported.count, 0);
}

static void a_detector_that_fails_or_repeats_a_name_is_reported_and_left_out(void **state)
{
    (void)state;
    const otelmq_resource_detector detectors[] = {
        {&failing_ops, NULL}, {&zone_ops, "north"}, {&zone_ops, "south"}, {NULL, NULL}};
    const otelmq_resource *resource = NULL;
    assert_int_equal(otelmq_resource_detect_by(detectors, 4, &resource), OTELMQ_OK);
    assert_detected(resource, "zone", "north");
    otelmq_resource_release(resource);
    assert_int_equal(reported.count, 2);
    assert_non_null(strstr(reported.messages[0], "\"failing\" failed"));
    assert_non_null(strstr(reported.messages[1], "\"zone\""));
}

static void detectors_are_found_by_name(void **state)
{
    (void)state;
    static const char *const names[] = {"env",     "service",      "host",      "os",
                                        "process", "command_args", "container", "k8s"};
    for (size_t i = 0; i < COUNT_OF(names); i++) {
        otelmq_resource_detector found = otelmq_resource_detector_by_name(names[i]);
        assert_row(found.ops != NULL, names[i]);
        assert_string_equal(found.ops->name, names[i]);
    }
    assert_null(otelmq_resource_detector_by_name("zone").ops);
    assert_null(otelmq_resource_detector_by_name(NULL).ops);
}

static void a_detector_can_be_registered(void **state)
{
    (void)state;
    static const otelmq_resource_detector_ops own_ops = {"own", detect_zone};
    assert_int_equal(otelmq_resource_detector_register((otelmq_resource_detector){&own_ops, "a"}),
                     OTELMQ_OK);
    assert_int_equal(otelmq_resource_detector_register((otelmq_resource_detector){&own_ops, "b"}),
                     OTELMQ_OK);
    const otelmq_resource *resource = detect(otelmq_resource_detector_by_name("own"));
    assert_detected(resource, "zone", "b");
    otelmq_resource_release(resource);
    assert_int_equal(otelmq_resource_detector_register((otelmq_resource_detector){0}),
                     OTELMQ_ERROR_INVALID_ARGUMENT);
}

static void merging_keeps_a_schema_url_that_does_not_contradict(void **state)
{
    (void)state;
    static const struct {
        const char *under;
        const char *over;
        const char *merged;
        size_t reports;
    } rows[] = {
        {NULL, NULL, "", 0},
        {"", "", "", 0},
        {"https://a", NULL, "https://a", 0},
        {NULL, "https://b", "https://b", 0},
        {"https://a", "https://a", "https://a", 0},
        {"https://a", "https://b", "", 1},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        otelmq_attribute of_under = otelmq_attribute_int("under", 1);
        otelmq_attribute of_over = otelmq_attribute_int("over", 2);
        const otelmq_resource *under = NULL;
        const otelmq_resource *over = NULL;
        const otelmq_resource *merged = NULL;
        assert_int_equal(otelmq_resource_create(&of_under, 1, rows[i].under, &under), OTELMQ_OK);
        assert_int_equal(otelmq_resource_create(&of_over, 1, rows[i].over, &over), OTELMQ_OK);
        assert_int_equal(otelmq_resource_merge(under, over, &merged), OTELMQ_OK);
        assert_string_equal(otelmq_resource_schema_url(merged), rows[i].merged);
        assert_int_equal(detected_count(merged), 2);
        assert_int_equal(reported.count, rows[i].reports);
        otelmq_resource_release(merged);
        otelmq_resource_release(under);
        otelmq_resource_release(over);
    }
    assert_non_null(strstr(reported.messages[0], "https://a"));
    assert_non_null(strstr(reported.messages[0], "https://b"));
    assert_string_equal(otelmq_resource_schema_url(NULL), "");
}

static void detection_follows_the_conventions_that_it_names(void **state)
{
    (void)state;
    const otelmq_resource *resource = NULL;
    const otelmq_resource *usual = NULL;
    assert_int_equal(otelmq_resource_detect(&resource), OTELMQ_OK);
    assert_string_equal(otelmq_resource_schema_url(resource), OTELMQ_SCHEMA_URL);
    assert_int_equal(otelmq_resource_default(&usual), OTELMQ_OK);
    assert_string_equal(otelmq_resource_schema_url(usual), "");
    assert_detected(usual, "service.name", "unknown_service:test_resource_detection");
    assert_int_equal(detected_count(usual), 4);
    otelmq_resource_release(resource);
    otelmq_resource_release(usual);
}

static void detectors_of_the_options_stand_between_those_of_otelmq_and_the_environment(void **state)
{
    (void)state;
    static const otelmq_resource_detector_ops both_ops = {"both", detect_both};
    const otelmq_resource_detector detector = {&both_ops, NULL};
    otelmq_memory_exporter *memory = otelmq_memory_exporter_create();
    otelmq_sdk *sdk = NULL;
    setenv("OTEL_RESOURCE_ATTRIBUTES", "zone=of-environment", 1);
    otelmq_sdk_options options = {
        .exporter = otelmq_memory_exporter_as_exporter(memory),
        .detectors = &detector,
        .detector_count = 1,
    };
    assert_int_equal(otelmq_sdk_start(&options, &sdk), OTELMQ_OK);
    otelmq_span_end(otelmq_tracer_start_span(otelmq_tracer_get("tests", NULL), "a", NULL));
    assert_int_equal(otelmq_sdk_shutdown(sdk, 30000), OTELMQ_OK);
    const otelmq_resource *resource = otelmq_memory_exporter_span_at(memory, 0)->resource;
    assert_detected(resource, "host.name", "of-detector");
    assert_detected(resource, "zone", "of-environment");
    assert_string_equal(otelmq_resource_schema_url(resource), OTELMQ_SCHEMA_URL);
    otelmq_memory_exporter_destroy(memory);
    unsetenv("OTEL_RESOURCE_ATTRIBUTES");
}

int main(void)
{
#define T(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        T(what_later_detectors_find_wins),
        T(a_detector_that_fails_or_repeats_a_name_is_reported_and_left_out),
        T(detectors_are_found_by_name),
        T(a_detector_can_be_registered),
        T(merging_keeps_a_schema_url_that_does_not_contradict),
        T(detection_follows_the_conventions_that_it_names),
        T(detectors_of_the_options_stand_between_those_of_otelmq_and_the_environment),
    };
#undef T
    return cmocka_run_group_tests(tests, NULL, NULL);
}
