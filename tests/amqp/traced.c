/* SPDX-License-Identifier: Apache-2.0 */
#include "amqp/traced.h"
#include "support/test.h"

#include <stdio.h>

void traced_start_provider(traced *self)
{
    self->spans = otelmq_memory_exporter_create();
    otelmq_processor processor =
        otelmq_processor_simple(otelmq_memory_exporter_as_exporter(self->spans));
    otelmq_tracer_provider_options options = {.processors = &processor, .processor_count = 1};
    assert_int_equal(otelmq_tracer_provider_create(&options, &self->provider), OTELMQ_OK);
}

void traced_stop_provider(traced *self)
{
    otelmq_tracer_provider_destroy(self->provider);
    otelmq_memory_exporter_destroy(self->spans);
}

void traced_start(traced *self, int frame_max, const otelmq_amqp_options *options)
{
    otelmq_amqp_options own = {.server_address = "rabbit.test", .server_port = 5672};
    if (options != NULL) {
        own = *options;
    }
    traced_start_provider(self);
    own.messaging.tracer_provider = self->provider;
    fake_broker_start(&self->broker, frame_max);
    assert_int_equal(otelmq_amqp_connection_create(self->broker.client, &own, &self->connection),
                     OTELMQ_OK);
}

void traced_stop(traced *self)
{
    otelmq_amqp_connection_destroy(self->connection);
    fake_broker_stop(&self->broker);
    traced_stop_provider(self);
}

const otelmq_span_data *traced_span(const traced *self, const char *name)
{
    const otelmq_span_data *span = otelmq_memory_exporter_find(self->spans, name);
    if (span == NULL) {
        fail_msg("there is no span \"%s\"", name);
    }
    return span;
}

void assert_attribute(const otelmq_span_data *span, const char *key, const char *expected)
{
    otelmq_value value = otelmq_span_data_attribute(span, key);
    if (value.type != OTELMQ_VALUE_STRING) {
        fail_msg("the span has no text %s", key);
    }
    if (!otelmq_str_equal(value.as.string, otelmq_str_from(expected))) {
        fail_msg("%s is \"%.*s\" and not \"%s\"", key, (int)value.as.string.len,
                 value.as.string.data, expected);
    }
}

void assert_int_attribute(const otelmq_span_data *span, const char *key, int64_t expected)
{
    otelmq_value value = otelmq_span_data_attribute(span, key);
    if (value.type != OTELMQ_VALUE_INT) {
        fail_msg("the span has no number %s", key);
    }
    assert_int_equal(value.as.integer, expected);
}

void assert_true_attribute(const otelmq_span_data *span, const char *key)
{
    otelmq_value value = otelmq_span_data_attribute(span, key);
    if (value.type != OTELMQ_VALUE_BOOL || !value.as.boolean) {
        fail_msg("the span has no true %s", key);
    }
}

void assert_no_attribute(const otelmq_span_data *span, const char *key)
{
    if (otelmq_span_data_attribute(span, key).type != OTELMQ_VALUE_NONE) {
        fail_msg("the span has %s", key);
    }
}

void assert_child(const otelmq_span_data *span, const otelmq_span_context *parent)
{
    assert_memory_equal(&span->span_context.trace_id, &parent->trace_id, sizeof(parent->trace_id));
    assert_memory_equal(&span->parent_span_id, &parent->span_id, sizeof(parent->span_id));
}

void assert_root(const otelmq_span_data *span)
{
    assert_false(otelmq_span_id_is_valid(span->parent_span_id));
}

void assert_link(const otelmq_span_data *span, uint32_t index, const otelmq_span_context *linked)
{
    assert_true(index < span->link_count);
    assert_true(otelmq_span_context_is_same_span(&span->links[index].span_context, linked));
}

void assert_traceparent(const char *text, const otelmq_span_context *span_context)
{
    char trace_id[OTELMQ_TRACE_ID_HEX_SIZE];
    char span_id[OTELMQ_SPAN_ID_HEX_SIZE];
    char expected[64];
    otelmq_trace_id_format(span_context->trace_id, trace_id);
    otelmq_span_id_format(span_context->span_id, span_id);
    snprintf(expected, sizeof(expected), "00-%s-%s-", trace_id, span_id);
    assert_non_null(text);
    assert_memory_equal(text, expected, strlen(expected));
}

void assert_failed(const otelmq_span_data *span, const char *error_type)
{
    assert_int_equal(span->status, OTELMQ_STATUS_ERROR);
    assert_attribute(span, "error.type", error_type);
}

uint64_t stat_now(otelmq_stat stat)
{
    return otelmq_stats_read().counts[stat];
}
