/* SPDX-License-Identifier: Apache-2.0 */
#include "context/context_node.h"
#include "support/test.h"

#include <pthread.h>

static const otelmq_context_key TENANT = {"tenant"};
static const otelmq_context_key REGION = {"region"};
static const otelmq_span_context LOCAL = {.trace_id = {{1}}, .span_id = {{2}}};

static void count_release(void *value)
{
    ++*(int *)value;
}

static const otelmq_baggage *create_baggage(const char *value)
{
    otelmq_baggage_entry entry = {OTELMQ_STR("tier"), otelmq_str_from(value), {0}};
    const otelmq_baggage *baggage = NULL;
    assert_int_equal(otelmq_baggage_with(NULL, entry, &baggage), OTELMQ_OK);
    return baggage;
}

static void the_root_is_empty(void **state)
{
    (void)state;
    const otelmq_context *root = otelmq_context_root();
    assert_false(otelmq_span_context_is_valid(otelmq_context_span_context(root)));
    assert_null(otelmq_context_baggage(root));
    assert_null(otelmq_context_value(root, &TENANT));
    assert_null(otelmq_context_active_span(root));
    assert_ptr_equal(otelmq_context_retain(root), root);
    otelmq_context_release(root);
    otelmq_context_release(root);
    otelmq_context_release(NULL);
}

static void a_value_is_found_by_the_address_of_its_key(void **state)
{
    (void)state;
    char value[] = "blue";
    const otelmq_context_key same_name = {"tenant"};
    const otelmq_context *context =
        otelmq_context_with_value(otelmq_context_root(), &TENANT, value, NULL);
    assert_ptr_equal(otelmq_context_value(context, &TENANT), value);
    assert_null(otelmq_context_value(context, &same_name));
    assert_null(otelmq_context_value(context, NULL));
    assert_null(otelmq_context_value(otelmq_context_root(), &TENANT));
    otelmq_context_release(context);
}

static void the_newest_value_hides_older_ones(void **state)
{
    (void)state;
    int first = 0;
    int region = 0;
    int second = 0;
    const otelmq_context *older =
        otelmq_context_with_value(otelmq_context_root(), &TENANT, &first, count_release);
    const otelmq_context *middle =
        otelmq_context_with_value(older, &REGION, &region, count_release);
    const otelmq_context *newer = otelmq_context_with_value(middle, &TENANT, &second, NULL);
    assert_ptr_equal(otelmq_context_value(newer, &TENANT), &second);
    assert_ptr_equal(otelmq_context_value(newer, &REGION), &region);
    assert_ptr_equal(otelmq_context_value(middle, &TENANT), &first);
    otelmq_context_release(older);
    otelmq_context_release(middle);
    assert_int_equal(first, 0); /* newer still holds it */
    otelmq_context_release(newer);
    assert_int_equal(first, 1);
    assert_int_equal(region, 1);
}

static void a_value_without_a_key_is_released_at_once(void **state)
{
    (void)state;
    int released = 0;
    const otelmq_context *context =
        otelmq_context_with_value(otelmq_context_root(), NULL, &released, count_release);
    assert_int_equal(released, 1);
    assert_ptr_equal(context, otelmq_context_root());
}

static void baggage_is_replaced_and_cleared(void **state)
{
    (void)state;
    const otelmq_baggage *gold = create_baggage("gold");
    const otelmq_context *with = otelmq_context_with_baggage(otelmq_context_root(), gold);
    otelmq_baggage_release(gold);
    const otelmq_context *cleared = otelmq_context_with_baggage(with, NULL);
    assert_str(otelmq_baggage_get(otelmq_context_baggage(with), "tier"), "gold");
    assert_null(otelmq_context_baggage(cleared));
    otelmq_context_release(with);
    otelmq_context_release(cleared);
}

static void each_addition_keeps_what_the_parent_had(void **state)
{
    (void)state;
    char value[] = "blue";
    int released = 0;
    const otelmq_baggage *gold = create_baggage("gold");
    const otelmq_context *a = otelmq_context_with_baggage(NULL, gold);
    const otelmq_context *b = otelmq_context_with_active(a, &LOCAL, &released, count_release);
    const otelmq_context *c = otelmq_context_with_value(b, &TENANT, value, NULL);
    otelmq_baggage_release(gold);
    otelmq_context_release(a);
    otelmq_context_release(b);
    assert_str(otelmq_baggage_get(otelmq_context_baggage(c), "tier"), "gold");
    assert_ptr_equal(otelmq_context_value(c, &TENANT), value);
    assert_ptr_equal(otelmq_context_active_span(c), &released);
    assert_ptr_equal(otelmq_context_span_context(c), &LOCAL);
    assert_int_equal(released, 0);
    otelmq_context_release(c);
    assert_int_equal(released, 1);
}

