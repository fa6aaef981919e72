/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What is prepared for a destination is used for that one alone, for as long as it is true; and
 * where nothing is prepared, spans are the same.
 */
#include "amqp/fake_answers.h"
#include "amqp/fake_queues.h"
#include "amqp/traced.h"
#include "support/test.h"

enum { FRAME_MAX = 131072, CHANNEL = 1, MANY = 100, NAME_SIZE = 64 };

static void publish(traced *self, const char *exchange, const char *routing_key)
{
    assert_int_equal(otelmq_amqp_basic_publish(
                         self->connection, CHANNEL, amqp_cstring_bytes(exchange),
                         amqp_cstring_bytes(routing_key), 0, 0, NULL, amqp_cstring_bytes("body")),
                     AMQP_STATUS_OK);
}

static void assert_destination(const traced *self, const char *destination, const char *routing_key)
{
    char name[2 * NAME_SIZE];
    snprintf(name, sizeof(name), "publish %s", destination);
    const otelmq_span_data *span = traced_span(self, name);
    assert_attribute(span, "messaging.destination.name", destination);
    assert_attribute(span, "messaging.rabbitmq.destination.routing_key", routing_key);
    assert_attribute(span, "messaging.operation.name", "publish");
}

static void each_of_many_destinations_has_spans_of_its_own(void **state)
{
    (void)state;
    traced self;
    traced_start(&self, FRAME_MAX, NULL);
    for (int round = 0; round < 2; round++) {
        otelmq_memory_exporter_clear(self.spans);
        for (int i = 0; i < MANY; i++) {
            char routing_key[NAME_SIZE / 2];
            snprintf(routing_key, sizeof(routing_key), "key%d", i);
            publish(&self, "orders", routing_key);
        }
        for (int i = 0; i < MANY; i++) {
            char routing_key[NAME_SIZE / 2];
            char destination[NAME_SIZE];
            snprintf(routing_key, sizeof(routing_key), "key%d", i);
            snprintf(destination, sizeof(destination), "orders:%s", routing_key);
            assert_destination(&self, destination, routing_key);
        }
    }
    traced_stop(&self);
}

static void exchange_and_routing_key_are_told_apart(void **state)
{
    (void)state;
    traced self;
    traced_start(&self, FRAME_MAX, NULL);
    publish(&self, "ab", "c");
    publish(&self, "a", "bc");
    publish(&self, "", "abc");
    assert_destination(&self, "ab:c", "c");
    assert_destination(&self, "a:bc", "bc");
    assert_destination(&self, "abc", "abc");
    traced_stop(&self);
}

static void a_queue_that_has_become_temporary_is_told_as_such(void **state)
{
    (void)state;
    traced self;
    traced_start(&self, FRAME_MAX, NULL);
    publish(&self, "", "replies");
    assert_no_attribute(traced_span(&self, "publish replies"), "messaging.destination.temporary");
    otelmq_memory_exporter_clear(self.spans);
    fake_broker_answer_declare(&self.broker, "replies");
    assert_non_null(otelmq_amqp_queue_declare(
        self.connection, CHANNEL, amqp_cstring_bytes("replies"), 0, 0, 1, 0, amqp_empty_table));
    publish(&self, "", "replies");
    assert_true_attribute(traced_span(&self, "publish"), "messaging.destination.temporary");
    traced_stop(&self);
}

static void what_was_prepared_goes_with_the_connection_that_is_replaced(void **state)
{
    (void)state;
    traced self;
    traced_start(&self, FRAME_MAX, NULL);
    publish(&self, "orders", "new");
    fake_broker other;
    fake_broker_start(&other, FRAME_MAX);
    otelmq_amqp_connection_replace(self.connection, other.client);
    otelmq_memory_exporter_clear(self.spans);
    publish(&self, "orders", "new");
    assert_destination(&self, "orders:new", "new");
    otelmq_amqp_connection_replace(self.connection, self.broker.client);
    fake_broker_stop(&other);
    traced_stop(&self);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_of_many_destinations_has_spans_of_its_own),
        cmocka_unit_test(exchange_and_routing_key_are_told_apart),
        cmocka_unit_test(a_queue_that_has_become_temporary_is_told_as_such),
        cmocka_unit_test(what_was_prepared_goes_with_the_connection_that_is_replaced),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
