/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the tests of the remote sampler share: answers of a collector, a sampler that asks it, and
 * what was reported on whatever thread. Of each message at most ten are delivered in a minute, so
 * that a test program must not cause more.
 */
#ifndef OTELMQ_TESTS_OTLP_REMOTE_FIXTURE_H
#define OTELMQ_TESTS_OTLP_REMOTE_FIXTURE_H

#include <otelmq/jaeger_remote_sampler.h>

#include "otlp/collector.h"
#include "trace/sampling/sampling_fixture.h"

enum { SAMPLED = OTELMQ_SAMPLING_RECORD_AND_SAMPLE, DROPPED = OTELMQ_SAMPLING_DROP };

/* An interval that no test sees the end of, and one that each may wait for. */
enum { AN_HOUR_MS = 3600 * 1000, SHORT_MS = 100 };

#define ANSWER(text)                                                                               \
    {                                                                                              \
        .headers = "Content-Type: application/json\r\n", .body = (text),                           \
        .body_len = sizeof(text) - 1                                                               \
    }

#define RATIO(number)                                                                              \
    ANSWER("{\"strategyType\":\"PROBABILISTIC\","                                                  \
           "\"probabilisticSampling\":{\"samplingRate\":" number "}}")

/* A set-up and a tear-down of cmocka: reports from here on, until there. */
int start_reports(void **state);
int stop_reports(void **state);

/* How many there were, and the last of them. */
size_t report_count(void);
const char *last_report(void);
void wait_for_reports(size_t count);

/* The collector's address, without a path. */
void make_endpoint(char endpoint[64], const fake_collector *collector);

/* A sampler that asks the collector for the strategy of "orders". Takes initial over. */
otelmq_sampler create_remote(const fake_collector *collector, uint32_t interval_ms,
                             otelmq_sampler initial);

/* What it says of a root span. */
int decide(otelmq_sampler sampler);

/* Until it says so; the test's own time limit is what ends this if it never does. */
void wait_for_decision(otelmq_sampler sampler, int decision);

bool has(otelmq_str text, const char *part);

#endif
