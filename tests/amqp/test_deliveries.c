/* SPDX-License-Identifier: Apache-2.0 */
/* What is remembered of messages that are not settled, however many there are, in any order. */
#include "amqp/consuming.h"
#include "support/test.h"

#include <stdlib.h>

enum { CHANNEL = CONSUMING_CHANNEL, MANY = 20000 };

/* A connection that remembers messages and processes them, without the broker having sent them. */
static void start(traced *self)
{
    traced_start(
        self, CONSUMING_FRAME_MAX,
        &(otelmq_amqp_options){.server_address = "rabbit.test",
                               .messaging.process_ends = OTELMQ_PROCESS_ENDS_WITH_SETTLEMENT});
}

static otelmq_span_context process_on(traced *self, amqp_channel_t channel, uint64_t tag)
{
    otelmq_scope scope = consuming_start_method(self, channel, tag, NULL);
    otelmq_span_context span_context = *otelmq_span_get_context(scope.span);
    otelmq_scope_end(&scope);
    return span_context;
}

static void settle(traced *self, amqp_channel_t channel, uint64_t tag, amqp_boolean_t multiple)
{
    assert_int_equal(otelmq_amqp_basic_ack(self->connection, channel, tag, multiple),
                     AMQP_STATUS_OK);
    assert_int_equal(fake_broker_take_settlement(&self->broker), AMQP_BASIC_ACK_METHOD);
}

static void messages_are_settled_in_any_order(void **state)
{
    (void)state;
    enum { STEP = 7919 }; /* has no divisor in common with MANY */
    traced self;
    start(&self);
    otelmq_span_context *processed = calloc(MANY, sizeof(*processed));
    assert_non_null(processed);
    for (uint64_t i = 0; i < MANY; i++) {
        processed[i] = process_on(&self, CHANNEL, i + 1);
    }
    for (uint64_t i = 0; i < MANY; i++) {
        uint64_t index = i * STEP % MANY;
        settle(&self, CHANNEL, index + 1, 0);
        assert_child(traced_span(&self, "ack orders:new"), &processed[index]);
        assert_int_equal(otelmq_memory_exporter_count(self.spans), 2);
        otelmq_memory_exporter_clear(self.spans);
    }
    free(processed);
    traced_stop(&self);
}

static void multiple_settles_thousands_at_once(void **state)
{
    (void)state;
    enum { LEFT = 5 };
    traced self;
    start(&self);
    for (uint64_t tag = 1; tag <= MANY; tag++) {
        process_on(&self, CHANNEL, tag);
    }
    settle(&self, CHANNEL, MANY - LEFT, 1);
    const otelmq_span_data *span = traced_span(&self, "ack orders:new");
    assert_int_attribute(span, "messaging.batch.message_count", MANY - LEFT);
    assert_int_equal(span->link_count + span->dropped_link_count, MANY - LEFT - 1);
    assert_int_equal(otelmq_memory_exporter_count(self.spans), MANY - LEFT + 1);
    otelmq_memory_exporter_clear(self.spans);
    settle(&self, CHANNEL, 0, 1);
    assert_int_attribute(traced_span(&self, "ack orders:new"), "messaging.batch.message_count",
                         LEFT);
    traced_stop(&self);
}

static void multiple_goes_by_tags_and_not_by_the_order_of_processing(void **state)
{
    (void)state;
    static const uint64_t order[] = {5, 2, 4, 1, 3};
    traced self;
    start(&self);
    otelmq_span_context by_tag[6];
    for (size_t i = 0; i < COUNT_OF(order); i++) {
        by_tag[order[i]] = process_on(&self, CHANNEL, order[i]);
    }
    settle(&self, CHANNEL, 3, 1);
    const otelmq_span_data *span = traced_span(&self, "ack orders:new");
    assert_child(span, &by_tag[3]);
    assert_int_equal(span->link_count, 2);
    assert_link(span, 0, &by_tag[1]);
    assert_link(span, 1, &by_tag[2]);
    otelmq_memory_exporter_clear(self.spans);
    settle(&self, CHANNEL, 0, 1);
    assert_child(traced_span(&self, "ack orders:new"), &by_tag[5]);
    traced_stop(&self);
}

