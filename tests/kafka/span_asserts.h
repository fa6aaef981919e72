/* SPDX-License-Identifier: Apache-2.0 */
/* What the tests say about exported spans. */
#ifndef OTELMQ_TESTS_KAFKA_SPAN_ASSERTS_H
#define OTELMQ_TESTS_KAFKA_SPAN_ASSERTS_H

#include "kafka_fixture.h"

/* The span of this name; fails when there is none. */
const otelmq_span_data *find_span(const kafka_fixture *fixture, const char *name);

/* The same, once another thread has ended it; fails when none comes. */
const otelmq_span_data *wait_for_span(const kafka_fixture *fixture, const char *name);

/* How many spans have this name. */
size_t count_spans(const kafka_fixture *fixture, const char *name);

void assert_string_attribute(const otelmq_span_data *span, const char *key, const char *value);
void assert_int_attribute(const otelmq_span_data *span, const char *key, int64_t value);
void assert_true_attribute(const otelmq_span_data *span, const char *key);
void assert_no_attribute(const otelmq_span_data *span, const char *key);

/* The span failed with this error.type. */
void assert_error(const otelmq_span_data *span, const char *error_type);
void assert_no_error(const otelmq_span_data *span);

/* child has parent as its parent, in the same trace. */
void assert_child_of(const otelmq_span_data *child, const otelmq_span_context *parent);
void assert_root(const otelmq_span_data *span);

/* The link to this span; fails when there is none. */
const otelmq_link_data *find_link(const otelmq_span_data *span, const otelmq_span_context *to);

/* span has exactly one link, and it is to this one. */
void assert_only_link(const otelmq_span_data *span, const otelmq_span_context *to);

/* The header traceparent of the message says that span sent it. */
void assert_sent_by(const rd_kafka_message_t *message, const otelmq_span_data *span);

#endif
