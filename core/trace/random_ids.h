/* SPDX-License-Identifier: Apache-2.0 */
/* Random ids of spans, in line for what starts one. Any thread. */
#ifndef OTELMQ_TRACE_RANDOM_IDS_H
#define OTELMQ_TRACE_RANDOM_IDS_H

#include "base/random.h"

#include <otelmq/span_context.h>

/* All zero is no id. (Specification: trace/api.md, "SpanContext".) */
static inline uint64_t otelmq_nonzero_id(uint64_t bits)
{
    return bits != 0 ? bits : 1;
}

/* Word by word: to copy two at once would wait until both were stored. */
static inline void otelmq_put_id_word(uint8_t *bytes, uint64_t word)
{
    memcpy(bytes, &word, sizeof(word));
}

/* What is random in a span's ids: the span id, and of a root span the trace id. */
typedef struct {
    uint64_t words[3];
} otelmq_drawn_ids;

static inline void otelmq_random_ids_draw(otelmq_drawn_ids *drawn, bool has_parent)
{
    otelmq_random_fill(drawn->words, has_parent ? 1 : 3);
}

static inline void otelmq_drawn_ids_put_trace_id(const otelmq_drawn_ids *drawn, otelmq_trace_id *id)
{
    otelmq_put_id_word(id->bytes, drawn->words[1]);
    otelmq_put_id_word(id->bytes + sizeof(drawn->words[1]), otelmq_nonzero_id(drawn->words[2]));
}

static inline void otelmq_drawn_ids_put(const otelmq_drawn_ids *drawn, otelmq_span_context *own,
                                        bool has_parent)
{
    otelmq_put_id_word(own->span_id.bytes, otelmq_nonzero_id(drawn->words[0]));
    if (!has_parent) {
        otelmq_drawn_ids_put_trace_id(drawn, &own->trace_id);
    }
}

/* Both at once, before the sampler is asked, because that is quicker; it sees the trace id only. */
static inline void otelmq_random_ids_fill_in(otelmq_span_context *own, bool has_parent)
{
    otelmq_drawn_ids drawn;
    otelmq_random_ids_draw(&drawn, has_parent);
    otelmq_drawn_ids_put(&drawn, own, has_parent);
}

#endif
