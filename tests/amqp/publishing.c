/* SPDX-License-Identifier: Apache-2.0 */
#include "amqp/publishing.h"
#include "support/test.h"

enum { FRAME_MAX = 131072, CHANNEL = 1 };

void confirming_start(traced *self, const otelmq_amqp_options *options)
{
    traced_start(self, FRAME_MAX, options);
    fake_broker_answer(&self->broker, CHANNEL, AMQP_CONFIRM_SELECT_OK_METHOD);
    assert_non_null(otelmq_amqp_confirm_select(self->connection, CHANNEL));
    assert_int_equal(fake_broker_skip(&self->broker), 1);
}

static void publish(traced *self, const char *routing_key, amqp_boolean_t mandatory)
{
    assert_int_equal(otelmq_amqp_basic_publish(self->connection, CHANNEL,
                                               amqp_cstring_bytes("orders"),
                                               amqp_cstring_bytes(routing_key), mandatory, 0, NULL,
                                               amqp_cstring_bytes("body")),
                     AMQP_STATUS_OK);
}

void publish_to(traced *self, const char *routing_key)
{
    publish(self, routing_key, 0);
}

void publish_mandatory_to(traced *self, const char *routing_key)
{
    publish(self, routing_key, 1);
}

amqp_rpc_reply_t take_confirms(traced *self, otelmq_amqp_confirms *confirms)
{
    static const struct timeval at_once;
    return otelmq_amqp_wait_confirms(self->connection, CHANNEL, &at_once, confirms);
}

void assert_confirm(const otelmq_amqp_confirms *confirms, size_t index, uint64_t tag,
                    otelmq_amqp_outcome outcome)
{
    assert_true(index < confirms->count);
    assert_int_equal(confirms->items[index].delivery_tag, tag);
    assert_int_equal(confirms->items[index].outcome, outcome);
}

void assert_library_error(amqp_rpc_reply_t reply, int status)
{
    assert_int_equal(reply.reply_type, AMQP_RESPONSE_LIBRARY_EXCEPTION);
    assert_int_equal(reply.library_error, status);
}

size_t ended_spans(const traced *self)
{
    return otelmq_memory_exporter_count(self->spans);
}

void assert_description(const otelmq_span_data *span, const char *expected)
{
    if (!otelmq_str_equal(span->status_description, otelmq_str_from(expected))) {
        fail_msg("the description is \"%.*s\" and not \"%s\"", (int)span->status_description.len,
                 span->status_description.data, expected);
    }
}
