/* SPDX-License-Identifier: Apache-2.0 */
/* What the tests of the HTTP exporter have in common: a collector, an exporter, three spans. */
#ifndef OTELMQ_TESTS_OTLP_EXPORT_TEST_H
#define OTELMQ_TESTS_OTLP_EXPORT_TEST_H

#include "otlp/collector.h"
#include "otlp/sample_spans.h"
#include "support/diagnostics_log.h"

#include <otelmq/otlp.h>
#include <otelmq/stats.h>

enum { EXPORT_TEST_SPANS = 3, EXPORT_TEST_TIMEOUT_MS = 30000 };

typedef struct {
    fake_collector *collector;
    otelmq_exporter exporter;
    sample_spans samples;
    otelmq_span_data spans[EXPORT_TEST_SPANS];
    otelmq_export_result result; /* of the last export */
    otelmq_stats stats_before;
    diagnostics_log log;
} export_test;

/* Starts all; options may be NULL, and get the collector's URL unless they have one. Never NULL. */
export_test *export_test_start(const collector_answer answers[], size_t count,
                               const otelmq_otlp_options *options);

/* The same with a collector that does not listen yet. */
export_test *export_test_start_deaf(const collector_answer answers[], size_t count,
                                    const otelmq_otlp_options *options);

/* The exporter too, unless the test has handed it over and left {0} in its place. */
void export_test_stop(export_test *test);

/* Exports the three spans; the result is kept. */
otelmq_status export_test_run(export_test *test, uint32_t timeout_ms);

/* How much a counter grew since the start. */
uint64_t export_test_count(const export_test *test, otelmq_stat stat);

/* Whether a message of at least this severity contains text. */
bool export_test_said(const export_test *test, otelmq_severity lowest, const char *text);

/* Whether the head of the index-th request has this line. */
bool export_test_sent_line(export_test *test, size_t index, const char *line);

#endif
