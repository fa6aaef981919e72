/* SPDX-License-Identifier: Apache-2.0 */
#include "amqp/consuming.h"
#include "amqp/entries.h"

#include "support/test.h"

void consuming_receive(traced *self, uint64_t tag, amqp_envelope_t *envelope)
{
    fake_broker_deliver(&self->broker, &(fake_message){tag, "orders", "new", NULL, ""});
    amqp_rpc_reply_t reply = otelmq_amqp_consume_message(self->connection, envelope, NULL, 0);
    assert_int_equal(reply.reply_type, AMQP_RESPONSE_NORMAL);
    assert_int_equal(envelope->delivery_tag, tag);
}

otelmq_span_context consuming_process(traced *self, uint64_t tag,
                                      const otelmq_process_options *options)
{
    amqp_envelope_t envelope;
    consuming_receive(self, tag, &envelope);
    otelmq_scope scope = otelmq_amqp_process_start_with(self->connection, &envelope, options);
    otelmq_span_context span_context = *otelmq_span_get_context(scope.span);
    otelmq_scope_end(&scope);
    amqp_destroy_envelope(&envelope);
    return span_context;
}

otelmq_scope consuming_start_method(traced *self, amqp_channel_t channel, uint64_t tag,
                                    const otelmq_process_options *options)
{
    amqp_basic_deliver_t deliver = {.consumer_tag = amqp_cstring_bytes("consumer"),
                                    .delivery_tag = tag,
                                    .exchange = amqp_cstring_bytes("orders"),
                                    .routing_key = amqp_cstring_bytes("new")};
    amqp_method_t method = {.id = AMQP_BASIC_DELIVER_METHOD, .decoded = &deliver};
    amqp_message_t message = {.body = amqp_cstring_bytes("body")};
    return otelmq_amqp_process_start_method(self->connection, channel, &method, &message, options);
}

const otelmq_span_data *consuming_process_properties(traced *self,
                                                     const amqp_basic_properties_t *properties)
{
    amqp_envelope_t envelope;
    memset(&envelope, 0, sizeof(envelope));
    envelope.channel = CONSUMING_CHANNEL;
    envelope.delivery_tag = 7;
    envelope.exchange = amqp_cstring_bytes("orders");
    envelope.routing_key = amqp_cstring_bytes("new");
    envelope.message.properties = *properties;
    envelope.message.body = amqp_cstring_bytes("12345");
    otelmq_memory_exporter_clear(self->spans);
    otelmq_scope scope = otelmq_amqp_process_start(self->connection, &envelope);
    otelmq_scope_end(&scope);
    return traced_span(self, "process orders:new");
}

const otelmq_span_data *consuming_process_entries(traced *self, amqp_table_entry_t entries[],
                                                  size_t count)
{
    amqp_basic_properties_t properties = entries_properties(entries, count);
    return consuming_process_properties(self, &properties);
}

void consuming_ack(traced *self, uint64_t tag, amqp_boolean_t multiple)
{
    int status = otelmq_amqp_basic_ack(self->connection, CONSUMING_CHANNEL, tag, multiple);
    assert_int_equal(status, AMQP_STATUS_OK);
    assert_int_equal(fake_broker_take_settlement(&self->broker), AMQP_BASIC_ACK_METHOD);
}

size_t consuming_count(const traced *self, const char *name)
{
    size_t count = 0;
    for (size_t i = 0; i < otelmq_memory_exporter_count(self->spans); i++) {
        const otelmq_span_data *span = otelmq_memory_exporter_span_at(self->spans, i);
        count += otelmq_str_equal(span->name, otelmq_str_from(name)) ? 1 : 0;
    }
    return count;
}

const otelmq_span_data *consuming_span_at(const traced *self, const char *name, size_t index)
{
    for (size_t i = 0; i < otelmq_memory_exporter_count(self->spans); i++) {
        const otelmq_span_data *span = otelmq_memory_exporter_span_at(self->spans, i);
        if (otelmq_str_equal(span->name, otelmq_str_from(name)) && index-- == 0) {
            return span;
        }
    }
    fail_msg("there are not so many spans \"%s\"", name);
    return NULL;
}
