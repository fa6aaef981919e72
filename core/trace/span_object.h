/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The inside of a span: one block of the span pool, which holds the data that exporters read, room
 * for the usual 16 attributes, and an arena for what they point to.
 *
 *     +---------------+-----------+-----------------+--------------------------+
 *     | counts, flags | data      | attributes [16] | arena: names, keys, text | -> chunks
 *     +---------------+-----------+-----------------+--------------------------+
 *       with the span context: all that a span which does not record fills in
 *
 * Of some the block ends before the attributes. They take their room from blocks of the arena, if
 * they need any.
 *
 * A *folded* span is one of which only the first three cache lines are filled in. It has nothing
 * but what its template says, and most spans of a publish never get more: the thread that starts
 * and ends it, between two trips into the kernel, is spared what the export worker can do as well.
 * Its times are ticks. Whoever else wants to see or change it unfolds it first, and it is as any
 * other from then on.
 */
#ifndef OTELMQ_TRACE_SPAN_OBJECT_H
#define OTELMQ_TRACE_SPAN_OBJECT_H

#include "trace/attribute_set.h"
#include "trace/provider.h"
#include "trace/span_pool.h"
#include "trace/span_template.h"

#include <otelmq/span_data.h>
#include <otelmq/stats.h>

enum { OTELMQ_SPAN_INLINE_ATTRIBUTES = 16 };

struct otelmq_span {
    otelmq_refcount refcount;
    otelmq_lock lock; /* of all that a recording span may change */
    atomic_bool is_ended;
    atomic_bool is_folded;
    bool is_recording;
    bool has_own_start; /* the caller said when it started */
    bool shares_attributes; /* the list of them is the template's */
    bool has_room; /* it is a whole block, and not a head */
    uint8_t unsettled; /* processors that have still to say what became of it */
    otelmq_stat fate; /* the worst that they said so far */
    otelmq_tracer_provider *provider; /* retained while recording; NULL else */
    otelmq_span_template *template; /* likewise; NULL: it began with none */
    const otelmq_tracer *tracer; /* of a folded span only */
    uint64_t start_monotonic_nano; /* of a folded span, as the end in data: ticks */
    otelmq_span_data data;
    otelmq_attribute_set attributes;
    otelmq_event_data *events;
    otelmq_link_data *links;
    uint32_t event_capacity;
    uint32_t link_capacity;
    uint32_t lost_inside; /* attributes, or contents of them, of events and links */
    otelmq_room name_room;
    otelmq_room description_room;
    otelmq_arena arena;
    otelmq_attribute inline_attributes[]; /* these many, and then the arena, with room */
};

enum {
    OTELMQ_SPAN_ROOM_BEGIN =
        sizeof(otelmq_span) + OTELMQ_SPAN_INLINE_ATTRIBUTES * sizeof(otelmq_attribute),
};

_Static_assert(OTELMQ_SPAN_ROOM_BEGIN + 1000 <= OTELMQ_WHOLE_BLOCK_SIZE,
               "The usual span fits into its block.");
_Static_assert(sizeof(otelmq_span) <= OTELMQ_HEAD_BLOCK_SIZE, "A span without room fits a head.");

/* The span that stands for none: it is never freed, and every call on it does nothing. */
extern otelmq_span otelmq_span_nothing;

/* A span without a provider that stands for span_context, whose tracestate it retains. */
otelmq_span *otelmq_span_create_passing(const otelmq_span_context *span_context);

/* A block of the pool as a span whose context is still to be filled in; NULL without memory. */
static inline otelmq_span *otelmq_span_take(void)
{
    otelmq_span *span = otelmq_span_pool_take(OTELMQ_WHOLE_BLOCK);
    if (span != NULL) {
        span->has_room = true;
    }
    return span;
}

/* The same for a span that is likely to stay as it is. */
static inline otelmq_span *otelmq_span_take_head(void)
{
    otelmq_span *span = otelmq_span_pool_take(OTELMQ_HEAD_BLOCK);
    if (span != NULL) {
        span->has_room = false;
    }
    return span;
}

/* Makes it a span that does not record. */
void otelmq_span_init_silent(otelmq_span *span);

/* Makes it a recording span, which has a reference to provider that the caller took. */
void otelmq_span_init_recording(otelmq_span *span, otelmq_tracer_provider *provider);

