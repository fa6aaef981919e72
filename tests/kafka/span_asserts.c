/* SPDX-License-Identifier: Apache-2.0 */
#include "span_asserts.h"

#include <time.h>

enum { PATIENCE_MS = 30000, NAP_MS = 5 };

const otelmq_span_data *find_span(const kafka_fixture *fixture, const char *name)
{
    const otelmq_span_data *span = otelmq_memory_exporter_find(fixture->memory, name);
    if (span == NULL) {
        fail_msg("there is no span \"%s\"", name);
    }
    return span;
}

const otelmq_span_data *wait_for_span(const kafka_fixture *fixture, const char *name)
{
    const struct timespec nap = {.tv_nsec = NAP_MS * 1000000L};
    for (int waited_ms = 0; waited_ms < PATIENCE_MS; waited_ms += NAP_MS) {
        if (otelmq_memory_exporter_find(fixture->memory, name) != NULL) {
            break;
        }
        nanosleep(&nap, NULL);
    }
    return find_span(fixture, name);
}

size_t count_spans(const kafka_fixture *fixture, const char *name)
{
    size_t count = 0;
    const otelmq_span_data *span = NULL;
    for (size_t i = 0; (span = otelmq_memory_exporter_span_at(fixture->memory, i)) != NULL; i++) {
        count += otelmq_str_equal(span->name, otelmq_str_from(name));
    }
    return count;
}

static void assert_text(otelmq_str text, const char *expected)
{
    char copy[512] = "";
    assert_true(text.len < sizeof(copy));
    memcpy(copy, text.data, text.len);
    assert_string_equal(copy, expected);
}

void assert_string_attribute(const otelmq_span_data *span, const char *key, const char *value)
{
    otelmq_value found = otelmq_span_data_attribute(span, key);
    assert_int_equal(found.type, OTELMQ_VALUE_STRING);
    assert_text(found.as.string, value);
}

void assert_int_attribute(const otelmq_span_data *span, const char *key, int64_t value)
{
    otelmq_value found = otelmq_span_data_attribute(span, key);
    assert_int_equal(found.type, OTELMQ_VALUE_INT);
    assert_int_equal(found.as.integer, value);
}

void assert_true_attribute(const otelmq_span_data *span, const char *key)
{
    otelmq_value found = otelmq_span_data_attribute(span, key);
    assert_int_equal(found.type, OTELMQ_VALUE_BOOL);
    assert_true(found.as.boolean);
}

void assert_no_attribute(const otelmq_span_data *span, const char *key)
{
    assert_int_equal(otelmq_span_data_attribute(span, key).type, OTELMQ_VALUE_NONE);
}

void assert_error(const otelmq_span_data *span, const char *error_type)
{
    assert_string_attribute(span, "error.type", error_type);
    assert_int_equal(span->status, OTELMQ_STATUS_ERROR);
    assert_true(span->status_description.len > 0);
}

void assert_no_error(const otelmq_span_data *span)
{
    assert_no_attribute(span, "error.type");
    assert_int_equal(span->status, OTELMQ_STATUS_UNSET);
}

void assert_child_of(const otelmq_span_data *child, const otelmq_span_context *parent)
{
    assert_memory_equal(&child->span_context.trace_id, &parent->trace_id, 16);
    assert_memory_equal(&child->parent_span_id, &parent->span_id, 8);
}

void assert_root(const otelmq_span_data *span)
{
    assert_false(otelmq_span_id_is_valid(span->parent_span_id));
}

void assert_only_link(const otelmq_span_data *span, const otelmq_span_context *to)
{
    assert_int_equal(span->link_count, 1);
    assert_true(otelmq_span_context_is_same_span(&span->links[0].span_context, to));
}

void assert_sent_by(const rd_kafka_message_t *message, const otelmq_span_data *span)
{
    char trace_id[OTELMQ_TRACE_ID_HEX_SIZE];
    char span_id[OTELMQ_SPAN_ID_HEX_SIZE];
    char traceparent[128];
    assert_int_equal(kafka_header_count(message, "traceparent"), 1);
    kafka_header(message, "traceparent", traceparent, sizeof(traceparent));
    otelmq_trace_id_format(span->span_context.trace_id, trace_id);
    otelmq_span_id_format(span->span_context.span_id, span_id);
    assert_memory_equal(traceparent + 3, trace_id, 32);
    assert_memory_equal(traceparent + 36, span_id, 16);
}

const otelmq_link_data *find_link(const otelmq_span_data *span, const otelmq_span_context *to)
{
    for (uint32_t i = 0; i < span->link_count; i++) {
        if (otelmq_span_context_is_same_span(&span->links[i].span_context, to)) {
            return &span->links[i];
        }
    }
    fail_msg("there is no link to that span");
    return NULL;
}
