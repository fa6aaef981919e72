/* SPDX-License-Identifier: Apache-2.0 */
#include "support/test.h"

#include <otelmq/map_carrier.h>
#include <otelmq/propagator.h>

#define TRACEPARENT "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"

/* A propagator of a user's own, which counts how often it is destroyed. */
static void inject_mark(const void *self, const otelmq_context *context, otelmq_carrier carrier)
{
    (void)self;
    (void)context;
    otelmq_carrier_set(carrier, "mark", OTELMQ_STR("set"));
}

static const char *mark_field_at(const void *self, size_t index)
{
    static const char *const fields[] = {"mark", "baggage"};
    (void)self;
    return index < COUNT_OF(fields) ? fields[index] : NULL;
}

static void count_destroy(void *self)
{
    ++*(int *)self;
}

static const otelmq_propagator_ops MARK_OPS = {inject_mark, NULL, mark_field_at, count_destroy};

static void all_parts_inject_and_extract(void **state)
{
    (void)state;
    int destroyed = 0;
    const otelmq_propagator parts[] = {
        otelmq_propagator_trace_context(), {&MARK_OPS, &destroyed}, otelmq_propagator_baggage()};
    otelmq_propagator all = otelmq_propagator_composite(parts, COUNT_OF(parts));
    otelmq_map *in = otelmq_map_create();
    otelmq_map *out = otelmq_map_create();
    otelmq_map_set(in, "traceparent", OTELMQ_STR(TRACEPARENT));
    otelmq_map_set(in, "baggage", OTELMQ_STR("a=1"));
    const otelmq_context *context = otelmq_propagator_extract(all, NULL, otelmq_map_carrier(in));
    otelmq_propagator_inject(all, context, otelmq_map_carrier(out));
    assert_str(otelmq_map_get(out, "traceparent"), TRACEPARENT);
    assert_str(otelmq_map_get(out, "mark"), "set");
    assert_str(otelmq_map_get(out, "baggage"), "a=1");
    otelmq_context_release(context);
    otelmq_map_destroy(in);
    otelmq_map_destroy(out);
    otelmq_propagator_destroy(all);
    assert_int_equal(destroyed, 1);
}

static void a_field_of_several_parts_is_named_once(void **state)
{
    static const char *const expected[] = {"traceparent", "tracestate", "baggage", "mark"};
    (void)state;
    int destroyed = 0;
    const otelmq_propagator parts[] = {otelmq_propagator_trace_context(),
                                       otelmq_propagator_baggage(),
                                       otelmq_propagator_trace_context(),
                                       {&MARK_OPS, &destroyed}};
    otelmq_propagator all = otelmq_propagator_composite(parts, COUNT_OF(parts));
    for (size_t i = 0; i < COUNT_OF(expected); i++) {
        assert_string_equal(otelmq_propagator_field_at(all, i), expected[i]);
    }
    assert_null(otelmq_propagator_field_at(all, COUNT_OF(expected)));
    otelmq_propagator_destroy(all);
}

static void a_part_that_failed_makes_all_fail_and_the_others_are_destroyed(void **state)
{
    (void)state;
    int destroyed = 0;
    const otelmq_propagator inner[] = {{&MARK_OPS, &destroyed}, {0}};
    const otelmq_propagator outer[] = {{&MARK_OPS, &destroyed},
                                       otelmq_propagator_composite(inner, 2)};
    otelmq_propagator all = otelmq_propagator_composite(outer, 2);
    assert_null(all.ops);
    assert_int_equal(destroyed, 2);
    otelmq_propagator_destroy(all);
}

static void none_and_nothing_write_and_read_nothing(void **state)
{
    const otelmq_propagator rows[] = {
        otelmq_propagator_none(), {0}, otelmq_propagator_composite(NULL, 0)};
    (void)state;
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        otelmq_map *map = otelmq_map_create();
        otelmq_map_set(map, "traceparent", OTELMQ_STR(TRACEPARENT));
        const otelmq_context *context =
            otelmq_propagator_extract(rows[i], NULL, otelmq_map_carrier(map));
        assert_ptr_equal(context, otelmq_context_root());
        otelmq_map_remove(map, "traceparent");
        otelmq_propagator_inject(rows[i], context, otelmq_map_carrier(map));
        assert_int_equal(otelmq_map_count(map), 0);
        assert_null(otelmq_propagator_field_at(rows[i], 0));
        otelmq_propagator_destroy(rows[i]);
        otelmq_context_release(context);
        otelmq_map_destroy(map);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(all_parts_inject_and_extract),
        cmocka_unit_test(a_field_of_several_parts_is_named_once),
        cmocka_unit_test(a_part_that_failed_makes_all_fail_and_the_others_are_destroyed),
        cmocka_unit_test(none_and_nothing_write_and_read_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
