/* SPDX-License-Identifier: Apache-2.0 */
/* The way of a message from the span that sent it to the one that received or processes it. */
#ifndef OTELMQ_VIEW_HOP_H
#define OTELMQ_VIEW_HOP_H

#include "view/duration.h"
#include "view/trace_set.h"

typedef struct {
    const char *system; /* such as "rabbitmq" */
    const char *destination; /* as the producer calls it; "" when unknown */
    /* While it was under way. The end is before the start when the clocks disagree. */
    uint64_t start_unix_nano;
    uint64_t end_unix_nano;
    bool is_upper_bound; /* it arrived before the sender had its confirm */
} view_hop;

/*
 * Whether a message led from the parent of span to span, and was not shown at an earlier span of
 * the same service; if so, hop says how.
 */
bool view_hop_find(const view_span *span, view_hop *hop);

/* How long it waited: "1.23 ms", "≤1.23 ms" for an upper bound, negative for clock skew. */
view_duration view_hop_duration(const view_hop *hop, const view_glyphs *glyphs);

#endif
