/* SPDX-License-Identifier: Apache-2.0 */
/* Messages are made by a producer of librdkafka that never sends them. */
#include "kafka/run/held.h"

#include <otelmq/kafka.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

typedef struct {
    rd_kafka_t *client;
    rd_kafka_topic_t *topic;
    rd_kafka_message_t messages[4];
    otelmq_kafka_held held;
} fixture;

static int set_up(void **state)
{
    static fixture self;
    self = (fixture){.client = rd_kafka_new(RD_KAFKA_PRODUCER, NULL, NULL, 0)};
    self.topic = rd_kafka_topic_new(self.client, "orders", NULL);
    for (int i = 0; i < 4; i++) {
        self.messages[i] =
            (rd_kafka_message_t){.rkt = self.topic, .partition = i / 2, .offset = 10 + i % 2};
    }
    *state = &self;
    return 0;
}

static int tear_down(void **state)
{
    fixture *self = *state;
    otelmq_kafka_held_message taken;
    while (otelmq_kafka_held_take_due(&self->held, UINT64_MAX, &taken)) {
    }
    rd_kafka_topic_destroy(self->topic);
    rd_kafka_destroy(self->client);
    return 0;
}

static void hold(fixture *self, size_t index, uint64_t due)
{
    assert_true(otelmq_kafka_held_add(
        &self->held, &(otelmq_kafka_held_message){.message = &self->messages[index],
                                                  .due_monotonic_nano = due}));
}

static void a_message_waits_for_its_time_and_for_those_before_it(void **state)
{
    fixture *self = *state;
    otelmq_kafka_held_message taken;
    uint64_t due;
    hold(self, 0, 100);
    hold(self, 1, 0);
    hold(self, 2, 50);
    assert_false(otelmq_kafka_held_take_due(&self->held, 49, &taken));
    assert_true(otelmq_kafka_held_next_due(&self->held, &due));
    assert_int_equal(due, 50);
    assert_true(otelmq_kafka_held_take_due(&self->held, 50, &taken));
    assert_ptr_equal(taken.message, &self->messages[2]);
    assert_true(otelmq_kafka_held_take_due(&self->held, 100, &taken));
    assert_ptr_equal(taken.message, &self->messages[0]);
    assert_true(otelmq_kafka_held_take_due(&self->held, 100, &taken));
    assert_ptr_equal(taken.message, &self->messages[1]);
    assert_false(otelmq_kafka_held_next_due(&self->held, &due));
}

static void the_first_offset_of_each_partition_is_known(void **state)
{
    fixture *self = *state;
    int64_t offset = -1;
    hold(self, 1, 0);
    hold(self, 0, 0);
    hold(self, 3, 0);
    assert_true(otelmq_kafka_held_has(&self->held, "orders", 0, &offset));
    assert_int_equal(offset, 10);
    assert_false(otelmq_kafka_held_has(&self->held, "orders", 2, &offset));
    assert_false(otelmq_kafka_held_has(&self->held, "invoices", 0, &offset));
    rd_kafka_topic_partition_list_t *list = rd_kafka_topic_partition_list_new(2);
    otelmq_kafka_held_list(&self->held, list);
    assert_int_equal(list->cnt, 2);
    assert_int_equal(list->elems[0].offset, 10);
    assert_int_equal(list->elems[1].offset, 11);
    rd_kafka_topic_partition_list_destroy(list);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_message_waits_for_its_time_and_for_those_before_it),
        TEST(the_first_offset_of_each_partition_is_known),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
