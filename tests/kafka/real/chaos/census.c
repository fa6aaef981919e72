/* SPDX-License-Identifier: Apache-2.0 */
#include "kafka/real/chaos/census.h"

#include "soak/process_use.h"
#include "support/test.h"

#include <stdlib.h>
#include <string.h>

enum { NUMBER_SIZE = 24 };

/* This is not the thread of the test, which alone may fail it. */
static void add_id(census *self, otelmq_span_id id)
{
    if (self->count == self->capacity) {
        self->capacity = 2 * self->capacity + 1024;
        self->ids = realloc(self->ids, self->capacity * sizeof(*self->ids));
        if (self->ids == NULL) {
            abort();
        }
    }
    self->ids[self->count++] = id;
}

static otelmq_str text_of(const otelmq_span_data *span, const char *attribute)
{
    otelmq_value value = otelmq_span_data_attribute(span, attribute);
    return value.type == OTELMQ_VALUE_STRING ? value.as.string : otelmq_str_from(NULL);
}

static void add_sender(census *self, const otelmq_span_data *span)
{
    char text[NUMBER_SIZE] = "";
    otelmq_str key = text_of(span, "messaging.kafka.message.key");
    if (otelmq_str_is_empty(key) || key.len >= sizeof(text)) {
        self->strange++;
        return;
    }
    memcpy(text, key.data, key.len);
    size_t number = strtoul(text, NULL, 10);
    if (number >= self->message_count || otelmq_span_id_is_valid(self->senders[number])) {
        self->strange++;
        return;
    }
    self->senders[number] = span->span_context.span_id;
}

static bool is_sent_to(const otelmq_span_data *span, const char *topic)
{
    return span->kind == OTELMQ_SPAN_PRODUCER &&
           otelmq_str_equal(text_of(span, "messaging.destination.name"), otelmq_str_from(topic));
}

static void add(census *self, const otelmq_span_data *span)
{
    static const char process[] = "process ";
    size_t len = sizeof(process) - 1;
    add_id(self, span->span_context.span_id);
    self->failed += span->status == OTELMQ_STATUS_ERROR;
    self->processed += span->name.len > len && memcmp(span->name.data, process, len) == 0;
    if (is_sent_to(span, self->topic)) {
        self->sent++;
        add_sender(self, span);
    }
}

/* By one thread at a time, as exporters are called. */
static otelmq_status export_spans(void *of_census, const otelmq_span_data *const spans[],
                                  size_t count, uint32_t timeout_ms, otelmq_export_result *result)
{
    (void)timeout_ms;
    (void)result;
    for (size_t i = 0; i < count; i++) {
        add(of_census, spans[i]);
    }
    return OTELMQ_OK;
}

void census_start(census *self, const char *topic, size_t message_count)
{
    static const otelmq_exporter_ops ops = {.export_spans = export_spans};
    memset(self, 0, sizeof(*self));
    self->topic = topic;
    self->message_count = message_count;
    self->senders = calloc(message_count, sizeof(*self->senders));
    assert_non_null(self->senders);
    otelmq_processor processor = otelmq_processor_simple((otelmq_exporter){&ops, self});
    otelmq_tracer_provider_options options = {.processors = &processor, .processor_count = 1};
    assert_int_equal(otelmq_tracer_provider_create(&options, &self->provider), OTELMQ_OK);
    otelmq_tracer_provider_set_global(self->provider);
    self->before = otelmq_stats_read();
    self->open_files = process_open_files();
}

static int compare_ids(const void *a, const void *b)
{
    return memcmp(a, b, sizeof(otelmq_span_id));
}

static void expect_each_once(const census *self)
{
    qsort(self->ids, self->count, sizeof(*self->ids), compare_ids);
    for (size_t i = 1; i < self->count; i++) {
        assert_int_not_equal(compare_ids(&self->ids[i - 1], &self->ids[i]), 0);
    }
}

void census_check(const census *self)
{
    otelmq_stats now = otelmq_stats_read();
    uint64_t started =
        now.counts[OTELMQ_STAT_SPANS_RECORDED] - self->before.counts[OTELMQ_STAT_SPANS_RECORDED];
    uint64_t ended =
        now.counts[OTELMQ_STAT_SPANS_ENDED] - self->before.counts[OTELMQ_STAT_SPANS_ENDED];
    print_message("spans: %zu, of them %zu sent, %zu processed, %zu failed\n", self->count,
                  self->sent, self->processed, self->failed);
    assert_true(started > 0);
    assert_int_equal(ended, started);
    assert_int_equal(self->count, started);
    assert_int_equal(now.spans_live, self->before.spans_live);
    assert_int_equal(self->strange, 0);
    expect_each_once(self);
    assert_int_equal(process_open_files(), self->open_files);
}

void census_stop(census *self)
{
    otelmq_tracer_provider_set_global(NULL);
    otelmq_tracer_provider_destroy(self->provider);
    free(self->ids);
    free(self->senders);
}
