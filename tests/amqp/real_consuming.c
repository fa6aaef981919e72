/* SPDX-License-Identifier: Apache-2.0 */
#include "amqp/real_consuming.h"

#include "amqp/entries.h"
#include "support/test.h"

#include <stdlib.h>

enum { CHANNEL = REAL_BROKER_CHANNEL };

void real_consuming_connect(real_consuming *self, otelmq_amqp_options options)
{
    options.messaging.tracer_provider = self->tracing.provider;
    options.messaging.records_queue_time = true;
    assert_int_equal(otelmq_amqp_connection_create(self->raw, &options, &self->connection),
                     OTELMQ_OK);
}

int real_consuming_start(void **state)
{
    real_consuming *self = calloc(1, sizeof(*self));
    assert_non_null(self);
    self->raw = real_broker_log_in();
    real_broker_make_name(self->work, "work");
    real_broker_make_name(self->other, "other");
    traced_start_provider(&self->tracing);
    real_consuming_connect(self, (otelmq_amqp_options){.client_id = "test"});
    *state = self;
    return 0;
}

int real_consuming_stop(void **state)
{
    real_consuming *self = *state;
    otelmq_amqp_connection_destroy(self->connection);
    real_broker_log_out(self->raw);
    traced_stop_provider(&self->tracing);
    free(self);
    return 0;
}

void real_consuming_declare(real_consuming *self, const char *queue, amqp_table_t arguments)
{
    otelmq_amqp_queue_declare(self->connection, CHANNEL, amqp_cstring_bytes(queue), 0, 0, 1, 0,
                              arguments);
    real_broker_expect_ok(amqp_get_rpc_reply(self->raw), "queue.declare");
}

void real_consuming_declare_durable(real_consuming *self, const char *queue, const char *type)
{
    amqp_table_entry_t entry = entry_text("x-queue-type", type);
    otelmq_amqp_queue_declare(self->connection, CHANNEL, amqp_cstring_bytes(queue), 0, 1, 0, 0,
                              (amqp_table_t){1, &entry});
    real_broker_expect_ok(amqp_get_rpc_reply(self->raw), "queue.declare");
}

void real_consuming_delete(real_consuming *self, const char *queue)
{
    amqp_queue_delete(self->raw, CHANNEL, amqp_cstring_bytes(queue), 0, 0);
    real_broker_expect_ok(amqp_get_rpc_reply(self->raw), "queue.delete");
}

void real_consuming_consume_with(real_consuming *self, const char *queue, bool no_ack,
                                 amqp_table_t arguments)
{
    otelmq_amqp_basic_consume(self->connection, CHANNEL, amqp_cstring_bytes(queue),
                              amqp_empty_bytes, 0, no_ack, 0, arguments);
    real_broker_expect_ok(amqp_get_rpc_reply(self->raw), "basic.consume");
}

void real_consuming_consume(real_consuming *self, const char *queue)
{
    real_consuming_consume_with(self, queue, false, amqp_empty_table);
}

void real_consuming_publish_with(real_consuming *self, const char *queue,
                                 const amqp_basic_properties_t *properties)
{
    int status = otelmq_amqp_basic_publish(self->connection, CHANNEL, amqp_empty_bytes,
                                           amqp_cstring_bytes(queue), 0, 0, properties,
                                           amqp_cstring_bytes("hello"));
    assert_int_equal(status, AMQP_STATUS_OK);
}

void real_consuming_publish(real_consuming *self, const char *queue)
{
    real_consuming_publish_with(self, queue, NULL);
}

uint64_t real_consuming_take(real_consuming *self)
{
    struct timeval timeout = {20, 0};
    amqp_envelope_t envelope;
    real_broker_expect_ok(otelmq_amqp_consume_message(self->connection, &envelope, &timeout, 0),
                          "consume_message");
    otelmq_scope scope = otelmq_amqp_process_start(self->connection, &envelope);
    otelmq_scope_end(&scope);
    uint64_t tag = envelope.delivery_tag;
    amqp_destroy_envelope(&envelope);
    return tag;
}

void real_consuming_reject(real_consuming *self, uint64_t tag, bool requeues)
{
    assert_int_equal(otelmq_amqp_basic_reject(self->connection, CHANNEL, tag, requeues),
                     AMQP_STATUS_OK);
}

void real_consuming_ack(real_consuming *self, uint64_t tag)
{
    assert_int_equal(otelmq_amqp_basic_ack(self->connection, CHANNEL, tag, 0), AMQP_STATUS_OK);
}

const otelmq_span_data *real_consuming_last_span(const real_consuming *self, const char *operation)
{
    size_t count = otelmq_memory_exporter_count(self->tracing.spans);
    for (size_t i = count; i-- > 0;) {
        const otelmq_span_data *span = otelmq_memory_exporter_span_at(self->tracing.spans, i);
        otelmq_value name = otelmq_span_data_attribute(span, "messaging.operation.name");
        if (otelmq_str_equal(name.as.string, otelmq_str_from(operation))) {
            return span;
        }
    }
    fail_msg("there is no span of %s", operation);
    return NULL;
}
