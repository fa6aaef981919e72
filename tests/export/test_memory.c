/* SPDX-License-Identifier: Apache-2.0 */
#include "support/test.h"

#include <otelmq/memory_exporter.h>
#include <otelmq/tracer_provider.h>

static otelmq_memory_exporter *memory;
static otelmq_tracer_provider *provider;

static int set_up(void **state)
{
    (void)state;
    memory = otelmq_memory_exporter_create();
    otelmq_processor processor =
        otelmq_processor_simple(otelmq_memory_exporter_as_exporter(memory));
    otelmq_tracer_provider_options options = {.processors = &processor, .processor_count = 1};
    return otelmq_tracer_provider_create(&options, &provider) == OTELMQ_OK ? 0 : 1;
}

static int tear_down(void **state)
{
    (void)state;
    otelmq_tracer_provider_destroy(provider);
    otelmq_memory_exporter_destroy(memory);
    return 0;
}

static void record(const char *name, int64_t value)
{
    otelmq_tracer *tracer = otelmq_tracer_provider_tracer(provider, "tests", NULL);
    otelmq_span *span = otelmq_tracer_start_span(tracer, name, NULL);
    otelmq_span_set_int(span, "value", value);
    otelmq_span_end(span);
}

static void spans_are_kept_in_the_order_of_export(void **state)
{
    (void)state;
    for (int64_t i = 0; i < 500; i++) {
        record(i % 2 == 0 ? "even" : "odd", i);
    }
    assert_int_equal(otelmq_memory_exporter_count(memory), 500);
    for (size_t i = 0; i < 500; i++) {
        const otelmq_span_data *span = otelmq_memory_exporter_span_at(memory, i);
        assert_int_equal(otelmq_span_data_attribute(span, "value").as.integer, i);
    }
    assert_null(otelmq_memory_exporter_span_at(memory, 500));
}

static void the_first_span_of_a_name_is_found(void **state)
{
    (void)state;
    record("a", 1);
    record("b", 2);
    record("b", 3);
    const otelmq_span_data *span = otelmq_memory_exporter_find(memory, "b");
    assert_int_equal(otelmq_span_data_attribute(span, "value").as.integer, 2);
    assert_null(otelmq_memory_exporter_find(memory, "c"));
}

static void clear_forgets_and_later_spans_are_kept(void **state)
{
    (void)state;
    record("a", 1);
    otelmq_memory_exporter_clear(memory);
    assert_int_equal(otelmq_memory_exporter_count(memory), 0);
    record("b", 2);
    assert_str(otelmq_memory_exporter_span_at(memory, 0)->name, "b");
}

static void each_side_gives_up_its_own_reference_in_any_order(void **state)
{
    (void)state;
    otelmq_memory_exporter *other = otelmq_memory_exporter_create();
    otelmq_exporter exporter = otelmq_memory_exporter_as_exporter(other);
    otelmq_memory_exporter_destroy(other);
    otelmq_exporter_destroy(exporter);
    otelmq_memory_exporter_destroy(NULL);
    assert_null(otelmq_memory_exporter_as_exporter(NULL).ops);
}

int main(void)
{
#define T(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        T(spans_are_kept_in_the_order_of_export),
        T(the_first_span_of_a_name_is_found),
        T(clear_forgets_and_later_spans_are_kept),
        T(each_side_gives_up_its_own_reference_in_any_order),
    };
#undef T
    return cmocka_run_group_tests(tests, NULL, NULL);
}
