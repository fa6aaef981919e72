/* SPDX-License-Identifier: Apache-2.0 */
/* A provider with a memory exporter, a messaging client on it, and a message's headers. */
#ifndef OTELMQ_TESTS_MESSAGING_FIXTURE_H
#define OTELMQ_TESTS_MESSAGING_FIXTURE_H

#include "support/test.h"

#include <otelmq/otelmq.h>

#include <stdlib.h>

#define TRACE "4bf92f3577b34da6a3ce929d0e0e4736"
#define PARENT "00f067aa0ba902b7"
#define TRACEPARENT "00-" TRACE "-" PARENT "-01"

extern otelmq_memory_exporter *memory;
extern otelmq_tracer_provider *provider;
extern otelmq_messaging_client *client;
extern otelmq_map *headers;

int set_up(void **state);
int tear_down(void **state);

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

otelmq_messaging_client *create_client(otelmq_messaging_options options);

/* The headers as a carrier. */
otelmq_carrier carrier(void);
void set_header(const char *key, const char *value);

otelmq_messaging_operation operation(const char *name);

const otelmq_span_data *only_span(void);
void assert_string(const otelmq_span_data *span, const char *key, const char *expected);
void assert_number(const otelmq_span_data *span, const char *key, int64_t expected);
void assert_absent(const otelmq_span_data *span, const char *key);
bool has_attribute(const otelmq_span_data *span, const char *key);
void assert_trace_and_parent(const otelmq_span_data *span, const char *trace, const char *parent);
void assert_link(const otelmq_span_data *span, uint32_t index, const char *span_id);

#endif
