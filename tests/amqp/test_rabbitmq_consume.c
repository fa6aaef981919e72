/* SPDX-License-Identifier: Apache-2.0 */
/* Consuming from a real RabbitMQ: queues and consumers, settlement, raw frames, TLS. */
#include "amqp/consuming.h"
#include "amqp/entries.h"
#include "amqp/real_consuming.h"
#include "support/test.h"

#include <time.h>

enum { CHANNEL = REAL_BROKER_CHANNEL, SPAN_NAME_SIZE = 512 };

static void end_with_settlement(real_consuming *self)
{
    otelmq_amqp_connection_destroy(self->connection);
    real_consuming_connect(
        self, (otelmq_amqp_options){.messaging.process_ends = OTELMQ_PROCESS_ENDS_WITH_SETTLEMENT});
}

static void the_end_of_a_queue_cancels_its_consumer(void **state)
{
    real_consuming *self = *state;
    real_consuming_declare(self, self->work, amqp_empty_table);
    real_consuming_consume(self, self->work);
    amqp_queue_delete(self->raw, CHANNEL, amqp_cstring_bytes(self->work), 0, 0);
    real_broker_expect_ok(amqp_get_rpc_reply(self->raw), "queue.delete");
    struct timeval timeout = {20, 0};
    amqp_envelope_t envelope;
    amqp_rpc_reply_t reply = otelmq_amqp_consume_message(self->connection, &envelope, &timeout, 0);
    assert_int_equal(reply.library_error, AMQP_STATUS_UNEXPECTED_STATE);
    amqp_frame_t frame;
    assert_int_equal(otelmq_amqp_simple_wait_frame_noblock(self->connection, &frame, &timeout),
                     AMQP_STATUS_OK);
    assert_int_equal(frame.payload.method.id, AMQP_BASIC_CANCEL_METHOD);
}

static void an_ack_of_several_ends_their_process_spans(void **state)
{
    real_consuming *self = *state;
    end_with_settlement(self);
    real_consuming_declare(self, self->work, amqp_empty_table);
    real_consuming_consume(self, self->work);
    uint64_t tag = 0;
    for (int i = 0; i < 4; i++) {
        real_consuming_publish(self, self->work);
        tag = real_consuming_take(self);
    }
    assert_int_equal(consuming_count(&self->tracing, "process"), 0);
    assert_int_equal(otelmq_amqp_basic_ack(self->connection, CHANNEL, tag - 1, 1), AMQP_STATUS_OK);
    assert_int_attribute(real_consuming_last_span(self, "ack"), "messaging.batch.message_count", 3);
    assert_int_equal(consuming_count(&self->tracing, "process"), 3);
    real_broker_expect_ok(otelmq_amqp_channel_close(self->connection, CHANNEL, AMQP_REPLY_SUCCESS),
                          "channel.close");
    assert_int_equal(consuming_count(&self->tracing, "process"), 4);
    assert_failed(real_consuming_last_span(self, "process"), "channel-closed");
}

static void a_queue_that_the_broker_names_is_anonymous_and_temporary(void **state)
{
    real_consuming *self = *state;
    amqp_queue_declare_ok_t *ok = otelmq_amqp_queue_declare(
        self->connection, CHANNEL, amqp_empty_bytes, 0, 0, 1, 0, amqp_empty_table);
    assert_non_null(ok);
    char name[REAL_BROKER_NAME_SIZE];
    snprintf(name, sizeof(name), "%.*s", (int)ok->queue.len, (const char *)ok->queue.bytes);
    real_consuming_consume_with(self, "", false, amqp_empty_table);
    real_consuming_publish(self, name);
    real_consuming_ack(self, real_consuming_take(self));
    const char *operations[] = {"publish", "receive", "process"};
    for (size_t i = 0; i < COUNT_OF(operations); i++) {
        const otelmq_span_data *span = traced_span(&self->tracing, operations[i]);
        assert_true_attribute(span, "messaging.destination.anonymous");
        assert_true_attribute(span, "messaging.destination.temporary");
        assert_attribute(span, "messaging.destination.name", name);
    }
}

static void an_auto_delete_queue_is_temporary(void **state)
{
    real_consuming *self = *state;
    otelmq_amqp_queue_declare(self->connection, CHANNEL, amqp_cstring_bytes(self->work), 0, 0, 0, 1,
                              amqp_empty_table);
    real_broker_expect_ok(amqp_get_rpc_reply(self->raw), "queue.declare");
    real_consuming_consume_with(self, self->work, true, amqp_empty_table);
    real_consuming_publish(self, self->work);
    real_consuming_take(self);
    const otelmq_span_data *span = traced_span(&self->tracing, "process");
    assert_true_attribute(span, "messaging.destination.temporary");
    assert_no_attribute(span, "messaging.destination.anonymous");
}

