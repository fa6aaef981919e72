/* SPDX-License-Identifier: Apache-2.0 */
#include "support/test.h"
#include "trace/trace_fixture.h"

static traced fixture;

static int set_up(void **state)
{
    (void)state;
    traced_start(&fixture, NULL);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    traced_stop(&fixture);
    return 0;
}

static void a_scope_makes_its_span_active_until_it_ends(void **state)
{
    (void)state;
    otelmq_scope outer = otelmq_tracer_start_scope(fixture.tracer, "outer", NULL);
    otelmq_scope inner = otelmq_tracer_start_scope(fixture.tracer, "inner", NULL);
    assert_ptr_equal(otelmq_context_span(NULL), inner.span);
    otelmq_scope_end(&inner);
    assert_ptr_equal(otelmq_context_span(NULL), outer.span);
    otelmq_scope_end(&outer);
    assert_false(otelmq_span_is_recording(otelmq_context_span(NULL)));
    assert_ptr_equal(otelmq_context_current(), otelmq_context_root());
    assert_int_equal(otelmq_memory_exporter_count(fixture.memory), 2);
}

static void ending_a_scope_twice_does_nothing(void **state)
{
    (void)state;
    otelmq_scope empty = {0};
    otelmq_scope scope = otelmq_tracer_start_scope(fixture.tracer, "a", NULL);
    otelmq_scope_end(&scope);
    otelmq_scope_end(&scope);
    otelmq_scope_end(&empty);
    otelmq_scope_end(NULL);
    assert_int_equal(otelmq_memory_exporter_count(fixture.memory), 1);
}

static void a_scope_under_a_context_has_its_baggage(void **state)
{
    (void)state;
    const otelmq_baggage *baggage = NULL;
    otelmq_baggage_entry entry = {OTELMQ_STR("tier"), OTELMQ_STR("gold"), {NULL, 0}};
    assert_int_equal(otelmq_baggage_with(NULL, entry, &baggage), OTELMQ_OK);
    const otelmq_context *context = otelmq_context_with_baggage(otelmq_context_root(), baggage);
    otelmq_span *span = otelmq_tracer_start_span(fixture.tracer, "a", NULL);
    otelmq_scope scope = otelmq_scope_start_in(context, span);
    assert_str(otelmq_baggage_get(otelmq_context_baggage(NULL), "tier"), "gold");
    otelmq_scope_end(&scope);
    otelmq_span_options options = {.parent = context};
    scope = otelmq_tracer_start_scope(fixture.tracer, "b", &options);
    assert_str(otelmq_baggage_get(otelmq_context_baggage(NULL), "tier"), "gold");
    otelmq_scope_end(&scope);
    otelmq_context_release(context);
    otelmq_baggage_release(baggage);
}

static void a_scope_of_no_span_hides_the_active_one(void **state)
{
    (void)state;
    otelmq_scope outer = otelmq_tracer_start_scope(fixture.tracer, "outer", NULL);
    otelmq_scope inner = otelmq_scope_start(NULL);
    assert_false(otelmq_span_is_recording(otelmq_context_span(NULL)));
    end_one_span(fixture.tracer, "root");
    otelmq_scope_end(&inner);
    assert_ptr_equal(otelmq_context_span(NULL), outer.span);
    otelmq_scope_end(&outer);
    const otelmq_span_data *root = otelmq_memory_exporter_find(fixture.memory, "root");
    assert_false(otelmq_span_id_is_valid(root->parent_span_id));
}

static void a_context_keeps_its_span_readable_after_the_end(void **state)
{
    (void)state;
    otelmq_span *span = otelmq_tracer_start_span(fixture.tracer, "a", NULL);
    const otelmq_context *context = otelmq_context_with_span(NULL, span);
    otelmq_span_end(span);
    otelmq_memory_exporter_clear(fixture.memory);
    assert_true(otelmq_span_context_is_valid(otelmq_context_span_context(context)));
    assert_false(otelmq_span_is_recording(otelmq_context_span(context)));
    otelmq_context_release(context);
}

static void an_extracted_context_hides_the_active_span(void **state)
{
    (void)state;
    otelmq_scope scope = otelmq_tracer_start_scope(fixture.tracer, "a", NULL);
    otelmq_span_context remote = {.is_remote = true};
    remote.trace_id.bytes[0] = 1;
    remote.span_id.bytes[0] = 1;
    const otelmq_context *context = otelmq_context_with_span_context(NULL, &remote);
    assert_false(otelmq_span_is_recording(otelmq_context_span(context)));
    otelmq_context_release(context);
    otelmq_scope_end(&scope);
}

static void end_with_note(void *self, otelmq_span *span)
{
    const char **note = self;
    otelmq_span_set_string(span, "note", otelmq_str_from(*note));
    *note = otelmq_context_span(NULL) == span ? "while active" : "after it was active";
    otelmq_span_end(span);
}

static void the_starter_of_a_scope_may_end_its_span_in_its_own_way(void **state)
{
    (void)state;
    const char *note = "from the starter";
    otelmq_scope scope = otelmq_tracer_start_scope(fixture.tracer, "a", NULL);
    scope.end_span = end_with_note;
    scope.self = &note;
    otelmq_scope_end(&scope);
    otelmq_scope_end(&scope);
    assert_string_equal(note, "after it was active");
    assert_int_equal(otelmq_memory_exporter_count(fixture.memory), 1);
    otelmq_value recorded =
        otelmq_span_data_attribute(otelmq_memory_exporter_span_at(fixture.memory, 0), "note");
    assert_str(recorded.as.string, "from the starter");
}

int main(void)
{
#define T(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        T(a_scope_makes_its_span_active_until_it_ends),
        T(ending_a_scope_twice_does_nothing),
        T(a_scope_under_a_context_has_its_baggage),
        T(a_scope_of_no_span_hides_the_active_one),
        T(a_context_keeps_its_span_readable_after_the_end),
        T(an_extracted_context_hides_the_active_span),
        T(the_starter_of_a_scope_may_end_its_span_in_its_own_way),
    };
#undef T
    return cmocka_run_group_tests(tests, NULL, NULL);
}
