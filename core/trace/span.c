/* SPDX-License-Identifier: Apache-2.0 */
#include "trace/span_object.h"

#include "base/counters.h"
#include "base/likely.h"
#include "base/unconst.h"
#include "trace/batch.h"
#include "trace/global_provider.h"
#include "trace/span_clock.h"
#include "trace/ticks.h"

otelmq_span otelmq_span_nothing = {.is_ended = true};

static const otelmq_span_context INVALID_CONTEXT;

static bool is_something(const otelmq_span *span)
{
    return span != NULL && span != &otelmq_span_nothing;
}

otelmq_span *otelmq_span_create_passing(const otelmq_span_context *span_context)
{
    if (!otelmq_span_context_is_valid(span_context)) {
        return &otelmq_span_nothing;
    }
    otelmq_span *span = otelmq_span_take();
    if (span == NULL) {
        return &otelmq_span_nothing;
    }
    otelmq_span_init_silent(span);
    span->data.span_context = *span_context;
    otelmq_tracestate_retain(span_context->tracestate);
    return span;
}

/* Those of a folded span are not even empty. */
static bool has_contents(const otelmq_span *span)
{
    return span->is_recording && !otelmq_span_is_folded(span);
}

static void release_tracestates(otelmq_span *span)
{
    if (span->data.span_context.tracestate != NULL) {
        otelmq_tracestate_release(span->data.span_context.tracestate);
    }
    for (uint32_t i = 0; has_contents(span) && i < span->data.link_count; i++) {
        otelmq_tracestate_release(span->links[i].span_context.tracestate);
    }
}

/* What recycled spans held of one provider and one template, to be given back. */
typedef struct {
    otelmq_tracer_provider *provider;
    otelmq_span_template *template;
    unsigned of_provider;
    unsigned of_template;
} held_references;

static void give_back(const held_references *held)
{
    if (held->of_provider > 0) {
        otelmq_tracer_provider_release(held->provider, held->of_provider);
    }
    if (held->of_template > 0) {
        otelmq_span_template_release(held->template, held->of_template);
    }
}

/* Adds the references of a recording span. */
static void hold(held_references *held, const otelmq_span *span)
{
    if (span->provider != held->provider || span->template != held->template) {
        give_back(held);
        *held = (held_references){.provider = span->provider, .template = span->template};
    }
    held->of_provider++;
    held->of_template += span->template != NULL;
}

static void recycle(otelmq_span *span, held_references *held)
{
    release_tracestates(span);
    if (span->is_recording) {
        /* One that somebody let go instead of ending it is not live any more either. */
        otelmq_counters_add(OTELMQ_STAT_SPANS_ENDED, !atomic_load(&span->is_ended));
        hold(held, span);
    }
    if (has_contents(span)) {
        otelmq_arena_clean(&span->arena);
    }
    otelmq_span_pool_give(span->has_room ? OTELMQ_WHOLE_BLOCK : OTELMQ_HEAD_BLOCK, span);
}

static bool is_only_reference(const otelmq_span *span)
{
    return atomic_load_explicit(&span->refcount.count, memory_order_acquire) == 1;
}

/* The only reference needs no atomic subtraction: there is nobody to take another. */
static bool drop_reference(otelmq_span *span)
{
    return is_only_reference(span) || otelmq_refcount_release(&span->refcount);
}

/*
 * The counts of the provider and of a template are one cache line for all threads that start spans:
 * a batch gives its references back together.
 */
void otelmq_spans_release(otelmq_span *const spans[], size_t count)
{
    held_references held = {0};
    for (size_t i = 0; i < count; i++) {
        if (drop_reference(spans[i])) {
            recycle(spans[i], &held);
        }
    }
    give_back(&held);
}

otelmq_span *otelmq_span_retain(otelmq_span *span)
{
    if (is_something(span)) {
        otelmq_refcount_retain(&span->refcount);
    }
    return span;
}

void otelmq_span_release(otelmq_span *span)
{
    if (is_something(span) && drop_reference(span)) {
        held_references held = {0};
        recycle(span, &held);
        give_back(&held);
    }
}

const otelmq_span_context *otelmq_span_get_context(const otelmq_span *span)
{
    return span != NULL ? &span->data.span_context : &INVALID_CONTEXT;
}

bool otelmq_span_is_recording(const otelmq_span *span)
{
    return span != NULL && span->is_recording &&
           (!atomic_load_explicit(&span->is_ended, memory_order_relaxed) ||
            otelmq_span_is_ending_here(span));
}

const otelmq_span_data *otelmq_span_read(const otelmq_span *span)
{
    if (span == NULL || !span->is_recording) {
        return NULL;
    }
    if (otelmq_span_is_folded(span)) {
        otelmq_span_unfold(otelmq_unconst(span));
    }
    return &span->data;
}

static void settle_one(otelmq_span *span, otelmq_stat fate, uint32_t counts[])
{
    if (span->provider->accounting_processor_count <= 1) {
        counts[fate]++;
        return;
    }
    otelmq_lock_take(&span->lock);
    span->fate = fate > span->fate ? fate : span->fate;
    bool is_last = --span->unsettled == 0;
    otelmq_lock_give(&span->lock);
    if (is_last) {
        counts[span->fate]++;
    }
}

void otelmq_spans_settle(otelmq_span *const spans[], size_t count, otelmq_stat fate)
{
    uint32_t counts[OTELMQ_STAT_COUNT] = {0};
    for (size_t i = 0; i < count; i++) {
        settle_one(spans[i], fate, counts);
    }
    for (int stat = 0; stat < OTELMQ_STAT_COUNT; stat++) {
        if (counts[stat] > 0) {
            otelmq_counters_add((otelmq_stat)stat, counts[stat]);
        }
    }
}

