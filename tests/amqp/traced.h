/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A traced connection for tests: to a broker that the test plays itself, with a provider of its own
 * whose spans stay in memory.
 */
#ifndef OTELMQ_TESTS_TRACED_H
#define OTELMQ_TESTS_TRACED_H

#include <otelmq/amqp.h>
#include <otelmq/memory_exporter.h>
#include <otelmq/stats.h>

#include "amqp/fake_broker.h"

typedef struct {
    otelmq_memory_exporter *spans;
    otelmq_tracer_provider *provider;
    fake_broker broker;
    otelmq_amqp_connection *connection;
} traced;

/* Everything, with frames of at most frame_max. options may be NULL; its provider is ours. */
void traced_start(traced *self, int frame_max, const otelmq_amqp_options *options);
void traced_stop(traced *self);

/* The provider and its exporter alone. */
void traced_start_provider(traced *self);
void traced_stop_provider(traced *self);

/* The only span of this name; fails the test when there is none. */
const otelmq_span_data *traced_span(const traced *self, const char *name);

/* Fails the test unless the span has this text, this number or true as its attribute key. */
void assert_attribute(const otelmq_span_data *span, const char *key, const char *expected);
void assert_int_attribute(const otelmq_span_data *span, const char *key, int64_t expected);
void assert_true_attribute(const otelmq_span_data *span, const char *key);
void assert_no_attribute(const otelmq_span_data *span, const char *key);

/* Fails the test unless span is a child of parent, or a root. */
void assert_child(const otelmq_span_data *span, const otelmq_span_context *parent);
void assert_root(const otelmq_span_data *span);

/* Fails the test unless the index-th link of the span is to this span. */
void assert_link(const otelmq_span_data *span, uint32_t index, const otelmq_span_context *linked);

/* Fails the test unless text is the traceparent of this span. */
void assert_traceparent(const char *text, const otelmq_span_context *span_context);

void assert_failed(const otelmq_span_data *span, const char *error_type);

uint64_t stat_now(otelmq_stat stat);

#endif
