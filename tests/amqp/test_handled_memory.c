/* SPDX-License-Identifier: Apache-2.0 */
/* The memory of acknowledged messages itself, at sizes that take a broker too long. */
#include "amqp/run/handled.h"
#include "support/test.h"

#include <stdlib.h>

enum { MANY = 3 * OTELMQ_AMQP_MAX_HANDLED, FEW = 700, STEPS = 60000 };

/* Spread over the table, but for some that are at home in the same places. */
static otelmq_amqp_identity identity_of(uint32_t number)
{
    uint32_t spread = number * 2654435761U;
    return (otelmq_amqp_identity){number, number % 1000 == 5 ? number % 64 : spread >> 8};
}

static void add(otelmq_amqp_handled *handled, uint32_t number)
{
    otelmq_amqp_identity identity = identity_of(number);
    otelmq_amqp_handled_add(handled, &identity);
}

static bool match(otelmq_amqp_handled *handled, uint32_t number)
{
    otelmq_amqp_identity identity = identity_of(number);
    return otelmq_amqp_handled_match(handled, &identity);
}

static void doubt(otelmq_amqp_handled *handled, uint32_t number)
{
    otelmq_amqp_identity identity = identity_of(number);
    otelmq_amqp_handled_doubt(handled, &identity);
}

static void the_newest_are_known_and_older_ones_are_not(void **state)
{
    (void)state;
    otelmq_amqp_handled handled = {.run = 0};
    otelmq_amqp_handled_begin_run(&handled);
    for (uint32_t number = 0; number < MANY; number++) {
        add(&handled, number);
    }
    otelmq_amqp_handled_begin_run(&handled);
    const uint32_t oldest = MANY - OTELMQ_AMQP_MAX_HANDLED;
    for (uint32_t number = 0; number < oldest; number += 97) {
        assert_false(match(&handled, number));
    }
    for (uint32_t number = MANY; number-- > oldest;) {
        assert_true(match(&handled, number));
    }
    otelmq_amqp_handled_clean(&handled);
}

/* What is known of one message, by the rules of the header. */
typedef struct {
    bool is_there;
    bool is_doubted;
    uint32_t run;
} expectation;

static bool expect_match(expectation *self, uint32_t run)
{
    if (!self->is_there || self->is_doubted) {
        return false;
    }
    self->is_doubted = self->run == run;
    self->run = run;
    return !self->is_doubted;
}

static void whatever_is_done_in_whatever_order_it_knows_what_a_plain_list_knows(void **state)
{
    (void)state;
    static expectation expected[FEW];
    memset(expected, 0, sizeof(expected));
    otelmq_amqp_handled handled = {.run = 0};
    uint32_t run = 0;
    srand(17);
    for (int step = 0; step < STEPS; step++) {
        if (step % 500 == 0) {
            otelmq_amqp_handled_begin_run(&handled);
            run++;
        }
        uint32_t number = (uint32_t)rand() % FEW;
        expectation *self = &expected[number];
        int choice = rand() % 100;
        if (choice < 50) {
            assert_int_equal(match(&handled, number), expect_match(self, run));
        } else if (choice < 99) {
            add(&handled, number);
            self->is_doubted = self->is_doubted || self->is_there;
            self->run = self->is_there ? self->run : run;
            self->is_there = true;
        } else {
            doubt(&handled, number);
            self->is_doubted = self->is_there;
        }
    }
    otelmq_amqp_handled_clean(&handled);
}

static void an_empty_one_knows_nothing(void **state)
{
    (void)state;
    otelmq_amqp_handled handled = {.run = 0};
    otelmq_amqp_handled_begin_run(&handled);
    assert_false(match(&handled, 1));
    doubt(&handled, 1);
    otelmq_amqp_handled_clean(&handled);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_newest_are_known_and_older_ones_are_not),
        cmocka_unit_test(whatever_is_done_in_whatever_order_it_knows_what_a_plain_list_knows),
        cmocka_unit_test(an_empty_one_knows_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
