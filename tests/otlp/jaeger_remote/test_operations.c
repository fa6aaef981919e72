/* SPDX-License-Identifier: Apache-2.0 */
#include "export/otlp/jaeger_remote/operations.h"

#include "support/test.h"

#include <pthread.h>

static otelmq_jaeger_operations *create(double lower_bound)
{
    otelmq_jaeger_operations *operations =
        otelmq_jaeger_operations_create(otelmq_sampler_probability(0.5, 0), lower_bound);
    assert_non_null(operations);
    return operations;
}

static void one_that_was_added_is_found_with_its_probability(void **state)
{
    (void)state;
    otelmq_jaeger_operations *operations = create(0);
    assert_true(
        otelmq_jaeger_operations_add(operations, OTELMQ_STR("GET /"), otelmq_sampler_always_on()));
    assert_true(
        otelmq_jaeger_operations_add(operations, (otelmq_str){0}, otelmq_sampler_always_off()));
    otelmq_jaeger_operation *found = otelmq_jaeger_operations_get(operations, OTELMQ_STR("GET /"));
    assert_ptr_equal(found->probability.ops, otelmq_sampler_always_on().ops);
    found = otelmq_jaeger_operations_get(operations, OTELMQ_STR(""));
    assert_ptr_equal(found->probability.ops, otelmq_sampler_always_off().ops);
    assert_null(otelmq_jaeger_operations_get(operations, OTELMQ_STR("GET")));
    otelmq_jaeger_operations_destroy(operations);
}

static void a_name_is_added_once(void **state)
{
    (void)state;
    otelmq_jaeger_operations *operations = create(1);
    assert_true(otelmq_jaeger_operations_add(operations, OTELMQ_STR("a"),
                                             otelmq_sampler_probability(0.1, 0)));
    assert_false(otelmq_jaeger_operations_add(operations, OTELMQ_STR("a"),
                                              otelmq_sampler_probability(0.2, 0)));
    assert_false(otelmq_jaeger_operations_add(operations, OTELMQ_STR("b"), (otelmq_sampler){0}));
    otelmq_jaeger_operations_destroy(operations);
}

static void a_new_name_gets_the_default_and_a_lower_bound_of_its_own(void **state)
{
    (void)state;
    otelmq_jaeger_operations *operations = create(1);
    otelmq_jaeger_operation *a = otelmq_jaeger_operations_get(operations, OTELMQ_STR("a"));
    otelmq_jaeger_operation *b = otelmq_jaeger_operations_get(operations, OTELMQ_STR("b"));
    assert_ptr_not_equal(a, b);
    assert_ptr_equal(a->probability.self, otelmq_jaeger_operations_usual(operations).self);
    assert_ptr_equal(otelmq_jaeger_operations_get(operations, OTELMQ_STR("a")), a);
    uint64_t now = UINT64_C(1000000000);
    assert_true(otelmq_rate_limiter_take(&a->lower_bound, now));
    assert_false(otelmq_rate_limiter_take(&a->lower_bound, now));
    assert_true(otelmq_rate_limiter_take(&b->lower_bound, now));
    otelmq_jaeger_operations_destroy(operations);
}

static otelmq_jaeger_operation *get_numbered(otelmq_jaeger_operations *operations, unsigned number)
{
    char name[32];
    int len = snprintf(name, sizeof(name), "operation %u", number);
    return otelmq_jaeger_operations_get(operations, (otelmq_str){name, (size_t)len});
}

static void names_past_the_limit_share_the_default(void **state)
{
    (void)state;
    otelmq_jaeger_operations *operations = create(1);
    for (unsigned i = 0; i < OTELMQ_JAEGER_OPERATIONS_MAX; i++) {
        assert_non_null(get_numbered(operations, i));
    }
    for (unsigned i = 0; i < 10; i++) {
        assert_null(get_numbered(operations, OTELMQ_JAEGER_OPERATIONS_MAX + i));
    }
    assert_non_null(get_numbered(operations, 7));
    otelmq_jaeger_operations_destroy(operations);
}

static void a_new_table_continues_the_lower_bounds(void **state)
{
    (void)state;
    otelmq_jaeger_operations *before = create(1);
    otelmq_jaeger_operations *after = create(1);
    uint64_t now = UINT64_C(1000000000);
    otelmq_str name = OTELMQ_STR("a");
    assert_true(
        otelmq_rate_limiter_take(&otelmq_jaeger_operations_get(before, name)->lower_bound, now));
    otelmq_jaeger_operations_continue(after, before, now);
    otelmq_jaeger_operation *kept = otelmq_jaeger_operations_get(after, name);
    assert_false(otelmq_rate_limiter_take(&kept->lower_bound, now));
    otelmq_jaeger_operations_destroy(before);
    otelmq_jaeger_operations_destroy(after);
}

enum { THREADS = 4, NAMES = 300 };

typedef struct {
    otelmq_jaeger_operations *operations;
    otelmq_jaeger_operation *found[NAMES];
} seeker;

static void *seek_all(void *of_seeker)
{
    seeker *own = of_seeker;
    for (unsigned i = 0; i < NAMES; i++) {
        own->found[i] = get_numbered(own->operations, i);
    }
    return NULL;
}

static void threads_that_meet_a_new_name_share_its_operation(void **state)
{
    (void)state;
    otelmq_jaeger_operations *operations = create(1);
    static seeker seekers[THREADS];
    pthread_t threads[THREADS];
    for (size_t i = 0; i < THREADS; i++) {
        seekers[i].operations = operations;
        assert_int_equal(pthread_create(&threads[i], NULL, seek_all, &seekers[i]), 0);
    }
    for (size_t i = 0; i < THREADS; i++) {
        pthread_join(threads[i], NULL);
    }
    for (size_t i = 0; i < THREADS; i++) {
        assert_memory_equal(seekers[i].found, seekers[0].found, sizeof(seekers[0].found));
    }
    otelmq_jaeger_operations_destroy(operations);
    otelmq_jaeger_operations_destroy(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_that_was_added_is_found_with_its_probability),
        cmocka_unit_test(a_name_is_added_once),
        cmocka_unit_test(a_new_name_gets_the_default_and_a_lower_bound_of_its_own),
        cmocka_unit_test(names_past_the_limit_share_the_default),
        cmocka_unit_test(a_new_table_continues_the_lower_bounds),
        cmocka_unit_test(threads_that_meet_a_new_name_share_its_operation),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
