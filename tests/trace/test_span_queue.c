/* SPDX-License-Identifier: Apache-2.0 */
#include "support/test.h"
#include "trace/span_queue.h"

#include <pthread.h>

enum { THREADS = 4, PUSHES = 20000 };

/* Spans are only carried here: their addresses tell them apart. */
static char marks[THREADS * PUSHES];

static otelmq_span *mark(size_t index)
{
    return (otelmq_span *)(void *)&marks[index];
}

static size_t index_of(const otelmq_span *span)
{
    return (size_t)((const char *)span - marks);
}

static void spans_come_out_in_order_and_no_more_go_in_than_fit(void **state)
{
    (void)state;
    otelmq_span_queue queue;
    otelmq_span *popped[8];
    uint64_t len = 0;
    assert_true(otelmq_span_queue_init(&queue, 5));
    for (size_t round = 0; round < 10; round++) {
        for (size_t i = 0; i < 5; i++) {
            assert_int_equal(otelmq_span_queue_push(&queue, mark(i), &len), OTELMQ_PUSHED);
            assert_int_equal(len, i + 1);
        }
        assert_int_equal(otelmq_span_queue_push(&queue, mark(5), &len), OTELMQ_QUEUE_FULL);
        assert_int_equal(otelmq_span_queue_pop(&queue, popped, 3), 3);
        assert_int_equal(otelmq_span_queue_pop(&queue, popped + 3, 5), 2);
        for (size_t i = 0; i < 5; i++) {
            assert_ptr_equal(popped[i], mark(i));
        }
        assert_int_equal(otelmq_span_queue_pop(&queue, popped, 8), 0);
    }
    otelmq_span_queue_clean(&queue);
}

static void a_closed_queue_gives_out_what_it_has_and_takes_nothing(void **state)
{
    (void)state;
    otelmq_span_queue queue;
    otelmq_span *popped[2];
    uint64_t len = 0;
    assert_true(otelmq_span_queue_init(&queue, 2));
    assert_int_equal(otelmq_span_queue_push(&queue, mark(0), &len), OTELMQ_PUSHED);
    otelmq_span_queue_close(&queue);
    assert_int_equal(otelmq_span_queue_push(&queue, mark(1), &len), OTELMQ_QUEUE_CLOSED);
    assert_int_equal(otelmq_span_queue_head(&queue), 1);
    assert_int_equal(otelmq_span_queue_pop(&queue, popped, 2), 1);
    otelmq_span_queue_clean(&queue);
}

static otelmq_span_queue shared;

static void *push_all(void *first)
{
    size_t at = *(size_t *)first;
    for (size_t i = 0; i < PUSHES; i++) {
        uint64_t len = 0;
        while (otelmq_span_queue_push(&shared, mark(at + i), &len) != OTELMQ_PUSHED) {
        }
    }
    return NULL;
}

static void several_threads_push_while_one_pops(void **state)
{
    (void)state;
    static unsigned char seen[THREADS * PUSHES];
    pthread_t threads[THREADS];
    size_t firsts[THREADS];
    assert_true(otelmq_span_queue_init(&shared, 100));
    for (size_t i = 0; i < THREADS; i++) {
        firsts[i] = i * PUSHES;
        assert_int_equal(pthread_create(&threads[i], NULL, push_all, &firsts[i]), 0);
    }
    size_t next[THREADS] = {0};
    for (size_t total = 0; total < (size_t)THREADS * PUSHES;) {
        otelmq_span *popped[64];
        size_t count = otelmq_span_queue_pop(&shared, popped, COUNT_OF(popped));
        for (size_t i = 0; i < count; i++) {
            size_t index = index_of(popped[i]);
            seen[index]++;
            /* What one thread pushed comes out in its order. */
            assert_int_equal(index % PUSHES, next[index / PUSHES]);
            next[index / PUSHES]++;
        }
        total += count;
    }
    for (size_t i = 0; i < THREADS; i++) {
        assert_int_equal(pthread_join(threads[i], NULL), 0);
    }
    for (size_t i = 0; i < (size_t)THREADS * PUSHES; i++) {
        assert_int_equal(seen[i], 1);
    }
    otelmq_span_queue_clean(&shared);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(spans_come_out_in_order_and_no_more_go_in_than_fit),
        cmocka_unit_test(a_closed_queue_gives_out_what_it_has_and_takes_nothing),
        cmocka_unit_test(several_threads_push_while_one_pops),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
