/* SPDX-License-Identifier: Apache-2.0 */
#include "base/random.h"
#include "trace/global_provider.h"
#include "trace/sampler_decision.h"
#include "trace/span_clock.h"
#include "trace/span_object.h"

#include <otelmq/diagnostics.h>

/* All that is known when a span starts. */
typedef struct {
    otelmq_tracer *tracer;
    otelmq_tracer_provider *provider;
    const char *name;
    const otelmq_span_options *options;
    const otelmq_context *parent;
    const otelmq_span_context *parent_span_context;
    bool has_parent;
} start;

static uint64_t nonzero_random(void)
{
    uint64_t bits = otelmq_random_u64();
    return bits != 0 ? bits : 1;
}

static otelmq_trace_id new_trace_id(const otelmq_id_generator *generator)
{
    otelmq_trace_id id;
    if (generator->ops != NULL) {
        generator->ops->trace_id(generator->self, &id);
        return id;
    }
    uint64_t words[2] = {otelmq_random_u64(), nonzero_random()};
    memcpy(id.bytes, words, sizeof(id.bytes));
    return id;
}

static otelmq_span_id new_span_id(const otelmq_id_generator *generator)
{
    otelmq_span_id id;
    if (generator->ops != NULL) {
        generator->ops->span_id(generator->self, &id);
        return id;
    }
    uint64_t word = nonzero_random();
    memcpy(id.bytes, &word, sizeof(id.bytes));
    return id;
}

/* The child of a trace whose id is random says so too. (Trace Context Level 2, 3.2.2.5.2.) */
static uint8_t random_flag(const start *begun)
{
    const otelmq_id_generator *generator = &begun->provider->id_generator;
    if (begun->has_parent) {
        return begun->parent_span_context->trace_flags & OTELMQ_TRACE_FLAG_RANDOM;
    }
    return generator->ops == NULL || generator->ops->is_random ? OTELMQ_TRACE_FLAG_RANDOM : 0;
}

static size_t attribute_count(const otelmq_span_options *options)
{
    return options->attributes != NULL ? options->attribute_count : 0;
}

static size_t link_count(const otelmq_span_options *options)
{
    return options->links != NULL ? options->link_count : 0;
}

static otelmq_span_kind kind_of(const otelmq_span_options *options)
{
    return options->kind != 0 ? options->kind : OTELMQ_SPAN_INTERNAL;
}

static otelmq_sampling_result ask_sampler(const start *begun, otelmq_trace_id trace_id)
{
    otelmq_sampling_input input = {
        .parent = begun->parent,
        .trace_id = trace_id,
        .name = otelmq_str_from(begun->name),
        .kind = kind_of(begun->options),
        .attributes = begun->options->attributes,
        .attribute_count = attribute_count(begun->options),
        .links = begun->options->links,
        .link_count = link_count(begun->options),
    };
    const otelmq_sampler *sampler = &begun->provider->sampler;
    return sampler->ops->should_sample(sampler->self, &input);
}

static otelmq_sampling_result sample(const start *begun, otelmq_trace_id trace_id)
{
    otelmq_sampling_result result = {0};
    if (!otelmq_sampler_decide(&begun->provider->sampler, begun->parent_span_context, &trace_id,
                               &result.decision)) {
        result = ask_sampler(begun, trace_id);
    }
    return result;
}

/* Trace id, sampling, span id: in this order. (Specification: trace/sdk.md, "SDK Span creation".) */
static otelmq_span_context new_span_context(const start *begun, otelmq_sampling_result *result)
{
    const otelmq_id_generator *generator = &begun->provider->id_generator;
    otelmq_span_context span_context = {
        .trace_id =
            begun->has_parent ? begun->parent_span_context->trace_id : new_trace_id(generator),
    };
    *result = sample(begun, span_context.trace_id);
    span_context.span_id = new_span_id(generator);
    span_context.trace_flags = random_flag(begun);
    if (result->decision == OTELMQ_SAMPLING_RECORD_AND_SAMPLE) {
        span_context.trace_flags |= OTELMQ_TRACE_FLAG_SAMPLED;
    }
    if (result->replaces_tracestate) {
        span_context.tracestate = result->tracestate;
    } else if (begun->has_parent) {
        span_context.tracestate = otelmq_tracestate_retain(begun->parent_span_context->tracestate);
    }
    return span_context;
}