static void an_exchange_a_key_and_a_queue_make_a_destination(void **state)
{
    real_consuming *self = *state;
    real_consuming_declare_durable(self, self->work, "classic");
    amqp_queue_bind(self->raw, CHANNEL, amqp_cstring_bytes(self->work),
                    amqp_cstring_bytes("amq.topic"), amqp_cstring_bytes("order.#"),
                    amqp_empty_table);
    real_broker_expect_ok(amqp_get_rpc_reply(self->raw), "queue.bind");
    real_consuming_consume(self, self->work);
    int status = otelmq_amqp_basic_publish(
        self->connection, CHANNEL, amqp_cstring_bytes("amq.topic"), amqp_cstring_bytes("order.new"),
        0, 0, NULL, amqp_cstring_bytes("hello"));
    assert_int_equal(status, AMQP_STATUS_OK);
    real_consuming_ack(self, real_consuming_take(self));
    char expected[SPAN_NAME_SIZE];
    snprintf(expected, sizeof(expected), "ack amq.topic:order.new:%s", self->work);
    traced_span(&self->tracing, expected);
    snprintf(expected, sizeof(expected), "process amq.topic:order.new:%s", self->work);
    traced_span(&self->tracing, expected);
    real_consuming_delete(self, self->work);
}

static void the_time_in_the_queue_is_that_since_the_timestamp(void **state)
{
    real_consuming *self = *state;
    amqp_basic_properties_t properties;
    memset(&properties, 0, sizeof(properties));
    properties._flags = AMQP_BASIC_TIMESTAMP_FLAG;
    properties.timestamp = (uint64_t)time(NULL) - 60;
    real_consuming_declare(self, self->work, amqp_empty_table);
    real_consuming_consume(self, self->work);
    real_consuming_publish_with(self, self->work, &properties);
    real_consuming_ack(self, real_consuming_take(self));
    otelmq_value value = otelmq_span_data_attribute(real_consuming_last_span(self, "process"),
                                                    "rabbitmq.record.queue_time_ms");
    assert_int_equal(value.type, OTELMQ_VALUE_INT);
    assert_true(value.as.integer >= 60000);
}

/* Reads one message frame by frame; the scope of its processing. */
static otelmq_scope read_by_frames(real_consuming *self, amqp_message_t *message, uint64_t *tag)
{
    amqp_frame_t frame;
    assert_int_equal(otelmq_amqp_simple_wait_frame(self->connection, &frame), AMQP_STATUS_OK);
    assert_int_equal(frame.payload.method.id, AMQP_BASIC_DELIVER_METHOD);
    const amqp_basic_deliver_t *deliver = frame.payload.method.decoded;
    *tag = deliver->delivery_tag;
    real_broker_expect_ok(amqp_read_message(self->raw, frame.channel, message, 0), "read_message");
    return otelmq_amqp_process_start_method(self->connection, frame.channel, &frame.payload.method,
                                            message, NULL);
}

static void a_program_that_reads_frames_itself_is_traced_too(void **state)
{
    real_consuming *self = *state;
    real_consuming_declare(self, self->work, amqp_empty_table);
    real_consuming_consume(self, self->work);
    real_consuming_publish(self, self->work);
    amqp_message_t message;
    uint64_t tag;
    otelmq_scope scope = read_by_frames(self, &message, &tag);
    otelmq_span_context processing = *otelmq_span_get_context(scope.span);
    real_consuming_ack(self, tag);
    otelmq_scope_end(&scope);
    amqp_destroy_message(&message);
    amqp_maybe_release_buffers(self->raw);
    assert_child(real_consuming_last_span(self, "process"),
                 &real_consuming_last_span(self, "publish")->span_context);
    assert_child(real_consuming_last_span(self, "ack"), &processing);
}

static void a_message_that_came_by_tls_tells_the_peer(void **state)
{
    real_consuming *self = *state;
    amqp_connection_state_t plain = self->raw;
    otelmq_amqp_connection_destroy(self->connection);
    self->connection = NULL;
    self->raw = real_broker_log_in_by_tls();
    real_consuming_connect(self, (otelmq_amqp_options){.client_id = "test"});
    real_broker_log_out(plain);
    real_consuming_declare(self, self->work, amqp_empty_table);
    real_consuming_consume(self, self->work);
    real_consuming_publish(self, self->work);
    real_consuming_ack(self, real_consuming_take(self));
    assert_child(real_consuming_last_span(self, "process"),
                 &real_consuming_last_span(self, "publish")->span_context);
    const char *operations[] = {"publish", "receive", "ack"};
    for (size_t i = 0; i < COUNT_OF(operations); i++) {
        const otelmq_span_data *span = real_consuming_last_span(self, operations[i]);
        otelmq_value peer = otelmq_span_data_attribute(span, "network.peer.address");
        otelmq_value server = otelmq_span_data_attribute(span, "server.address");
        assert_int_equal(peer.type, OTELMQ_VALUE_STRING);
        assert_true(otelmq_str_equal(peer.as.string, server.as.string));
        otelmq_value port = otelmq_span_data_attribute(span, "network.peer.port");
        assert_int_equal(port.type, OTELMQ_VALUE_INT);
        assert_true(port.as.integer > 0);
    }
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, real_consuming_start, real_consuming_stop)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(the_end_of_a_queue_cancels_its_consumer),
        TEST(an_ack_of_several_ends_their_process_spans),
        TEST(a_queue_that_the_broker_names_is_anonymous_and_temporary),
        TEST(an_auto_delete_queue_is_temporary),
        TEST(an_exchange_a_key_and_a_queue_make_a_destination),
        TEST(the_time_in_the_queue_is_that_since_the_timestamp),
        TEST(a_program_that_reads_frames_itself_is_traced_too),
        TEST(a_message_that_came_by_tls_tells_the_peer),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
