/* SPDX-License-Identifier: Apache-2.0 */
/*
 * All spans of all input files. Loading adds them in any order; view_relations_find then works out
 * who is whose parent, and which of them make a trace. All texts in here are printable.
 *
 *     view_trace ----> nodes, by start time: view_span, view_span, ...
 *          |
 *          +-> first_root -> first_child ...      (parent, next_sibling)
 */
#ifndef OTELMQ_VIEW_TRACE_SET_H
#define OTELMQ_VIEW_TRACE_SET_H

#include "view/names.h"

#include <stdint.h>

/* What a span is found by. */
typedef struct {
    uint8_t trace_id[16];
    uint8_t span_id[8];
} view_span_key;

/* With OTLP's values. */
typedef enum {
    VIEW_KIND_UNSPECIFIED = 0,
    VIEW_KIND_INTERNAL = 1,
    VIEW_KIND_SERVER = 2,
    VIEW_KIND_CLIENT = 3,
    VIEW_KIND_PRODUCER = 4,
    VIEW_KIND_CONSUMER = 5,
} view_kind;

/* What stands at a place in the tree. */
typedef enum {
    VIEW_NODE_SPAN,
    VIEW_NODE_MISSING, /* no span, but the place of a parent that is in no file */
    VIEW_NODE_LOOP_HEAD, /* a span that is its own ancestor; shown as a root */
} view_node;

typedef struct view_span view_span;

typedef struct {
    view_span_key target;
    const view_span *span; /* NULL while unknown, or in no file */
} view_link;

struct view_span {
    view_span_key key;
    uint8_t parent_id[8];
    bool has_parent_id;
    bool is_error;
    bool is_found; /* holds the text that --find looks for */
    bool is_orphan;
    bool is_receive; /* messaging.operation.type says so */
    view_kind kind;
    view_node node;
    const view_name *service;
    const view_name *name;
    /* NULL where the span does not have them. */
    const view_name *status_message;
    const view_name *error_type;
    const view_name *messaging_system;
    const view_name *messaging_destination;
    uint64_t start_unix_nano; /* 0: unknown */
    uint64_t end_unix_nano; /* never before the start */
    size_t first_link; /* in links of the set */
    size_t link_count;
    /* From here on by view_relations_find. */
    size_t walk;
    view_span *parent;
    view_span *first_child;
    view_span *next_sibling;
};

typedef struct {
    view_span *const *nodes; /* with the missing parents */
    size_t node_count;
    size_t span_count; /* without them */
    size_t service_count;
    size_t error_count;
    view_span *first_root;
    uint64_t start_unix_nano;
    uint64_t end_unix_nano;
    bool is_selected;
} view_trace;

typedef struct {
    view_names services;
    view_names names;
    view_span *spans;
    size_t span_count;
    size_t span_capacity;
    view_link *links;
    size_t link_count;
    size_t link_capacity;
    size_t duplicate_count; /* spans that came before, and are in no trace again */
    view_span *missing; /* a place for each parent that is in no file, by key */
    size_t missing_count;
    size_t missing_capacity;
    view_span **nodes;
    size_t node_count;
    view_trace *traces; /* by start time */
    size_t trace_count;
    size_t trace_capacity;
} view_trace_set;

void view_trace_set_init(view_trace_set *set);
void view_trace_set_clean(view_trace_set *set);

/* Adds a copy of span. Its links are the last link_count ones that were added before. */
void view_trace_set_add(view_trace_set *set, const view_span *span);
void view_trace_set_add_link(view_trace_set *set, const view_span_key *target);

/* A moment while loading, to go back to when the rest of a line turns out to be broken. */
typedef struct {
    size_t span_count;
    size_t link_count;
} view_mark;

view_mark view_trace_set_mark(const view_trace_set *set);
void view_trace_set_return(view_trace_set *set, view_mark mark);

uint64_t view_span_duration(const view_span *span);

/* Which traces are of interest. */
typedef struct {
    const char *trace_prefix; /* lower-case digits; NULL: all */
    bool only_found; /* those with a span that holds the text of --find */
    bool only_errors;
} view_filter;

/* Marks the traces that pass, and returns how many they are. */
size_t view_trace_set_select(view_trace_set *set, const view_filter *filter);

/* Of the selected traces. */
typedef struct {
    size_t traces;
    size_t services;
    size_t spans;
    size_t errors;
    size_t orphans;
} view_totals;

view_totals view_trace_set_totals(const view_trace_set *set);

#endif
