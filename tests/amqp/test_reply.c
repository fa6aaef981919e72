/* SPDX-License-Identifier: Apache-2.0 */
/* The server's side of a request: otelmq_amqp_reply. */
#include "amqp/running.h"
#include "support/test.h"

#include <stdlib.h>

enum { CHANNEL = 1 };

static void assert_text(amqp_bytes_t bytes, const char *expected)
{
    assert_int_equal(bytes.len, strlen(expected));
    assert_memory_equal(bytes.bytes, expected, bytes.len);
}

/* A request as the server received it. */
static amqp_envelope_t request_with(amqp_flags_t flags)
{
    amqp_envelope_t request;
    memset(&request, 0, sizeof(request));
    amqp_basic_properties_t *properties = &request.message.properties;
    properties->_flags = flags;
    properties->reply_to = amqp_cstring_bytes("replies.of.client.17");
    properties->correlation_id = amqp_cstring_bytes("correlation");
    properties->message_id = amqp_cstring_bytes("message");
    return request;
}

static void a_reply_has_the_correlation_id_of_the_request(void **state)
{
    traced *self = *state;
    const struct {
        amqp_flags_t flags;
        const char *expected; /* the correlation id */
    } rows[] = {
        {AMQP_BASIC_REPLY_TO_FLAG | AMQP_BASIC_CORRELATION_ID_FLAG | AMQP_BASIC_MESSAGE_ID_FLAG,
         "correlation"},
        {AMQP_BASIC_REPLY_TO_FLAG | AMQP_BASIC_MESSAGE_ID_FLAG, "message"},
        {AMQP_BASIC_REPLY_TO_FLAG, "own"},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        amqp_envelope_t request = request_with(rows[i].flags);
        amqp_basic_properties_t properties;
        memset(&properties, 0, sizeof(properties));
        properties._flags = AMQP_BASIC_CORRELATION_ID_FLAG;
        properties.correlation_id = amqp_cstring_bytes("own");
        assert_int_equal(otelmq_amqp_reply(self->connection, CHANNEL, &request, &properties,
                                           amqp_cstring_bytes("2")),
                         AMQP_STATUS_OK);
        assert_text(properties.correlation_id, "own");
        fake_published reply = fake_broker_take_published(&self->broker);
        assert_text(reply.properties->correlation_id, rows[i].expected);
        fake_published_clean(&reply);
    }
}

static void a_reply_goes_to_the_queue_that_the_request_names(void **state)
{
    traced *self = *state;
    amqp_envelope_t request = request_with(AMQP_BASIC_REPLY_TO_FLAG);
    assert_int_equal(
        otelmq_amqp_reply(self->connection, CHANNEL, &request, NULL, amqp_cstring_bytes("2")),
        AMQP_STATUS_OK);
    uint8_t *publish = running_expect(&self->broker, AMQP_BASIC_PUBLISH_METHOD);
    assert_memory_equal(publish + 2, "\0\24replies.of.client.17\0", 23);
    free(publish);
}

static void expect_told(const otelmq_span_data *span, const char *key, bool is_told)
{
    if (is_told) {
        assert_true_attribute(span, key);
    } else {
        assert_no_attribute(span, key);
    }
}

static void only_what_is_known_of_the_clients_queue_is_told(void **state)
{
    traced *self = *state;
    static const struct {
        const char *reply_to;
        bool is_anonymous;
        bool is_temporary;
    } rows[] = {{"replies.durable", false, false},
                {"amq.gen-Xa2", true, false},
                {"own", false, true},
                {"amq.rabbitmq.reply-to.g2dkABByYWJiaXQ", true, true}};
    fake_broker_answer_declare(&self->broker, "own");
    assert_non_null(otelmq_amqp_queue_declare(self->connection, CHANNEL, amqp_cstring_bytes("own"),
                                              0, 0, 1, 0, amqp_empty_table));
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        amqp_envelope_t request = request_with(AMQP_BASIC_REPLY_TO_FLAG);
        request.message.properties.reply_to = amqp_cstring_bytes(rows[i].reply_to);
        otelmq_memory_exporter_clear(self->spans);
        assert_int_equal(
            otelmq_amqp_reply(self->connection, CHANNEL, &request, NULL, amqp_cstring_bytes("2")),
            AMQP_STATUS_OK);
        const otelmq_span_data *span = traced_span(self, "publish");
        assert_attribute(span, "messaging.destination.name", rows[i].reply_to);
        expect_told(span, "messaging.destination.anonymous", rows[i].is_anonymous);
        expect_told(span, "messaging.destination.temporary", rows[i].is_temporary);
    }
}

static void the_span_of_a_reply_is_not_named_after_the_clients_queue(void **state)
{
    traced *self = *state;
    amqp_envelope_t request = request_with(AMQP_BASIC_REPLY_TO_FLAG);
    assert_int_equal(
        otelmq_amqp_reply(self->connection, CHANNEL, &request, NULL, amqp_cstring_bytes("2")),
        AMQP_STATUS_OK);
    const otelmq_span_data *span = traced_span(self, "publish");
    assert_attribute(span, "messaging.destination.name", "replies.of.client.17");
    amqp_bytes_t queue = request.message.properties.reply_to;
    assert_int_equal(otelmq_amqp_basic_publish(self->connection, CHANNEL, amqp_empty_bytes, queue,
                                               0, 0, NULL, amqp_cstring_bytes("no reply")),
                     AMQP_STATUS_OK);
    traced_span(self, "publish replies.of.client.17");
}

static void a_request_that_wants_no_reply_gets_none(void **state)
{
    traced *self = *state;
    amqp_envelope_t request = request_with(AMQP_BASIC_MESSAGE_ID_FLAG);
    amqp_bytes_t body = amqp_cstring_bytes("2");
    assert_int_equal(otelmq_amqp_reply(self->connection, CHANNEL, &request, NULL, body),
                     AMQP_STATUS_INVALID_PARAMETER);
    assert_int_equal(otelmq_amqp_reply(self->connection, CHANNEL, NULL, NULL, body),
                     AMQP_STATUS_INVALID_PARAMETER);
    assert_int_equal(otelmq_amqp_reply(NULL, CHANNEL, &request, NULL, body),
                     AMQP_STATUS_INVALID_PARAMETER);
    running_expect_nothing(&self->broker);
}

#define REPLY_TEST(name) cmocka_unit_test_setup_teardown(name, running_set_up, running_tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        REPLY_TEST(a_reply_has_the_correlation_id_of_the_request),
        REPLY_TEST(a_reply_goes_to_the_queue_that_the_request_names),
        REPLY_TEST(only_what_is_known_of_the_clients_queue_is_told),
        REPLY_TEST(the_span_of_a_reply_is_not_named_after_the_clients_queue),
        REPLY_TEST(a_request_that_wants_no_reply_gets_none),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
