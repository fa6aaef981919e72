/* SPDX-License-Identifier: Apache-2.0 */
#include "base/fork_generation.h"
#include "base/random.h"
#include "support/test.h"

#include <pthread.h>
#include <sys/wait.h>
#include <unistd.h>

enum { DRAWS = 1000 };

static void numbers_do_not_repeat_one_by_one_or_at_once(void **state)
{
    (void)state;
    uint64_t drawn[DRAWS];
    otelmq_random_fill(drawn, DRAWS / 2);
    for (int i = 0; i < DRAWS; i++) {
        drawn[i] = i < DRAWS / 2 ? drawn[i] : otelmq_random_u64();
        for (int before = 0; before < i; before++) {
            assert_true(drawn[i] != drawn[before]);
        }
    }
}

/* Of 1000 fair draws, fewer than 300 or more than 700 come about once in 10^36 runs. */
static void every_bit_is_set_about_half_of_the_time(void **state)
{
    (void)state;
    int set[64] = {0};
    for (int i = 0; i < DRAWS; i++) {
        uint64_t bits = otelmq_random_u64();
        for (int bit = 0; bit < 64; bit++) {
            set[bit] += (bits >> bit) & 1 ? 1 : 0;
        }
    }
    for (int bit = 0; bit < 64; bit++) {
        assert_in_range(set[bit], 300, 700);
    }
}

static void *draw(void *number)
{
    *(uint64_t *)number = otelmq_random_u64();
    return NULL;
}

static void another_thread_draws_other_numbers(void **state)
{
    (void)state;
    uint64_t theirs[2] = {0};
    for (int i = 0; i < 2; i++) {
        pthread_t thread;
        assert_int_equal(pthread_create(&thread, NULL, draw, &theirs[i]), 0);
        pthread_join(thread, NULL);
    }
    assert_true(theirs[0] != theirs[1]);
    assert_true(theirs[0] != otelmq_random_u64());
}

typedef struct {
    uint64_t number;
    unsigned generation;
} drawn_in_child;

static drawn_in_child draw_in_child(void)
{
    int ends[2];
    assert_int_equal(pipe(ends), 0);
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        drawn_in_child drawn;
        memset(&drawn, 0, sizeof(drawn)); /* its padding too is written to the pipe */
        drawn.number = otelmq_random_u64();
        drawn.generation = otelmq_fork_generation();
        _exit(write(ends[1], &drawn, sizeof(drawn)) == sizeof(drawn) ? 0 : 1);
    }
    drawn_in_child drawn = {0};
    assert_int_equal(read(ends[0], &drawn, sizeof(drawn)), sizeof(drawn));
    int status;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_int_equal(status, 0);
    close(ends[0]);
    close(ends[1]);
    return drawn;
}

static void forked_children_draw_other_numbers_than_parent_and_siblings(void **state)
{
    (void)state;
    otelmq_random_u64();
    drawn_in_child first = draw_in_child();
    drawn_in_child second = draw_in_child();
    uint64_t mine = otelmq_random_u64();
    assert_true(first.number != second.number);
    assert_true(first.number != mine);
    assert_true(second.number != mine);
    assert_true(first.generation != otelmq_fork_generation());
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(numbers_do_not_repeat_one_by_one_or_at_once),
        cmocka_unit_test(every_bit_is_set_about_half_of_the_time),
        cmocka_unit_test(another_thread_draws_other_numbers),
        cmocka_unit_test(forked_children_draw_other_numbers_than_parent_and_siblings),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
