/* SPDX-License-Identifier: Apache-2.0 */
#include "trace/span_clock.h"
#include "trace/span_object.h"
#include "trace/span_start.h"

static void set_start(otelmq_span_seed *seed, uint64_t start_time_unix_nano)
{
    seed->start_monotonic_nano = 0;
    seed->start_time_unix_nano = start_time_unix_nano;
    if (start_time_unix_nano == 0) {
        seed->start_monotonic_nano = otelmq_clock_monotonic_nano();
        seed->start_time_unix_nano = otelmq_span_clock_unix_nano(seed->start_monotonic_nano);
    }
}

static void init_passing(otelmq_span_seed *seed, const otelmq_span_context *parent)
{
    seed->span_context = *parent;
    otelmq_tracestate_retain(parent->tracestate);
    seed->is_recording = false;
}

bool otelmq_span_seed_init(otelmq_span_seed *seed, otelmq_tracer *tracer,
                           uint64_t start_time_unix_nano)
{
    otelmq_span_start begun;
    otelmq_span_start_init(&begun, tracer, "", NULL);
    if (begun.provider == NULL) {
        init_passing(seed, begun.parent_span_context);
        return true;
    }
    if (begun.provider->calls_user_at_start || begun.provider->has_on_start) {
        return false;
    }
    otelmq_stats_add(OTELMQ_STAT_SPANS_STARTED, 1);
    otelmq_span_start_choose(&begun, &seed->span_context);
    seed->is_recording = begun.sampled.decision != OTELMQ_SAMPLING_DROP;
    if (seed->is_recording) {
        seed->parent_span_id = begun.parent_span_context->span_id;
        seed->parent_is_remote = begun.parent_span_context->is_remote;
        set_start(seed, start_time_unix_nano);
    }
    return true;
}

/* The parent is one of which no more is known than the seed kept. */
static otelmq_span *grow(otelmq_span_start *begun, otelmq_span_seed *seed)
{
    otelmq_span_context parent = {.span_id = seed->parent_span_id,
                                  .is_remote = seed->parent_is_remote};
    otelmq_span *span = otelmq_span_take();
    if (span == NULL) {
        otelmq_span_seed_clean(seed);
        otelmq_stats_add(OTELMQ_STAT_SPANS_ENDED, 1);
        return otelmq_span_start_give_up();
    }
    begun->seed = seed;
    begun->parent_span_context = &parent;
    begun->has_parent = otelmq_span_id_is_valid(parent.span_id);
    span->data.span_context = seed->span_context;
    otelmq_span_start_record(begun, span);
    return span;
}

otelmq_span *otelmq_span_seed_start(otelmq_span_seed *seed, otelmq_tracer *tracer, const char *name,
                                    const otelmq_span_options *options)
{
    return otelmq_span_seed_start_templated(seed, tracer, NULL, name, options);
}

otelmq_span *otelmq_span_seed_start_templated(otelmq_span_seed *seed, otelmq_tracer *tracer,
                                              otelmq_span_template *template, const char *name,
                                              const otelmq_span_options *options)
{
    otelmq_span_start begun;
    otelmq_span_start_init(&begun, tracer, name, options);
    begun.template = template;
    if (!seed->is_recording || begun.provider == NULL) {
        if (seed->is_recording) {
            otelmq_stats_add(OTELMQ_STAT_SPANS_ENDED, 1);
            otelmq_stats_add(OTELMQ_STAT_SPANS_DROPPED_SHUT_DOWN,
                             otelmq_span_context_is_sampled(&seed->span_context));
        }
        otelmq_span_seed_clean(seed);
        return &otelmq_span_nothing;
    }
    return grow(&begun, seed);
}

void otelmq_span_seed_clean(otelmq_span_seed *seed)
{
    otelmq_tracestate_release(seed->span_context.tracestate);
    seed->span_context.tracestate = NULL;
}
