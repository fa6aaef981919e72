/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The limits of the spans of one provider in the form in which they are applied: each default
 * filled in, and what belongs together side by side, because every attribute that is set looks at
 * them.
 */
#ifndef OTELMQ_TRACE_SPAN_LIMITS_H
#define OTELMQ_TRACE_SPAN_LIMITS_H

#include "trace/attribute_set.h"

#include <otelmq/tracer_provider.h>

typedef struct {
    otelmq_attribute_limits attributes;
    otelmq_attribute_limits event_attributes;
    otelmq_attribute_limits link_attributes;
    uint32_t max_events;
    uint32_t max_links;
} otelmq_applied_limits;

otelmq_applied_limits otelmq_span_limits_resolve(const otelmq_span_limits *chosen);

#endif
