/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The spans of a batch in the order in which OTLP nests them: by resource, then by instrumentation
 * scope, then as they came. Resource and scope are then written once for all of their spans.
 */
#ifndef OTELMQ_OTLP_SPAN_GROUPS_H
#define OTELMQ_OTLP_SPAN_GROUPS_H

#include <otelmq/span_data.h>

/* The spans of one scope of one resource: count of them, from spans[first] on. */
typedef struct {
    const otelmq_resource *resource;
    const otelmq_instrumentation_scope *scope;
    size_t first;
    size_t count;
    size_t rank; /* as the scope, and as the resource, came first in the batch */
    size_t resource_rank;
} otelmq_span_group;

typedef struct {
    const otelmq_span_data **spans;
    otelmq_span_group *groups; /* those of one resource are neighbours */
    size_t group_count;
} otelmq_span_groups;

/* Borrows the spans. OTELMQ_ERROR_NO_MEMORY, and nothing to clean, if it cannot. */
otelmq_status otelmq_span_groups_init(otelmq_span_groups *groups,
                                      const otelmq_span_data *const spans[], size_t count);

void otelmq_span_groups_clean(otelmq_span_groups *groups);

/* Whether the index-th group is the first, or the last, of its resource. */
bool otelmq_span_groups_starts_resource(const otelmq_span_groups *groups, size_t index);
bool otelmq_span_groups_ends_resource(const otelmq_span_groups *groups, size_t index);

#endif
