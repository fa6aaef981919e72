/* SPDX-License-Identifier: Apache-2.0 */
#include "otlp/export_test.h"

#include "base/buffer.h"

#include <stdlib.h>

static export_test *start(fake_collector *collector, const otelmq_otlp_options *options)
{
    export_test *test = calloc(1, sizeof(*test));
    if (test == NULL) {
        abort();
    }
    test->collector = collector;
    test->samples = sample_spans_create();
    for (size_t i = 0; i < EXPORT_TEST_SPANS; i++) {
        test->spans[i] = sample_spans_full(&test->samples);
    }
    diagnostics_log_start(&test->log, OTELMQ_SEVERITY_DEBUG);
    otelmq_otlp_options all = options != NULL ? *options : (otelmq_otlp_options){0};
    all.endpoint = all.endpoint != NULL ? all.endpoint : collector_url(collector);
    test->exporter = otelmq_otlp_exporter(&all);
    if (test->exporter.ops == NULL) {
        abort();
    }
    test->stats_before = otelmq_stats_read();
    return test;
}

export_test *export_test_start(const collector_answer answers[], size_t count,
                               const otelmq_otlp_options *options)
{
    return start(collector_start(answers, count), options);
}

export_test *export_test_start_deaf(const collector_answer answers[], size_t count,
                                    const otelmq_otlp_options *options)
{
    return start(collector_create(answers, count), options);
}

void export_test_stop(export_test *test)
{
    if (test->exporter.ops != NULL) {
        test->exporter.ops->shutdown(test->exporter.self);
        test->exporter.ops->destroy(test->exporter.self);
    }
    diagnostics_log_stop();
    collector_stop(test->collector);
    sample_spans_release(&test->samples);
    free(test);
}

otelmq_status export_test_run(export_test *test, uint32_t timeout_ms)
{
    const otelmq_span_data *spans[EXPORT_TEST_SPANS];
    for (size_t i = 0; i < EXPORT_TEST_SPANS; i++) {
        spans[i] = &test->spans[i];
    }
    test->result = (otelmq_export_result){0};
    return test->exporter.ops->export_spans(test->exporter.self, spans, EXPORT_TEST_SPANS,
                                            timeout_ms, &test->result);
}

uint64_t export_test_count(const export_test *test, otelmq_stat stat)
{
    return otelmq_stats_read().counts[stat] - test->stats_before.counts[stat];
}

bool export_test_said(const export_test *test, otelmq_severity lowest, const char *text)
{
    for (size_t i = 0; i < test->log.count; i++) {
        if (test->log.severities[i] >= lowest && strstr(test->log.messages[i], text) != NULL) {
            return true;
        }
    }
    return false;
}

bool export_test_sent_line(export_test *test, size_t index, const char *line)
{
    otelmq_str head = collector_head(test->collector, index);
    otelmq_buffer wanted;
    otelmq_buffer_init(&wanted);
    otelmq_buffer_add_text(&wanted, "\r\n");
    otelmq_buffer_add_text(&wanted, line);
    otelmq_buffer_add_text(&wanted, "\r\n");
    bool is_there = memmem(head.data, head.len, wanted.data, wanted.len) != NULL;
    otelmq_buffer_clean(&wanted);
    return is_there;
}
