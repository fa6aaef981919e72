/* SPDX-License-Identifier: Apache-2.0 */
#include "trace/span_object.h"

#include "trace/span_clock.h"
#include "trace/ticks.h"

void otelmq_span_init_silent(otelmq_span *span)
{
    otelmq_refcount_init(&span->refcount);
    atomic_init(&span->is_ended, false);
    atomic_init(&span->is_folded, false);
    span->is_recording = false;
    span->provider = NULL;
}

/*
 * Here and below field by field, because compilers clear a large block by an instruction that takes
 * longer than all of this.
 */
static void clear_data(otelmq_span_data *data)
{
    data->status = OTELMQ_STATUS_UNSET;
    data->status_description = (otelmq_str){0};
    data->attributes = NULL;
    data->events = NULL;
    data->links = NULL;
    data->attribute_count = 0;
    data->event_count = 0;
    data->link_count = 0;
    data->dropped_attribute_count = 0;
    data->dropped_event_count = 0;
    data->dropped_link_count = 0;
}

static void init_arena(otelmq_span *span)
{
    char *block = (char *)span;
    size_t begin = span->has_room ? OTELMQ_SPAN_ROOM_BEGIN : OTELMQ_HEAD_BLOCK_SIZE;
    size_t end = span->has_room ? OTELMQ_WHOLE_BLOCK_SIZE : OTELMQ_HEAD_BLOCK_SIZE;
    otelmq_arena_init(&span->arena, block + begin, block + end);
}

static void clear_contents(otelmq_span *span)
{
    clear_data(&span->data);
    span->data.resource = span->provider->resource;
    span->shares_attributes = false;
    span->lost_inside = 0;
    span->attributes.items = span->has_room ? span->inline_attributes : NULL;
    span->attributes.rooms = NULL;
    span->attributes.count = 0;
    span->attributes.capacity = span->has_room ? OTELMQ_SPAN_INLINE_ATTRIBUTES : 0;
    span->attributes.dropped = 0;
    span->attributes.emptied = 0;
    span->events = NULL;
    span->links = NULL;
    span->event_capacity = 0;
    span->link_capacity = 0;
    span->name_room = (otelmq_room){0};
    span->description_room = (otelmq_room){0};
    init_arena(span);
}

void otelmq_span_init_recording(otelmq_span *span, otelmq_tracer_provider *provider)
{
    otelmq_span_begin_recording(span, provider);
    atomic_init(&span->is_folded, false);
    span->template = NULL;
    clear_contents(span);
}

/* So far they were ticks. */
static void fill_in_times(otelmq_span *span)
{
    uint64_t start = otelmq_ticks_monotonic_nano(span->start_monotonic_nano);
    span->start_monotonic_nano = start;
    span->data.start_time_unix_nano = otelmq_span_clock_unix_nano(start);
    if (span->data.end_time_unix_nano != 0) {
        uint64_t end = otelmq_ticks_monotonic_nano(span->data.end_time_unix_nano);
        span->data.end_time_unix_nano =
            span->data.start_time_unix_nano + (end > start ? end - start : 0);
    }
}

void otelmq_span_unfold_locked(otelmq_span *span)
{
    if (!otelmq_span_is_folded(span)) {
        return;
    }
    clear_contents(span);
    fill_in_times(span);
    span->data.scope = &span->tracer->scope;
    otelmq_span_begin_with(span, span->template);
    otelmq_span_publish_attributes(span);
    atomic_store_explicit(&span->is_folded, false, memory_order_release);
}

void otelmq_span_unfold(otelmq_span *span)
{
    otelmq_lock_take(&span->lock);
    otelmq_span_unfold_locked(span);
    otelmq_lock_give(&span->lock);
}
