/* SPDX-License-Identifier: Apache-2.0 */
#include "support/test.h"

#include <otelmq/map_carrier.h>
#include <otelmq/propagator.h>

#include <pthread.h>

#define TRACEPARENT "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"

static otelmq_map *create_headers(void)
{
    otelmq_map *map = otelmq_map_create();
    otelmq_map_set(map, "traceparent", OTELMQ_STR(TRACEPARENT));
    otelmq_map_set(map, "tracestate", OTELMQ_STR("foo=1"));
    otelmq_map_set(map, "baggage", OTELMQ_STR("a=1"));
    return map;
}

/* How many of the headers come out again when they are passed on by the global propagator. */
static size_t count_passed_on(void)
{
    otelmq_map *in = create_headers();
    otelmq_map *out = otelmq_map_create();
    const otelmq_context *context =
        otelmq_propagator_extract(otelmq_propagator_global(), NULL, otelmq_map_carrier(in));
    otelmq_propagator_inject(otelmq_propagator_global(), context, otelmq_map_carrier(out));
    size_t count = otelmq_map_count(out);
    otelmq_context_release(context);
    otelmq_map_destroy(in);
    otelmq_map_destroy(out);
    return count;
}

static void the_default_is_trace_context_and_baggage(void **state)
{
    static const char *const expected[] = {"traceparent", "tracestate", "baggage"};
    (void)state;
    assert_int_equal(count_passed_on(), 3);
    for (size_t i = 0; i < COUNT_OF(expected); i++) {
        assert_string_equal(otelmq_propagator_field_at(otelmq_propagator_global(), i), expected[i]);
    }
    assert_null(otelmq_propagator_field_at(otelmq_propagator_global(), 3));
}

static void another_one_can_be_set_and_the_default_restored(void **state)
{
    (void)state;
    otelmq_propagator_set_global(otelmq_propagator_none());
    assert_int_equal(count_passed_on(), 0);
    const otelmq_propagator parts[] = {otelmq_propagator_baggage()};
    otelmq_propagator_set_global(otelmq_propagator_composite(parts, 1));
    assert_int_equal(count_passed_on(), 1);
    otelmq_propagator_set_global((otelmq_propagator){0});
    assert_int_equal(count_passed_on(), 3);
}

static void inject_takes_the_current_context(void **state)
{
    (void)state;
    otelmq_map *in = create_headers();
    otelmq_map *out = otelmq_map_create();
    const otelmq_context *context =
        otelmq_propagator_extract(otelmq_propagator_global(), NULL, otelmq_map_carrier(in));
    otelmq_context_token token = otelmq_context_attach(context);
    otelmq_propagator_inject(otelmq_propagator_global(), NULL, otelmq_map_carrier(out));
    otelmq_context_detach(token);
    assert_str(otelmq_map_get(out, "traceparent"), TRACEPARENT);
    otelmq_context_release(context);
    otelmq_map_destroy(in);
    otelmq_map_destroy(out);
}

static void *pass_on_often(void *unused)
{
    (void)unused;
    for (int i = 0; i < 500; i++) {
        assert_true(count_passed_on() <= 3);
    }
    return NULL;
}

static void it_can_be_replaced_while_other_threads_use_it(void **state)
{
    (void)state;
    pthread_t thread;
    assert_int_equal(pthread_create(&thread, NULL, pass_on_often, NULL), 0);
    for (int i = 0; i < 100; i++) {
        const otelmq_propagator parts[] = {otelmq_propagator_baggage()};
        otelmq_propagator_set_global(otelmq_propagator_composite(parts, 1));
        otelmq_propagator_set_global((otelmq_propagator){0});
    }
    pthread_join(thread, NULL);
    assert_int_equal(count_passed_on(), 3);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_default_is_trace_context_and_baggage),
        cmocka_unit_test(another_one_can_be_set_and_the_default_restored),
        cmocka_unit_test(inject_takes_the_current_context),
        cmocka_unit_test(it_can_be_replaced_while_other_threads_use_it),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