static void a_foreign_span_context_hides_the_active_span(void **state)
{
    (void)state;
    int released = 0;
    const otelmq_tracestate *tracestate = NULL;
    otelmq_tracestate_parse(OTELMQ_STR("foo=1"), &tracestate);
    otelmq_span_context remote = {.trace_id = {{3}},
                                  .span_id = {{4}},
                                  .trace_flags = 1,
                                  .is_remote = true,
                                  .tracestate = tracestate};
    const otelmq_context *active =
        otelmq_context_with_active(otelmq_context_root(), &LOCAL, &released, count_release);
    const otelmq_context *context = otelmq_context_with_span_context(active, &remote);
    otelmq_tracestate_release(tracestate);
    otelmq_context_release(active);
    const otelmq_span_context *found = otelmq_context_span_context(context);
    assert_null(otelmq_context_active_span(context));
    assert_true(otelmq_span_context_is_same_span(found, &remote));
    assert_true(found->is_remote);
    assert_int_equal(found->trace_flags, 1);
    assert_str(otelmq_tracestate_text(found->tracestate), "foo=1");
    otelmq_context_release(context);
    assert_int_equal(released, 1);
}

static void a_chain_longer_than_the_stack_is_deep_is_freed(void **state)
{
    (void)state;
    int released = 0;
    const otelmq_context *context = otelmq_context_root();
    for (int i = 0; i < 300000; i++) {
        const otelmq_context *next =
            otelmq_context_with_value(context, &TENANT, &released, count_release);
        otelmq_context_release(context);
        context = next;
    }
    otelmq_context_release(context);
    assert_int_equal(released, 300000);
}

static void *share_for_a_while(void *shared)
{
    for (int i = 0; i < 2000; i++) {
        const otelmq_context *context = otelmq_context_retain(shared);
        const otelmq_context *child = otelmq_context_with_baggage(context, NULL);
        otelmq_context_release(context);
        assert_non_null(otelmq_context_value(child, &TENANT));
        otelmq_context_release(child);
    }
    otelmq_context_release(shared);
    return NULL;
}

static void several_threads_share_one_context(void **state)
{
    (void)state;
    int released = 0;
    const otelmq_context *context =
        otelmq_context_with_value(otelmq_context_root(), &TENANT, &released, count_release);
    pthread_t threads[4];
    for (size_t i = 0; i < COUNT_OF(threads); i++) {
        void *shared = (void *)(uintptr_t)otelmq_context_retain(context);
        assert_int_equal(pthread_create(&threads[i], NULL, share_for_a_while, shared), 0);
    }
    otelmq_context_release(context);
    for (size_t i = 0; i < COUNT_OF(threads); i++) {
        pthread_join(threads[i], NULL);
    }
    assert_int_equal(released, 1);
}

enum { HANDED_OVER = 100 };

static void *release_all(void *contexts)
{
    const otelmq_context **handed_over = contexts;
    for (size_t i = 0; i < HANDED_OVER; i++) {
        otelmq_context_release(handed_over[i]);
    }
    return NULL;
}

/* More of them than a thread keeps for its next contexts. */
static void contexts_may_be_released_on_another_thread(void **state)
{
    (void)state;
    int released = 0;
    const otelmq_context *contexts[HANDED_OVER];
    for (size_t i = 0; i < HANDED_OVER; i++) {
        contexts[i] =
            otelmq_context_with_value(otelmq_context_root(), &TENANT, &released, count_release);
    }
    pthread_t thread;
    assert_int_equal(pthread_create(&thread, NULL, release_all, contexts), 0);
    pthread_join(thread, NULL);
    assert_int_equal(released, HANDED_OVER);
}

static void *make_and_release(void *unused)
{
    for (int i = 0; i < HANDED_OVER; i++) {
        otelmq_context_release(otelmq_context_with_baggage(otelmq_context_root(), NULL));
    }
    return unused;
}

/* What the thread kept is freed, which a leak checker sees. */
static void a_thread_leaves_no_contexts_behind(void **state)
{
    (void)state;
    pthread_t thread;
    assert_int_equal(pthread_create(&thread, NULL, make_and_release, NULL), 0);
    assert_int_equal(pthread_join(thread, NULL), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_root_is_empty),
        cmocka_unit_test(a_value_is_found_by_the_address_of_its_key),
        cmocka_unit_test(the_newest_value_hides_older_ones),
        cmocka_unit_test(a_value_without_a_key_is_released_at_once),
        cmocka_unit_test(baggage_is_replaced_and_cleared),
        cmocka_unit_test(each_addition_keeps_what_the_parent_had),
        cmocka_unit_test(a_foreign_span_context_hides_the_active_span),
        cmocka_unit_test(a_chain_longer_than_the_stack_is_deep_is_freed),
        cmocka_unit_test(several_threads_share_one_context),
        cmocka_unit_test(contexts_may_be_released_on_another_thread),
        cmocka_unit_test(a_thread_leaves_no_contexts_behind),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