/* Fills in what every recording span begins with; in line, as the next, for folded ones. */
static inline void otelmq_span_begin_recording(otelmq_span *span, otelmq_tracer_provider *provider)
{
    otelmq_refcount_init(&span->refcount);
    atomic_init(&span->lock.holder, 0);
    atomic_init(&span->is_ended, false);
    span->is_recording = true;
    span->has_own_start = false;
    span->unsettled = 0;
    span->fate = OTELMQ_STAT_SPANS_STARTED;
    span->provider = provider;
    span->data.parent_span_id = (otelmq_span_id){{0}};
    span->data.parent_is_remote = false;
    span->data.end_time_unix_nano = 0;
}

/*
 * Makes it a folded one, which has references to provider and template that the caller took. The
 * template must be one that it can share. Its times, kind and parent are still to be filled in.
 */
static inline void otelmq_span_init_folded(otelmq_span *span, otelmq_tracer_provider *provider,
                                           const otelmq_tracer *tracer,
                                           otelmq_span_template *template)
{
    otelmq_span_begin_recording(span, provider);
    atomic_init(&span->is_folded, true);
    span->tracer = tracer;
    span->template = template;
}

static inline bool otelmq_span_is_folded(const otelmq_span *span)
{
    return atomic_load_explicit(&span->is_folded, memory_order_acquire);
}

/*
 * Fills in the rest of a folded span; does nothing to another. The second one is for who holds the
 * lock.
 */
void otelmq_span_unfold(otelmq_span *span);
void otelmq_span_unfold_locked(otelmq_span *span);

/* The span of which an exporter was given the data. */
static inline otelmq_span *otelmq_span_of_data(const otelmq_span_data *data)
{
    return (otelmq_span *)((uintptr_t)data - offsetof(otelmq_span, data));
}

/* Lets the data show the attributes that the span has now; with the lock taken. */
void otelmq_span_publish_attributes(otelmq_span *span);

/* Copies text into the room; what was there stays when there is no memory. */
otelmq_str otelmq_span_copy_text(otelmq_span *span, otelmq_room *room, otelmq_str text,
                                 otelmq_str before);

/*
 * The value that key has on a recording span now, of type NONE when there is none. Borrowed from
 * the span until the value is replaced.
 */
otelmq_value otelmq_span_attribute(otelmq_span *span, const char *key);

/* Whether spans of provider can refer to the template's attributes: no limit touches them. */
static inline bool otelmq_span_can_share(const otelmq_tracer_provider *provider,
                                         const otelmq_span_template *template)
{
    const otelmq_attribute_limits *limits = &provider->limits.attributes;
    return limits->values.max_len == 0 && template->attribute_count <= limits->max_count &&
           template->attribute_count <= OTELMQ_SPAN_INLINE_ATTRIBUTES;
}

/*
 * Makes name and attributes of the template those of a span that has none, and *owns* a reference
 * to it. Attributes that the limits touch are copied, others stay where they are.
 */
void otelmq_span_begin_with(otelmq_span *span, otelmq_span_template *template);

/* Adds links and attributes, as options or a sampler give them; before the start returns. */
void otelmq_span_put_attributes(otelmq_span *span, const otelmq_attribute attributes[],
                                size_t count);
void otelmq_span_put_link(otelmq_span *span, const otelmq_link *link);

/*
 * Lets the processors change a span that has ended for everybody else. What they do here is
 * published like what was done before.
 */
void otelmq_span_call_on_ending(otelmq_span *span);

/* Whether this thread is inside otelmq_span_call_on_ending for that span. */
bool otelmq_span_is_ending_here(const otelmq_span *span);

/* Reports, at the end of a span, what it had to drop. */
void otelmq_span_report_losses(const otelmq_span *span);

/* Gives a reference to each of the spans back. */
void otelmq_spans_release(otelmq_span *const spans[], size_t count);

/*
 * Counts what became of sampled spans, once for each span: of several processors, the last one to
 * say so counts the worst that any of them said.
 */
void otelmq_spans_settle(otelmq_span *const spans[], size_t count, otelmq_stat fate);

/* Whether it is to be exported. */
static inline bool otelmq_span_is_sampled(const otelmq_span *span)
{
    return otelmq_span_context_is_sampled(&span->data.span_context);
}

#endif
