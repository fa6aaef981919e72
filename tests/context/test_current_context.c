/* SPDX-License-Identifier: Apache-2.0 */
#include "support/diagnostics_log.h"
#include "support/test.h"

#include <otelmq/context.h>

#include <pthread.h>

static const otelmq_context_key KEY = {"key"};
static diagnostics_log seen;

static void count_release(void *value)
{
    ++*(int *)value;
}

/* A new context that holds a counter, which counts when the context goes. */
static const otelmq_context *create(int *released)
{
    return otelmq_context_with_value(otelmq_context_root(), &KEY, released, count_release);
}

/* Attaches a new context that only the thread holds. */
static otelmq_context_token attach_new(int *released)
{
    const otelmq_context *context = create(released);
    otelmq_context_token token = otelmq_context_attach(context);
    otelmq_context_release(context);
    return token;
}

static void *current_value(void)
{
    return otelmq_context_value(NULL, &KEY);
}

static int start_log(void **state)
{
    (void)state;
    diagnostics_log_start(&seen, OTELMQ_SEVERITY_DEBUG);
    return 0;
}

static int stop_log(void **state)
{
    (void)state;
    diagnostics_log_stop();
    assert_ptr_equal(otelmq_context_current(), otelmq_context_root());
    return 0;
}

static void a_thread_begins_with_the_root(void **state)
{
    (void)state;
    assert_ptr_equal(otelmq_context_current(), otelmq_context_root());
}

static void attached_contexts_are_current_until_they_are_detached(void **state)
{
    (void)state;
    int outer = 0;
    int inner = 0;
    otelmq_context_token outer_token = attach_new(&outer);
    assert_ptr_equal(current_value(), &outer);
    otelmq_context_token inner_token = attach_new(&inner);
    assert_ptr_equal(current_value(), &inner);
    otelmq_context_detach(inner_token);
    assert_ptr_equal(current_value(), &outer);
    assert_int_equal(inner, 1);
    otelmq_context_detach(outer_token);
    assert_null(current_value());
    assert_int_equal(outer, 1);
    assert_int_equal(seen.count, 0);
}

static void null_means_the_current_context(void **state)
{
    (void)state;
    int released = 0;
    otelmq_context_token token = attach_new(&released);
    const otelmq_context *child = otelmq_context_with_baggage(NULL, NULL);
    const otelmq_context *kept = otelmq_context_retain(NULL);
    assert_ptr_equal(kept, otelmq_context_current());
    otelmq_context_token again = otelmq_context_attach(NULL);
    assert_ptr_equal(current_value(), &released);
    otelmq_context_detach(again);
    otelmq_context_detach(token);
    assert_int_equal(released, 0);
    assert_ptr_equal(otelmq_context_value(child, &KEY), &released);
    otelmq_context_release(child);
    otelmq_context_release(kept);
    assert_int_equal(released, 1);
}

static void contexts_nest_deeply(void **state)
{
    (void)state;
    enum { DEPTH = 100 };
    int released[DEPTH] = {0};
    otelmq_context_token tokens[DEPTH];
    for (int i = 0; i < DEPTH; i++) {
        tokens[i] = attach_new(&released[i]);
    }
    for (int i = DEPTH; i-- > 0;) {
        assert_ptr_equal(current_value(), &released[i]);
        otelmq_context_detach(tokens[i]);
        assert_int_equal(released[i], 1);
    }
    assert_int_equal(seen.count, 0);
}

static void a_token_out_of_order_restores_what_was_before_it_and_is_reported(void **state)
{
    (void)state;
    int released[3] = {0};
    otelmq_context_token first = attach_new(&released[0]);
    otelmq_context_token second = attach_new(&released[1]);
    otelmq_context_token third = attach_new(&released[2]);
    otelmq_context_detach(second);
    assert_ptr_equal(current_value(), &released[0]);
    assert_int_equal(released[1], 1);
    assert_int_equal(released[2], 1);
    assert_int_equal(seen.count, 1);
    otelmq_context_detach(third);
    assert_int_equal(seen.count, 2);
    assert_ptr_equal(current_value(), &released[0]);
    otelmq_context_detach(first);
    assert_int_equal(seen.count, 2);
}

static void a_token_that_comes_twice_does_not_detach_another_context(void **state)
{
    (void)state;
    int first = 0;
    int second = 0;
    otelmq_context_token old = attach_new(&first);
    otelmq_context_detach(old);
    otelmq_context_token token = attach_new(&second);
    otelmq_context_detach(old);
    assert_int_equal(seen.count, 1);
    assert_ptr_equal(current_value(), &second);
    otelmq_context_detach(token);
    assert_int_equal(first, 1);
    assert_int_equal(second, 1);
}

static void *detach_here(void *token)
{
    otelmq_context_detach(*(otelmq_context_token *)token);
    return NULL;
}

static void a_token_on_a_wrong_thread_changes_nothing_and_is_reported(void **state)
{
    (void)state;
    int released = 0;
    otelmq_context_token token = attach_new(&released);
    pthread_t thread;
    assert_int_equal(pthread_create(&thread, NULL, detach_here, &token), 0);
    pthread_join(thread, NULL);
    assert_int_equal(seen.count, 1);
    assert_ptr_equal(current_value(), &released);
    otelmq_context_detach(token);
    assert_int_equal(seen.count, 1);
}

static void a_token_that_was_never_given_out_is_ignored(void **state)
{
    (void)state;
    otelmq_context_detach((otelmq_context_token){0});
    assert_int_equal(seen.count, 0);
}

static void *attach_and_exit(void *released)
{
    attach_new(released);
    attach_new(released);
    return NULL;
}

static void a_thread_that_exits_gives_back_what_is_still_attached(void **state)
{
    (void)state;
    int released = 0;
    pthread_t thread;
    assert_int_equal(pthread_create(&thread, NULL, attach_and_exit, &released), 0);
    pthread_join(thread, NULL);
    assert_int_equal(released, 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_thread_begins_with_the_root, start_log, stop_log),
        cmocka_unit_test_setup_teardown(attached_contexts_are_current_until_they_are_detached,
                                        start_log, stop_log),
        cmocka_unit_test_setup_teardown(null_means_the_current_context, start_log, stop_log),
        cmocka_unit_test_setup_teardown(contexts_nest_deeply, start_log, stop_log),
        cmocka_unit_test_setup_teardown(
            a_token_out_of_order_restores_what_was_before_it_and_is_reported, start_log, stop_log),
        cmocka_unit_test_setup_teardown(a_token_that_comes_twice_does_not_detach_another_context,
                                        start_log, stop_log),
        cmocka_unit_test_setup_teardown(a_token_on_a_wrong_thread_changes_nothing_and_is_reported,
                                        start_log, stop_log),
        cmocka_unit_test_setup_teardown(a_token_that_was_never_given_out_is_ignored, start_log,
                                        stop_log),
        cmocka_unit_test_setup_teardown(a_thread_that_exits_gives_back_what_is_still_attached,
                                        start_log, stop_log),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