static void channels_have_tags_of_their_own(void **state)
{
    (void)state;
    static const amqp_channel_t channels[] = {1, 2, 700, 65535};
    traced self;
    start(&self);
    otelmq_span_context processed[COUNT_OF(channels)];
    for (size_t i = 0; i < COUNT_OF(channels); i++) {
        processed[i] = process_on(&self, channels[i], 1);
        process_on(&self, channels[i], 2);
    }
    for (size_t i = 0; i < COUNT_OF(channels); i++) {
        otelmq_memory_exporter_clear(self.spans);
        settle(&self, channels[i], 1, 0);
        assert_child(traced_span(&self, "ack orders:new"), &processed[i]);
        settle(&self, channels[i], 0, 1);
        assert_int_attribute(consuming_span_at(&self, "ack orders:new", 1),
                             "messaging.batch.message_count", 1);
    }
    traced_stop(&self);
}

static void texts_of_any_length_are_remembered_in_recycled_places(void **state)
{
    (void)state;
    static const size_t lens[] = {0, 255, 1, 64, 65, 3, 200};
    traced self;
    start(&self);
    for (size_t i = 0; i < COUNT_OF(lens); i++) {
        char id[256];
        memset(id, (int)('a' + i), sizeof(id));
        id[lens[i]] = '\0';
        amqp_basic_properties_t properties;
        memset(&properties, 0, sizeof(properties));
        properties._flags = AMQP_BASIC_MESSAGE_ID_FLAG;
        properties.message_id = amqp_cstring_bytes(id);
        fake_broker_deliver(&self.broker, &(fake_message){i + 1, "orders", "new", &properties, ""});
        amqp_envelope_t envelope;
        otelmq_amqp_consume_message(self.connection, &envelope, NULL, 0);
        amqp_destroy_envelope(&envelope);
        otelmq_memory_exporter_clear(self.spans);
        settle(&self, CHANNEL, i + 1, 0);
        const otelmq_span_data *span = traced_span(&self, "ack orders:new");
        if (lens[i] == 0) {
            assert_no_attribute(span, "messaging.message.id");
        } else {
            assert_attribute(span, "messaging.message.id", id);
        }
    }
    traced_stop(&self);
}

static void a_tag_that_comes_again_is_another_message(void **state)
{
    (void)state;
    traced self;
    start(&self);
    consuming_process(&self, 1, NULL);
    consuming_process(&self, 2, NULL);
    consuming_process(&self, 2, NULL);
    assert_int_equal(consuming_count(&self, "process orders:new"), 1);
    assert_failed(traced_span(&self, "process orders:new"), "channel-closed");
    traced_stop(&self);
}

/* As when a call that waits for confirms has read it, and keeps it while another is fetched. */
static void the_first_tag_that_comes_late_ends_nothing(void **state)
{
    (void)state;
    traced self;
    start(&self);
    consuming_process(&self, 2, NULL);
    consuming_process(&self, 1, NULL);
    assert_int_equal(consuming_count(&self, "process orders:new"), 0);
    consuming_process(&self, 1, NULL);
    assert_int_equal(consuming_count(&self, "process orders:new"), 2);
    traced_stop(&self);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(messages_are_settled_in_any_order),
        cmocka_unit_test(multiple_settles_thousands_at_once),
        cmocka_unit_test(multiple_goes_by_tags_and_not_by_the_order_of_processing),
        cmocka_unit_test(channels_have_tags_of_their_own),
        cmocka_unit_test(texts_of_any_length_are_remembered_in_recycled_places),
        cmocka_unit_test(a_tag_that_comes_again_is_another_message),
        cmocka_unit_test(the_first_tag_that_comes_late_ends_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