static uint64_t end_time(const otelmq_span *span)
{
    uint64_t now = otelmq_clock_monotonic_nano();
    uint64_t start = span->data.start_time_unix_nano;
    if (!span->has_own_start) {
        return start + (now - span->start_monotonic_nano);
    }
    uint64_t end = otelmq_span_clock_unix_nano(now);
    return end > start ? end : start;
}

/* Whether this call was the one that ended it. */
static bool finish(otelmq_span *span, uint64_t end_time_unix_nano)
{
    if (otelmq_span_is_folded(span)) {
        otelmq_span_unfold(span);
    }
    otelmq_lock_take(&span->lock);
    bool is_first = !atomic_load_explicit(&span->is_ended, memory_order_relaxed);
    if (is_first) {
        span->data.end_time_unix_nano =
            end_time_unix_nano != 0 ? end_time_unix_nano : end_time(span);
        otelmq_span_publish_attributes(span);
        span->unsettled = span->provider->accounting_processor_count;
        atomic_store_explicit(&span->is_ended, true, memory_order_relaxed);
    }
    otelmq_lock_give(&span->lock);
    otelmq_counters_add(OTELMQ_STAT_SPANS_ENDED, is_first);
    return is_first;
}

static bool has_losses(const otelmq_span *span)
{
    const otelmq_attribute_set *attributes = &span->attributes;
    return (attributes->dropped | attributes->emptied | span->data.dropped_event_count |
            span->data.dropped_link_count | span->lost_inside) != 0;
}

static void call_processors(otelmq_tracer_provider *provider, otelmq_span *span)
{
    for (size_t i = 0; i < provider->processor_count; i++) {
        otelmq_processor processor = provider->processors[i];
        if (processor.ops->on_end != NULL) {
            processor.ops->on_end(processor.self, span);
        }
    }
    otelmq_span_release(span);
}

/*
 * The queue is still looked at after the span has moved there and may be gone: the provider, which
 * holds it, must not go with the span.
 */
__attribute__((hot)) static void hand_to_batch(otelmq_tracer_provider *provider, otelmq_span *span)
{
    bool is_kept = otelmq_global_provider_is_kept(provider);
    if (OTELMQ_UNLIKELY(!is_kept)) {
        otelmq_tracer_provider_retain(provider, 1);
    }
    otelmq_batch_take(provider->only_batch, span);
    if (!is_kept) {
        otelmq_tracer_provider_release(provider, 1);
    }
}

static void hand_to_processors(otelmq_tracer_provider *provider, otelmq_span *span)
{
    if (!otelmq_tracer_provider_enter(provider)) {
        otelmq_counters_add(OTELMQ_STAT_SPANS_DROPPED_SHUT_DOWN, otelmq_span_is_sampled(span));
        otelmq_span_release(span);
        return;
    }
    call_processors(provider, span);
    otelmq_tracer_provider_leave(provider);
}

/* *Owns* the reference that the end gives up: with one queue, it moves there. */
static void hand_over(otelmq_span *span)
{
    otelmq_tracer_provider *provider = span->provider;
    if (provider->only_batch != NULL) {
        hand_to_batch(provider, span);
    } else if (provider->processor_count > 0) {
        hand_to_processors(provider, span);
    } else {
        otelmq_span_release(span);
    }
}

/*
 * One that does not record is counted already, and belongs to no processor. Several threads may end
 * it at once while somebody keeps it; a count of one that was read first, and a span that is open
 * even so, mean that nobody does: what the count was before went together with its end.
 */
static void end_silent(otelmq_span *span)
{
    bool is_only = is_only_reference(span);
    bool was_ended = atomic_load_explicit(&span->is_ended, memory_order_relaxed);
    if (is_only) {
        atomic_store_explicit(&span->is_ended, true, memory_order_relaxed);
    } else if (!was_ended) {
        was_ended = atomic_exchange_explicit(&span->is_ended, true, memory_order_relaxed);
    }
    if (!was_ended) {
        otelmq_span_release(span);
    }
}

/*
 * What nobody else has a reference to needs no lock to end, and with one queue it moves there as it
 * is: there is nothing that it can have lost.
 */
__attribute__((hot)) static void end_folded(otelmq_span *span)
{
    span->data.end_time_unix_nano = otelmq_ticks_now();
    span->unsettled = 1;
    atomic_store_explicit(&span->is_ended, true, memory_order_relaxed);
    otelmq_counters_add(OTELMQ_STAT_SPANS_ENDED, 1);
    hand_to_batch(span->provider, span);
}

/* Out of line, so that the end of a silent span saves no registers for it. */
__attribute__((noinline)) static void end_recording(otelmq_span *span, uint64_t end_time_unix_nano)
{
    if (!finish(span, end_time_unix_nano)) {
        return;
    }
    if (span->provider->has_on_ending) {
        otelmq_span_call_on_ending(span);
    }
    if (has_losses(span)) {
        otelmq_span_report_losses(span);
    }
    hand_over(span);
}

void otelmq_span_end_at(otelmq_span *span, uint64_t end_time_unix_nano)
{
    if (!is_something(span)) {
        return;
    }
    if (span->is_recording) {
        end_recording(span, end_time_unix_nano);
    } else {
        end_silent(span);
    }
}

__attribute__((hot)) void otelmq_span_end(otelmq_span *span)
{
    if (OTELMQ_LIKELY(is_something(span) && otelmq_span_is_folded(span) &&
                      is_only_reference(span) && span->provider->only_batch != NULL)) {
        end_folded(span);
    } else {
        otelmq_span_end_at(span, 0);
    }
}
