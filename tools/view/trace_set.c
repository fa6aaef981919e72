/* SPDX-License-Identifier: Apache-2.0 */
#include "view/trace_set.h"

#include "base/hex.h"
#include "memory.h"

#include <stdlib.h>

void view_trace_set_init(view_trace_set *set)
{
    *set = (view_trace_set){0};
    view_names_init(&set->services);
    view_names_init(&set->names);
}

void view_trace_set_clean(view_trace_set *set)
{
    view_names_clean(&set->services);
    view_names_clean(&set->names);
    free(set->spans);
    free(set->links);
    free(set->missing);
    free(set->nodes);
    free(set->traces);
    *set = (view_trace_set){0};
}

void view_trace_set_add(view_trace_set *set, const view_span *span)
{
    set->spans =
        otelmq_memory_grow(set->spans, set->span_count, &set->span_capacity, sizeof *set->spans);
    view_span *added = &set->spans[set->span_count++];
    *added = *span;
    added->first_link = set->link_count - span->link_count;
    if (added->end_unix_nano < added->start_unix_nano) {
        added->end_unix_nano = added->start_unix_nano;
    }
}

void view_trace_set_add_link(view_trace_set *set, const view_span_key *target)
{
    set->links =
        otelmq_memory_grow(set->links, set->link_count, &set->link_capacity, sizeof *set->links);
    set->links[set->link_count++] = (view_link){*target, NULL};
}

view_mark view_trace_set_mark(const view_trace_set *set)
{
    return (view_mark){set->span_count, set->link_count};
}

void view_trace_set_return(view_trace_set *set, view_mark mark)
{
    set->span_count = mark.span_count;
    set->link_count = mark.link_count;
}

uint64_t view_span_duration(const view_span *span)
{
    return span->start_unix_nano == 0 ? 0 : span->end_unix_nano - span->start_unix_nano;
}

static bool has_found(const view_trace *trace)
{
    for (size_t i = 0; i < trace->node_count; i++) {
        if (trace->nodes[i]->is_found) {
            return true;
        }
    }
    return false;
}

static bool has_prefix(const view_trace *trace, const char *prefix)
{
    char digits[32];
    otelmq_hex_format(trace->nodes[0]->key.trace_id, 16, digits);
    return strncmp(digits, prefix, strlen(prefix)) == 0;
}

static bool passes(const view_trace *trace, const view_filter *filter)
{
    return (filter->trace_prefix == NULL || has_prefix(trace, filter->trace_prefix)) &&
           (!filter->only_errors || trace->error_count > 0) &&
           (!filter->only_found || has_found(trace));
}

size_t view_trace_set_select(view_trace_set *set, const view_filter *filter)
{
    size_t count = 0;
    for (size_t i = 0; i < set->trace_count; i++) {
        view_trace *trace = &set->traces[i];
        trace->is_selected = passes(trace, filter);
        count += trace->is_selected;
    }
    return count;
}

static void add_trace(view_totals *totals, const view_trace *trace, bool is_seen[])
{
    totals->traces++;
    totals->spans += trace->span_count;
    totals->errors += trace->error_count;
    for (size_t i = 0; i < trace->node_count; i++) {
        const view_span *span = trace->nodes[i];
        totals->orphans += span->is_orphan;
        if (span->service != NULL && !is_seen[span->service->number]) {
            is_seen[span->service->number] = true;
            totals->services++;
        }
    }
}

view_totals view_trace_set_totals(const view_trace_set *set)
{
    view_totals totals = {0};
    bool *is_seen = otelmq_memory_zeroed(set->services.count, sizeof *is_seen);
    for (size_t i = 0; i < set->trace_count; i++) {
        if (set->traces[i].is_selected) {
            add_trace(&totals, &set->traces[i], is_seen);
        }
    }
    free(is_seen);
    return totals;
}
