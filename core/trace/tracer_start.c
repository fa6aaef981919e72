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
    bool has_reference; /* to provider, which the span takes over */
    otelmq_sampling_result sampled;
} start;

/* All zero is no id. (Specification: trace/api.md, "SpanContext".) */
static uint64_t nonzero(uint64_t bits)
{
    return bits != 0 ? bits : 1;
}

/* Word by word: to copy two at once would wait until both were stored. */
static void put_word(uint8_t *bytes, uint64_t word)
{
    memcpy(bytes, &word, sizeof(word));
}

/* Both at once, before the sampler is asked, because that is quicker; it sees the trace id only. */
static void fill_in_random_ids(otelmq_span_context *own, bool has_parent)
{
    uint64_t words[3];
    otelmq_random_fill(words, has_parent ? 1 : 3);
    put_word(own->span_id.bytes, nonzero(words[0]));
    if (!has_parent) {
        put_word(own->trace_id.bytes, words[1]);
        put_word(own->trace_id.bytes + sizeof(words[1]), nonzero(words[2]));
    }
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

static void ask_sampler(start *begun, const otelmq_trace_id *trace_id)
{
    otelmq_sampling_input input = {
        .parent = begun->parent,
        .trace_id = *trace_id,
        .is_trace_id_random = random_flag(begun) != 0,
        .name = otelmq_str_from(begun->name),
        .kind = kind_of(begun->options),
        .attributes = begun->options->attributes,
        .attribute_count = attribute_count(begun->options),
        .links = begun->options->links,
        .link_count = link_count(begun->options),
    };
    const otelmq_sampler *sampler = &begun->provider->sampler;
    begun->sampled = sampler->ops->should_sample(sampler->self, &input);
}

static void sample(start *begun, const otelmq_trace_id *trace_id)
{
    if (!otelmq_sampler_decide(&begun->provider->sampler, begun->parent_span_context, trace_id,
                               &begun->sampled.decision)) {
        ask_sampler(begun, trace_id);
    }
}

static const otelmq_tracestate *choose_tracestate(const start *begun)
{
    if (begun->sampled.replaces_tracestate) {
        return begun->sampled.tracestate;
    }
    /* A root span has one too, if the program put it into the context that it starts from. */
    const otelmq_tracestate *inherited = begun->parent_span_context->tracestate;
    return inherited != NULL ? otelmq_tracestate_retain(inherited) : NULL;
}

/*
 * Trace id, sampling, span id: in this order. They are written where they belong, because copying
 * what was just written in parts is slow. (Specification: trace/sdk.md, "SDK Span creation".)
 */
static void fill_in_span_context(start *begun, otelmq_span_context *own)
{
    const otelmq_id_generator *generator = &begun->provider->id_generator;
    if (begun->has_parent) {
        own->trace_id = begun->parent_span_context->trace_id;
    } else if (generator->ops != NULL) {
        generator->ops->trace_id(generator->self, &own->trace_id);
    }
    if (generator->ops == NULL) {
        fill_in_random_ids(own, begun->has_parent);
    }
    sample(begun, &own->trace_id);
    if (generator->ops != NULL) {
        generator->ops->span_id(generator->self, &own->span_id);
    }
    bool is_sampled = begun->sampled.decision == OTELMQ_SAMPLING_RECORD_AND_SAMPLE;
    own->trace_flags = (uint8_t)(random_flag(begun) | (is_sampled ? OTELMQ_TRACE_FLAG_SAMPLED : 0));
    own->is_remote = false;
    own->tracestate = choose_tracestate(begun);
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
    if (options->attributes != NULL) {
        otelmq_span_put_attributes(span, options->attributes, options->attribute_count);
    }
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

/* From the store of the thread where there is one. */
static void retain_provider(const start *begun)
{
    if (begun->tracer->provider == NULL) {
        otelmq_global_provider_retain();
    } else {
        otelmq_tracer_provider_retain(begun->provider, 1);
    }
}

/* What a span that does not record leaves behind. */
static void give_reference_back(const start *begun)
{
    if (begun->has_reference) {
        otelmq_tracer_provider_release(begun->provider, 1);
    }
}

static void release_sampled_attributes(const otelmq_sampling_result *sampled)
{
    if (sampled->attribute_count > 0 && sampled->release_attributes != NULL) {
        sampled->release_attributes(sampled->attributes);
    }
}

static void start_recording(otelmq_span *span, const start *begun)
{
    if (!begun->has_reference) {
        retain_provider(begun);
    }
    otelmq_stats_add(OTELMQ_STAT_SPANS_RECORDED, 1);
    otelmq_span_init_recording(span, begun->provider);
    fill_in(span, begun);
    if (begun->sampled.attribute_count > 0) {
        otelmq_span_put_attributes(span, begun->sampled.attributes, begun->sampled.attribute_count);
        release_sampled_attributes(&begun->sampled);
    }
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

static otelmq_span *start_on_provider(start *begun)
{
    otelmq_stats_add(OTELMQ_STAT_SPANS_STARTED, 1);
    otelmq_span *span = otelmq_span_take();
    if (span == NULL) {
        give_reference_back(begun);
        return give_up();
    }
    fill_in_span_context(begun, &span->data.span_context);
    if (!otelmq_span_is_sampled(span) || begun->provider->processor_count == 0) {
        otelmq_stats_add(OTELMQ_STAT_SPANS_UNSAMPLED, 1);
    }
    if (begun->sampled.decision == OTELMQ_SAMPLING_DROP) {
        otelmq_span_init_silent(span);
        release_sampled_attributes(&begun->sampled);
        give_reference_back(begun);
    } else {
        start_recording(span, begun);
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

/* (Specification: trace/sdk.md, "Enabled".) */
bool otelmq_tracer_is_enabled(const otelmq_tracer *tracer)
{
    const otelmq_tracer_provider *provider =
        provider_of(tracer != NULL ? tracer : &otelmq_tracer_nameless);
    return provider != NULL && provider->processor_count > 0;
}

otelmq_span *otelmq_tracer_start_span(otelmq_tracer *tracer, const char *name,
                                      const otelmq_span_options *options)
{
    static const otelmq_span_options defaults;
    /* Field by field: an initializer would clear the large rest of it for every span. */
    start begun;
    begun.tracer = tracer != NULL ? tracer : &otelmq_tracer_nameless;
    begun.options = options != NULL ? options : &defaults;
    begun.provider = provider_of(begun.tracer);
    begun.parent = begun.options->parent != NULL ? begun.options->parent : otelmq_context_current();
    begun.parent_span_context = otelmq_context_span_context(begun.parent);
    if (begun.provider == NULL) {
        return otelmq_span_create_passing(begun.parent_span_context);
    }
    begun.has_parent = otelmq_span_context_is_valid(begun.parent_span_context);
    /* The user's sampler may start spans itself, and this thread then let go of the provider. */
    begun.has_reference = begun.provider->calls_user_at_start;
    if (begun.has_reference) {
        otelmq_tracer_provider_retain(begun.provider, 1);
    }
    begun.name = name;
    begun.sampled.attribute_count = 0;
    begun.sampled.replaces_tracestate = false;
    return start_on_provider(&begun);
}
