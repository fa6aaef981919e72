/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Sorted arrays and binary search instead of hash tables: the order is needed anyhow, to have the
 * spans of a trace side by side, and no choice of ids can make it slow.
 */
#include "view/relations.h"

#include "memory.h"

#include <stdlib.h>

static int compare_keys(const view_span_key *a, const view_span_key *b)
{
    int trace_order = memcmp(a->trace_id, b->trace_id, sizeof a->trace_id);
    return trace_order != 0 ? trace_order : memcmp(a->span_id, b->span_id, sizeof a->span_id);
}

/* Spans with the same key stay in the order in which they came. */
static int compare_by_key(const void *a, const void *b)
{
    const view_span *left = *(view_span *const *)a;
    const view_span *right = *(view_span *const *)b;
    int order = compare_keys(&left->key, &right->key);
    return order != 0 ? order : (left > right) - (left < right);
}

static int compare_missing(const void *a, const void *b)
{
    return compare_keys(&((const view_span *)a)->key, &((const view_span *)b)->key);
}

static int compare_by_trace_and_time(const void *a, const void *b)
{
    const view_span *left = *(view_span *const *)a;
    const view_span *right = *(view_span *const *)b;
    int trace_order = memcmp(left->key.trace_id, right->key.trace_id, sizeof left->key.trace_id);
    if (trace_order != 0) {
        return trace_order;
    }
    if (left->start_unix_nano != right->start_unix_nano) {
        return left->start_unix_nano < right->start_unix_nano ? -1 : 1;
    }
    return compare_by_key(a, b);
}

static int compare_traces(const void *a, const void *b)
{
    const view_trace *left = a;
    const view_trace *right = b;
    if (left->start_unix_nano != right->start_unix_nano) {
        return left->start_unix_nano < right->start_unix_nano ? -1 : 1;
    }
    return memcmp(left->nodes[0]->key.trace_id, right->nodes[0]->key.trace_id, 16);
}

/* Fills nodes with the spans by key, each key once. */
static void index_spans(view_trace_set *set)
{
    /* Room for as many missing parents as there are spans. */
    set->nodes = otelmq_memory_zeroed(set->span_count * 2, sizeof(view_span *));
    for (size_t i = 0; i < set->span_count; i++) {
        set->nodes[i] = &set->spans[i];
    }
    qsort(set->nodes, set->span_count, sizeof(view_span *), compare_by_key);
    for (size_t i = 0; i < set->span_count; i++) {
        view_span *span = set->nodes[i];
        size_t count = set->node_count;
        if (count > 0 && compare_keys(&span->key, &set->nodes[count - 1]->key) == 0) {
            set->duplicate_count++;
        } else {
            set->nodes[set->node_count++] = span;
        }
    }
}

/* The span with this key, while nodes are by key; NULL when there is none. */
static view_span *find_span(const view_trace_set *set, const view_span_key *key)
{
    size_t low = 0;
    size_t high = set->node_count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int order = compare_keys(key, &set->nodes[middle]->key);
        if (order == 0) {
            return set->nodes[middle];
        }
        if (order < 0) {
            high = middle;
        } else {
            low = middle + 1;
        }
    }
    return NULL;
}

static view_span_key parent_key(const view_span *span)
{
    view_span_key key = span->key;
    memcpy(key.span_id, span->parent_id, sizeof key.span_id);
    return key;
}

static void find_parent(view_trace_set *set, view_span *span)
{
    if (!span->has_parent_id) {
        return;
    }
    view_span_key key = parent_key(span);
    span->parent = find_span(set, &key);
    if (span->parent != NULL) {
        return;
    }
    span->is_orphan = true;
    set->missing = otelmq_memory_grow(set->missing, set->missing_count, &set->missing_capacity,
                                      sizeof *set->missing);
    set->missing[set->missing_count++] = (view_span){
        .key = key,
        .node = VIEW_NODE_MISSING,
        .start_unix_nano = span->start_unix_nano,
        .end_unix_nano = span->start_unix_nano,
    };
}

static void find_link_targets(view_trace_set *set, view_span *span)
{
    for (size_t i = 0; i < span->link_count; i++) {
        view_link *link = &set->links[span->first_link + i];
        link->span = find_span(set, &link->target);
        if (link->span == NULL) {
            span->is_orphan = true;
        }
    }
}

