/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The finished span as exporters and processors read it. Everything in it is borrowed from the span
 * and stays as it is once the span has ended.
 */
#ifndef OTELMQ_SPAN_DATA_H
#define OTELMQ_SPAN_DATA_H

#include <otelmq/instrumentation_scope.h>
#include <otelmq/resource.h>
#include <otelmq/span.h>

OTELMQ_BEGIN_C

typedef struct {
    otelmq_str name;
    uint64_t time_unix_nano;
    const otelmq_attribute *attributes;
    uint32_t attribute_count;
    uint32_t dropped_attribute_count;
} otelmq_event_data;

typedef struct {
    otelmq_span_context span_context;
    const otelmq_attribute *attributes;
    uint32_t attribute_count;
    uint32_t dropped_attribute_count;
} otelmq_link_data;

typedef struct {
    otelmq_span_context span_context;
    otelmq_span_id parent_span_id; /* all zero: a root span */
    bool parent_is_remote;
    otelmq_span_kind kind;
    otelmq_status_code status;
    otelmq_str name;
    otelmq_str status_description;
    uint64_t start_time_unix_nano;
    uint64_t end_time_unix_nano;
    const otelmq_attribute *attributes;
    const otelmq_event_data *events;
    const otelmq_link_data *links;
    uint32_t attribute_count;
    uint32_t event_count;
    uint32_t link_count;
    uint32_t dropped_attribute_count;
    uint32_t dropped_event_count;
    uint32_t dropped_link_count;
    const otelmq_instrumentation_scope *scope;
    const otelmq_resource *resource;
} otelmq_span_data;

/*
 * The data of a recording span, NULL of one that records nothing. Borrowed from the span; steady
 * only once it has ended, so that a processor may read it in on_end and an exporter at any time.
 */
OTELMQ_API const otelmq_span_data *otelmq_span_read(const otelmq_span *span);

OTELMQ_END_C

#endif
