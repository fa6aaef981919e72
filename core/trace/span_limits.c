/* SPDX-License-Identifier: Apache-2.0 */
#include "trace/span_limits.h"

static const uint32_t DEFAULT_LIMIT = 128;

/* Values are walked by recursion: this bounds the stack that takes. */
static const uint32_t DEEPEST_LIMIT = 512;

static uint32_t count_limit(uint32_t chosen)
{
    if (chosen == OTELMQ_LIMIT_ZERO) {
        return 0;
    }
    return chosen != 0 ? chosen : DEFAULT_LIMIT;
}

static uint32_t depth_limit(uint32_t chosen)
{
    if (chosen == 0) {
        return OTELMQ_VALUE_DEPTH_DEFAULT;
    }
    return chosen < DEEPEST_LIMIT ? chosen : DEEPEST_LIMIT;
}

otelmq_applied_limits otelmq_span_limits_resolve(const otelmq_span_limits *chosen)
{
    const otelmq_value_limits values = {chosen->max_attribute_value_length,
                                        depth_limit(chosen->max_attribute_value_depth)};
    return (otelmq_applied_limits){
        .attributes = {count_limit(chosen->max_attributes), values},
        .event_attributes = {count_limit(chosen->max_attributes_per_event), values},
        .link_attributes = {count_limit(chosen->max_attributes_per_link), values},
        .max_events = count_limit(chosen->max_events),
        .max_links = count_limit(chosen->max_links),
    };
}
