/* SPDX-License-Identifier: Apache-2.0 */
#include "support/test.h"
#include "trace/span_pool.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

enum { BLOCKS = 10000 };

static void a_block_is_the_same_one_again(void **state)
{
    (void)state;
    void *block = otelmq_span_pool_take(OTELMQ_WHOLE_BLOCK);
    memset(block, 0xEE, OTELMQ_WHOLE_BLOCK_SIZE);
    otelmq_span_pool_give(OTELMQ_WHOLE_BLOCK, block);
    assert_ptr_equal(otelmq_span_pool_take(OTELMQ_WHOLE_BLOCK), block);
    otelmq_span_pool_give(OTELMQ_WHOLE_BLOCK, block);
}

static void blocks_in_use_are_all_different(void **state)
{
    (void)state;
    static unsigned char *blocks[BLOCKS];
    for (size_t i = 0; i < BLOCKS; i++) {
        blocks[i] = otelmq_span_pool_take(OTELMQ_WHOLE_BLOCK);
        assert_non_null(blocks[i]);
        memset(blocks[i], (int)(i % 251), OTELMQ_WHOLE_BLOCK_SIZE);
    }
    for (size_t i = 0; i < BLOCKS; i++) {
        assert_int_equal(blocks[i][0], i % 251);
        assert_int_equal(blocks[i][OTELMQ_WHOLE_BLOCK_SIZE - 1], i % 251);
        otelmq_span_pool_give(OTELMQ_WHOLE_BLOCK, blocks[i]);
    }
}

static void blocks_of_one_kind_do_not_become_those_of_the_other(void **state)
{
    (void)state;
    char *head = otelmq_span_pool_take(OTELMQ_HEAD_BLOCK);
    assert_int_equal((uintptr_t)head % OTELMQ_CACHE_LINE_SIZE, 0);
    memset(head, 0xEE, OTELMQ_HEAD_BLOCK_SIZE);
    otelmq_span_pool_give(OTELMQ_HEAD_BLOCK, head);
    char *whole = otelmq_span_pool_take(OTELMQ_WHOLE_BLOCK);
    assert_ptr_not_equal(whole, head);
    assert_ptr_equal(otelmq_span_pool_take(OTELMQ_HEAD_BLOCK), head);
    otelmq_span_pool_give(OTELMQ_WHOLE_BLOCK, whole);
    otelmq_span_pool_give(OTELMQ_HEAD_BLOCK, head);
}

/* Blocks that one thread takes and another gives back, as spans do. */
static void *handed[BLOCKS];

static void *give_all(void *unused)
{
    (void)unused;
    for (size_t i = 0; i < BLOCKS; i++) {
        otelmq_span_pool_give(OTELMQ_WHOLE_BLOCK, handed[i]);
    }
    return NULL;
}

static void blocks_come_back_from_a_thread_that_has_exited(void **state)
{
    (void)state;
    for (int round = 0; round < 3; round++) {
        pthread_t thread;
        for (size_t i = 0; i < BLOCKS; i++) {
            handed[i] = otelmq_span_pool_take(OTELMQ_WHOLE_BLOCK);
            memset(handed[i], round, OTELMQ_WHOLE_BLOCK_SIZE);
        }
        assert_int_equal(pthread_create(&thread, NULL, give_all, NULL), 0);
        assert_int_equal(pthread_join(thread, NULL), 0);
    }
}

static void *take_and_give(void *unused)
{
    (void)unused;
    void *blocks[100];
    for (int round = 0; round < 200; round++) {
        for (size_t i = 0; i < COUNT_OF(blocks); i++) {
            blocks[i] = otelmq_span_pool_take(OTELMQ_WHOLE_BLOCK);
            *(size_t *)blocks[i] = i;
        }
        for (size_t i = 0; i < COUNT_OF(blocks); i++) {
            if (*(size_t *)blocks[i] != i) {
                abort();
            }
            otelmq_span_pool_give(OTELMQ_WHOLE_BLOCK, blocks[i]);
        }
    }
    return NULL;
}

static void threads_come_and_go(void **state)
{
    (void)state;
    for (int round = 0; round < 10; round++) {
        pthread_t threads[4];
        for (size_t i = 0; i < COUNT_OF(threads); i++) {
            assert_int_equal(pthread_create(&threads[i], NULL, take_and_give, NULL), 0);
        }
        for (size_t i = 0; i < COUNT_OF(threads); i++) {
            assert_int_equal(pthread_join(threads[i], NULL), 0);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_block_is_the_same_one_again),
        cmocka_unit_test(blocks_in_use_are_all_different),
        cmocka_unit_test(blocks_of_one_kind_do_not_become_those_of_the_other),
        cmocka_unit_test(blocks_come_back_from_a_thread_that_has_exited),
        cmocka_unit_test(threads_come_and_go),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