/* One place for each missing parent, at the time of its first child. */
static void merge_missing(view_trace_set *set)
{
    if (set->missing_count == 0) {
        return;
    }
    qsort(set->missing, set->missing_count, sizeof *set->missing, compare_missing);
    size_t kept = 1;
    for (size_t i = 1; i < set->missing_count; i++) {
        view_span *last = &set->missing[kept - 1];
        const view_span *next = &set->missing[i];
        if (compare_missing(last, next) != 0) {
            set->missing[kept++] = *next;
        } else if (next->start_unix_nano < last->start_unix_nano) {
            last->start_unix_nano = next->start_unix_nano;
            last->end_unix_nano = next->start_unix_nano;
        }
    }
    set->missing_count = kept;
}

static void adopt_orphans(view_trace_set *set)
{
    for (size_t i = 0; i < set->node_count && set->missing_count > 0; i++) {
        view_span *span = set->nodes[i];
        if (span->has_parent_id && span->parent == NULL) {
            const view_span wanted = {.key = parent_key(span)};
            span->parent =
                bsearch(&wanted, set->missing, set->missing_count, sizeof wanted, compare_missing);
        }
    }
    for (size_t i = 0; i < set->missing_count; i++) {
        set->nodes[set->node_count++] = &set->missing[i];
    }
}

/*
 * Goes up from span, and marks its way with the number of this walk. When it meets its own mark it
 * has gone around a loop, which is cut there; a mark of an earlier walk leads to a root for sure.
 */
static void cut_loop_above(view_span *span, size_t walk)
{
    while (span != NULL && span->walk == 0) {
        span->walk = walk;
        span = span->parent;
    }
    if (span != NULL && span->walk == walk) {
        span->parent = NULL;
        span->node = VIEW_NODE_LOOP_HEAD;
    }
}

/* Backwards in time, so that putting each in front leaves the earliest first. */
static void link_tree(view_trace *trace)
{
    for (size_t i = trace->node_count; i > 0; i--) {
        view_span *span = trace->nodes[i - 1];
        view_span **first = span->parent != NULL ? &span->parent->first_child : &trace->first_root;
        span->next_sibling = *first;
        *first = span;
    }
}

/* last_trace has, for each service, the number (from 1) of the trace it was last seen in. */
static void measure(view_trace *trace, size_t number, size_t last_trace[])
{
    for (size_t i = 0; i < trace->node_count; i++) {
        const view_span *span = trace->nodes[i];
        bool is_span = span->node != VIEW_NODE_MISSING;
        trace->span_count += is_span;
        trace->error_count += span->is_error;
        if (is_span && last_trace[span->service->number] != number) {
            last_trace[span->service->number] = number;
            trace->service_count++;
        }
        if (span->start_unix_nano != 0 && trace->start_unix_nano == 0) {
            trace->start_unix_nano = span->start_unix_nano;
        }
        if (span->start_unix_nano != 0 && span->end_unix_nano > trace->end_unix_nano) {
            trace->end_unix_nano = span->end_unix_nano;
        }
    }
}

static bool is_same_trace(const view_span *a, const view_span *b)
{
    return memcmp(a->key.trace_id, b->key.trace_id, sizeof a->key.trace_id) == 0;
}

static void add_trace(view_trace_set *set, size_t first, size_t past)
{
    set->traces = otelmq_memory_grow(set->traces, set->trace_count, &set->trace_capacity,
                                     sizeof *set->traces);
    set->traces[set->trace_count++] = (view_trace){
        .nodes = set->nodes + first,
        .node_count = past - first,
        .is_selected = true,
    };
}

static void build_traces(view_trace_set *set)
{
    size_t first = 0;
    for (size_t i = 1; i <= set->node_count; i++) {
        if (i == set->node_count || !is_same_trace(set->nodes[first], set->nodes[i])) {
            add_trace(set, first, i);
            first = i;
        }
    }
    size_t *last_trace = otelmq_memory_zeroed(set->services.count, sizeof *last_trace);
    for (size_t i = 0; i < set->trace_count; i++) {
        link_tree(&set->traces[i]);
        measure(&set->traces[i], i + 1, last_trace);
    }
    free(last_trace);
    if (set->trace_count > 0) {
        qsort(set->traces, set->trace_count, sizeof *set->traces, compare_traces);
    }
}

void view_relations_find(view_trace_set *set)
{
    index_spans(set);
    for (size_t i = 0; i < set->node_count; i++) {
        find_parent(set, set->nodes[i]);
        find_link_targets(set, set->nodes[i]);
    }
    merge_missing(set);
    adopt_orphans(set);
    qsort(set->nodes, set->node_count, sizeof(view_span *), compare_by_trace_and_time);
    for (size_t i = 0; i < set->node_count; i++) {
        cut_loop_above(set->nodes[i], i + 1);
    }
    build_traces(set);
}
