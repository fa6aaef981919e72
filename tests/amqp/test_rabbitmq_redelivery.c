/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a real RabbitMQ adds to messages that it delivers again, dead-letters, or keeps in a stream.
 */
#include "amqp/entries.h"
#include "amqp/real_consuming.h"
#include "support/test.h"

enum { CHANNEL = REAL_BROKER_CHANNEL };

static void a_rejected_message_is_found_again_in_its_trace(void **state)
{
    real_consuming *self = *state;
    amqp_table_entry_t arguments[] = {entry_text("x-dead-letter-exchange", ""),
                                      entry_text("x-dead-letter-routing-key", self->other)};
    real_consuming_declare(self, self->other, amqp_empty_table);
    real_consuming_declare(self, self->work, (amqp_table_t){2, arguments});
    real_consuming_consume(self, self->work);
    real_consuming_publish(self, self->work);
    const otelmq_span_data *published = real_consuming_last_span(self, "publish");
    real_consuming_reject(self, real_consuming_take(self), false);
    real_consuming_consume(self, self->other);
    real_consuming_ack(self, real_consuming_take(self));
    const otelmq_span_data *span = real_consuming_last_span(self, "process");
    assert_child(span, &published->span_context);
    assert_link(span, 0, &published->span_context);
    assert_int_attribute(span, "rabbitmq.message.death.count", 1);
    assert_attribute(span, "rabbitmq.message.death.queue", self->work);
    assert_attribute(span, "rabbitmq.message.death.reason", "rejected");
    assert_attribute(span, "messaging.destination.name", self->other);
    assert_no_attribute(span, "rabbitmq.message.redelivered");
}

static void a_retry_with_delay_keeps_the_link_each_time(void **state)
{
    real_consuming *self = *state;
    amqp_table_entry_t to_delay[] = {entry_text("x-dead-letter-exchange", ""),
                                     entry_text("x-dead-letter-routing-key", self->other)};
    amqp_table_entry_t to_work[] = {entry_text("x-dead-letter-exchange", ""),
                                    entry_text("x-dead-letter-routing-key", self->work),
                                    entry_number("x-message-ttl", 20)};
    real_consuming_declare(self, self->work, (amqp_table_t){2, to_delay});
    real_consuming_declare(self, self->other, (amqp_table_t){3, to_work});
    real_consuming_consume(self, self->work);
    real_consuming_publish(self, self->work);
    const otelmq_span_data *published = real_consuming_last_span(self, "publish");
    assert_no_attribute(published, "rabbitmq.message.death.count");
    for (int64_t attempt = 0; attempt < 3; attempt++) {
        uint64_t tag = real_consuming_take(self);
        const otelmq_span_data *span = real_consuming_last_span(self, "process");
        assert_link(span, 0, &published->span_context);
        if (attempt > 0) {
            /* Each retry has two: rejected here, expired in the queue of the delay. */
            assert_int_attribute(span, "rabbitmq.message.death.count", 2 * attempt);
            assert_attribute(span, "rabbitmq.message.death.queue", self->work);
            assert_attribute(span, "rabbitmq.message.death.reason", "rejected");
        }
        real_consuming_reject(self, tag, false);
    }
}

static void a_message_that_is_given_back_comes_redelivered(void **state)
{
    real_consuming *self = *state;
    real_consuming_declare(self, self->work, amqp_empty_table);
    real_consuming_consume(self, self->work);
    real_consuming_publish(self, self->work);
    uint64_t tag = real_consuming_take(self);
    assert_no_attribute(real_consuming_last_span(self, "process"), "rabbitmq.message.redelivered");
    assert_int_equal(otelmq_amqp_basic_nack(self->connection, CHANNEL, tag, 0, 1), AMQP_STATUS_OK);
    real_consuming_ack(self, real_consuming_take(self));
    assert_true_attribute(real_consuming_last_span(self, "process"),
                          "rabbitmq.message.redelivered");
    assert_true_attribute(real_consuming_last_span(self, "receive"),
                          "rabbitmq.message.redelivered");
    assert_no_attribute(real_consuming_last_span(self, "process"),
                        "rabbitmq.message.delivery_count");
}

static void a_quorum_queue_counts_deliveries(void **state)
{
    real_consuming *self = *state;
    real_consuming_declare_durable(self, self->work, "quorum");
    real_consuming_consume(self, self->work);
    real_consuming_publish(self, self->work);
    for (int64_t count = 0; count < 3; count++) {
        uint64_t tag = real_consuming_take(self);
        const otelmq_span_data *span = real_consuming_last_span(self, "process");
        if (count > 0) {
            assert_int_attribute(span, "rabbitmq.message.delivery_count", count);
            assert_true_attribute(span, "rabbitmq.message.redelivered");
        }
        real_consuming_reject(self, tag, true);
    }
    real_consuming_ack(self, real_consuming_take(self));
    real_consuming_delete(self, self->work);
}

static void a_stream_tells_the_offset(void **state)
{
    real_consuming *self = *state;
    real_consuming_declare_durable(self, self->work, "stream");
    for (int i = 0; i < 3; i++) {
        real_consuming_publish(self, self->work);
    }
    amqp_basic_qos(self->raw, CHANNEL, 0, 10, 0);
    real_broker_expect_ok(amqp_get_rpc_reply(self->raw), "basic.qos");
    amqp_table_entry_t from = entry_text("x-stream-offset", "first");
    real_consuming_consume_with(self, self->work, false, (amqp_table_t){1, &from});
    for (int64_t offset = 0; offset < 3; offset++) {
        uint64_t tag = real_consuming_take(self);
        assert_int_attribute(real_consuming_last_span(self, "receive"), "rabbitmq.stream.offset",
                             offset);
        assert_int_attribute(real_consuming_last_span(self, "process"), "rabbitmq.stream.offset",
                             offset);
        assert_int_equal(real_consuming_last_span(self, "process")->link_count, 1);
        real_consuming_ack(self, tag);
    }
    real_consuming_delete(self, self->work);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, real_consuming_start, real_consuming_stop)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_rejected_message_is_found_again_in_its_trace),
        TEST(a_retry_with_delay_keeps_the_link_each_time),
        TEST(a_message_that_is_given_back_comes_redelivered),
        TEST(a_quorum_queue_counts_deliveries),
        TEST(a_stream_tells_the_offset),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