static void fill_in_times(otelmq_span *span, uint64_t start_time_unix_nano)
{
    if (start_time_unix_nano != 0) {
        span->has_own_start = true;
        span->data.start_time_unix_nano = start_time_unix_nano;
        return;
    }
    span->start_monotonic_nano = otelmq_clock_monotonic_nano();
    span->data.start_time_unix_nano = otelmq_span_clock_unix_nano(span->start_monotonic_nano);
}

static void fill_in(otelmq_span *span, const start *begun)
{
    const otelmq_span_options *options = begun->options;
    if (begun->has_parent) {
        span->data.parent_span_id = begun->parent_span_context->span_id;
        span->data.parent_is_remote = begun->parent_span_context->is_remote;
    }
    span->data.kind = kind_of(options);
    span->data.scope = &begun->tracer->scope;
    span->data.name = otelmq_span_copy_text(span, &span->name_room, otelmq_str_from(begun->name),
                                            (otelmq_str){0});
    fill_in_times(span, options->start_time_unix_nano);
    otelmq_span_put_attributes(span, options->attributes, attribute_count(options));
    for (size_t i = 0; i < link_count(options); i++) {
        otelmq_span_put_link(span, &options->links[i]);
    }
}

static void call_on_start(otelmq_span *span, const start *begun)
{
    otelmq_tracer_provider *provider = begun->provider;
    otelmq_span_publish_attributes(span);
    if (!otelmq_tracer_provider_enter(provider)) {
        return;
    }
    for (size_t i = 0; i < provider->processor_count; i++) {
        otelmq_processor processor = provider->processors[i];
        if (processor.ops->on_start != NULL) {
            processor.ops->on_start(processor.self, span, begun->parent);
        }
    }
    otelmq_tracer_provider_leave(provider);
}

static void start_recording(otelmq_span *span, const otelmq_span_context *span_context,
                            const start *begun, const otelmq_sampling_result *result)
{
    otelmq_span_init_recording(span, span_context, begun->provider);
    fill_in(span, begun);
    otelmq_span_put_attributes(span, result->attributes, result->attribute_count);
    if (begun->provider->has_on_start) {
        call_on_start(span, begun);
    }
}

static otelmq_span *give_up(void)
{
    otelmq_stats_add(OTELMQ_STAT_SPANS_DROPPED_NO_MEMORY, 1);
    otelmq_diagnostics_report(OTELMQ_SEVERITY_ERROR, "A span was lost: there is no memory for it.");
    return &otelmq_span_nothing;
}

static otelmq_span *start_on_provider(const start *begun)
{
    otelmq_stats_add(OTELMQ_STAT_SPANS_STARTED, 1);
    otelmq_span *span = otelmq_span_pool_take();
    if (span == NULL) {
        return give_up();
    }
    otelmq_sampling_result result;
    otelmq_span_context span_context = new_span_context(begun, &result);
    bool is_sampled = otelmq_span_context_is_sampled(&span_context);
    if (!is_sampled || begun->provider->processor_count == 0) {
        otelmq_stats_add(OTELMQ_STAT_SPANS_UNSAMPLED, 1);
    }
    if (result.decision == OTELMQ_SAMPLING_DROP) {
        otelmq_span_init_silent(span, &span_context);
    } else {
        start_recording(span, &span_context, begun, &result);
    }
    return span;
}

static otelmq_tracer_provider *provider_of(const otelmq_tracer *tracer)
{
    otelmq_tracer_provider *provider =
        tracer->provider != NULL ? tracer->provider : otelmq_global_provider();
    bool is_usable = provider != NULL && !otelmq_tracer_provider_is_shut_down(provider);
    return is_usable ? provider : NULL;
}

otelmq_span *otelmq_tracer_start_span(otelmq_tracer *tracer, const char *name,
                                      const otelmq_span_options *options)
{
    static const otelmq_span_options defaults;
    start begun = {
        .tracer = tracer != NULL ? tracer : &otelmq_tracer_nameless,
        .name = name,
        .options = options != NULL ? options : &defaults,
    };
    begun.provider = provider_of(begun.tracer);
    begun.parent = begun.options->parent != NULL ? begun.options->parent : otelmq_context_current();
    begun.parent_span_context = otelmq_context_span_context(begun.parent);
    if (begun.provider == NULL) {
        return otelmq_span_create_passing(begun.parent_span_context);
    }
    begun.has_parent = otelmq_span_context_is_valid(begun.parent_span_context);
    return start_on_provider(&begun);
}
