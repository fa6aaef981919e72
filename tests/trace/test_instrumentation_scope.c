/* SPDX-License-Identifier: Apache-2.0 */
#include "support/diagnostics_log.h"
#include "support/test.h"
#include "trace/trace_fixture.h"

static otelmq_instrumentation_scope scope_with(const char *schema_url,
                                               const otelmq_attribute attributes[], uint32_t count)
{
    return (otelmq_instrumentation_scope){.name = OTELMQ_STR("orders"),
                                          .version = OTELMQ_STR("1.2"),
                                          .schema_url = otelmq_str_from(schema_url),
                                          .attributes = attributes,
                                          .attribute_count = count};
}

static void spans_carry_the_whole_scope_of_their_tracer(void **state)
{
    (void)state;
    traced fixture;
    traced_start(&fixture, NULL);
    char url[] = "https://opentelemetry.io/schemas/1.44.0";
    otelmq_attribute attributes[] = {otelmq_attribute_string("part", OTELMQ_STR("billing")),
                                     otelmq_attribute_int("shard", 7)};
    otelmq_instrumentation_scope scope = scope_with(url, attributes, 2);
    otelmq_tracer *tracer = otelmq_tracer_provider_tracer_for(fixture.provider, &scope);
    memset(url, 0, sizeof(url));
    memset(attributes, 0, sizeof(attributes));
    end_one_span(tracer, "work");
    const otelmq_instrumentation_scope *exported =
        otelmq_memory_exporter_span_at(fixture.memory, 0)->scope;
    assert_str(exported->name, "orders");
    assert_str(exported->version, "1.2");
    assert_str(exported->schema_url, "https://opentelemetry.io/schemas/1.44.0");
    assert_int_equal(exported->attribute_count, 2);
    assert_str(exported->attributes[0].key, "part");
    assert_str(exported->attributes[0].value.as.string, "billing");
    assert_int_equal(exported->attributes[1].value.as.integer, 7);
    traced_stop(&fixture);
}

static void check_tracers(otelmq_tracer *(*get)(const otelmq_instrumentation_scope *scope))
{
    const otelmq_attribute a[] = {otelmq_attribute_int("x", 1), otelmq_attribute_int("y", 2)};
    const otelmq_attribute same[] = {a[1], a[0]};
    const otelmq_attribute other[] = {a[0], otelmq_attribute_int("y", 3)};
    const otelmq_instrumentation_scope scopes[] = {
        scope_with(NULL, NULL, 0),        scope_with("http://a", NULL, 0),
        scope_with("http://a", a, 2),     scope_with("http://a", a, 1),
        scope_with("http://a", other, 2),
    };
    for (size_t i = 0; i < COUNT_OF(scopes); i++) {
        for (size_t j = 0; j < COUNT_OF(scopes); j++) {
            assert_int_equal(get(&scopes[i]) == get(&scopes[j]), i == j);
        }
    }
    otelmq_instrumentation_scope reordered = scope_with("http://a", same, 2);
    assert_ptr_equal(get(&scopes[2]), get(&reordered));
}

static otelmq_tracer_provider *provider;

static otelmq_tracer *get_of_provider(const otelmq_instrumentation_scope *scope)
{
    return otelmq_tracer_provider_tracer_for(provider, scope);
}

static void equal_scopes_have_one_tracer(void **state)
{
    (void)state;
    assert_int_equal(otelmq_tracer_provider_create(NULL, &provider), OTELMQ_OK);
    check_tracers(otelmq_tracer_get_for);
    check_tracers(get_of_provider);
    otelmq_instrumentation_scope plain = scope_with(NULL, NULL, 0);
    assert_ptr_equal(otelmq_tracer_get("orders", "1.2"), otelmq_tracer_get_for(&plain));
    assert_ptr_equal(otelmq_tracer_provider_tracer(provider, "orders", "1.2"),
                     get_of_provider(&plain));
    assert_ptr_not_equal(otelmq_tracer_get("orders", "1.2"), get_of_provider(&plain));
    otelmq_tracer_provider_destroy(provider);
}

static void values_that_are_too_deep_do_not_make_a_tracer_each_time(void **state)
{
    (void)state;
    otelmq_value links[80] = {otelmq_value_int(1)};
    for (size_t i = 1; i < COUNT_OF(links); i++) {
        links[i] = otelmq_value_array(&links[i - 1], 1);
    }
    otelmq_attribute attribute = otelmq_attribute_of("deep", links[COUNT_OF(links) - 1]);
    otelmq_instrumentation_scope scope = scope_with(NULL, &attribute, 1);
    assert_ptr_equal(otelmq_tracer_get_for(&scope), otelmq_tracer_get_for(&scope));
    assert_int_equal(otelmq_tracer_provider_create(NULL, &provider), OTELMQ_OK);
    assert_ptr_equal(get_of_provider(&scope), get_of_provider(&scope));
    otelmq_tracer_provider_destroy(provider);
}

static void a_tracer_without_a_name_works_and_is_reported(void **state)
{
    (void)state;
    traced fixture;
    traced_start(&fixture, NULL);
    diagnostics_log log;
    diagnostics_log_start(&log, OTELMQ_SEVERITY_WARNING);
    otelmq_tracer *tracer = otelmq_tracer_provider_tracer(fixture.provider, NULL, NULL);
    assert_ptr_equal(otelmq_tracer_provider_tracer(fixture.provider, "", NULL), tracer);
    diagnostics_log_stop();
    assert_int_equal(log.count, 1);
    end_one_span(tracer, "work");
    assert_str(otelmq_memory_exporter_span_at(fixture.memory, 0)->scope->name, "");
    assert_non_null(otelmq_tracer_get_for(NULL));
    traced_stop(&fixture);
}

static void a_tracer_is_enabled_while_its_spans_go_somewhere(void **state)
{
    (void)state;
    otelmq_tracer *global = otelmq_tracer_get("enabled", NULL);
    assert_false(otelmq_tracer_is_enabled(NULL));
    assert_false(otelmq_tracer_is_enabled(global));
    assert_int_equal(otelmq_tracer_provider_create(NULL, &provider), OTELMQ_OK);
    assert_false(otelmq_tracer_is_enabled(otelmq_tracer_provider_tracer(provider, "tests", NULL)));
    otelmq_tracer_provider_destroy(provider);
    traced fixture;
    traced_start(&fixture, NULL);
    otelmq_tracer_provider_set_global(fixture.provider);
    assert_true(otelmq_tracer_is_enabled(NULL));
    assert_true(otelmq_tracer_is_enabled(global));
    assert_true(otelmq_tracer_is_enabled(fixture.tracer));
    assert_int_equal(otelmq_tracer_provider_shutdown(fixture.provider, 1000), OTELMQ_OK);
    assert_false(otelmq_tracer_is_enabled(global));
    assert_false(otelmq_tracer_is_enabled(fixture.tracer));
    otelmq_tracer_provider_set_global(NULL);
    traced_stop(&fixture);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(spans_carry_the_whole_scope_of_their_tracer),
        cmocka_unit_test(equal_scopes_have_one_tracer),
        cmocka_unit_test(values_that_are_too_deep_do_not_make_a_tracer_each_time),
        cmocka_unit_test(a_tracer_without_a_name_works_and_is_reported),
        cmocka_unit_test(a_tracer_is_enabled_while_its_spans_go_somewhere),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
