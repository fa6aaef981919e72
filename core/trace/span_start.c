/* SPDX-License-Identifier: Apache-2.0 */
#include "trace/span_start.h"

#include "base/counters.h"
#include "trace/random_ids.h"
#include "trace/sampler_decision.h"

#include <otelmq/stats.h>

static const otelmq_span_options DEFAULTS;

/* The child of a trace whose id is random says so too. (Trace Context Level 2, 3.2.2.5.2.) */
static uint8_t random_flag(const otelmq_span_start *begun)
{
    const otelmq_id_generator *generator = &begun->provider->id_generator;
    if (begun->has_parent) {
        return begun->parent_span_context->trace_flags & OTELMQ_TRACE_FLAG_RANDOM;
    }
    return generator->ops == NULL || generator->ops->is_random ? OTELMQ_TRACE_FLAG_RANDOM : 0;
}

enum { SAMPLED_ATTRIBUTES_MAX = 64 };

/* Those of the template and the options', as far as there is room, in one list. */
static size_t join_attributes(const otelmq_span_start *begun,
                              otelmq_attribute joined[SAMPLED_ATTRIBUTES_MAX])
{
    size_t count = 0;
    const otelmq_span_template *template = begun->template;
    for (size_t i = 0; i < template->attribute_count && count < SAMPLED_ATTRIBUTES_MAX; i++) {
        joined[count++] = template->attributes[i];
    }
    size_t own_count = otelmq_span_start_attribute_count(begun->options);
    for (size_t i = 0; i < own_count && count < SAMPLED_ATTRIBUTES_MAX; i++) {
        joined[count++] = begun->options->attributes[i];
    }
    return count;
}

static void ask_sampler(otelmq_span_start *begun, const otelmq_trace_id *trace_id)
{
    otelmq_attribute joined[SAMPLED_ATTRIBUTES_MAX];
    otelmq_sampling_input input = {
        .parent = begun->parent,
        .trace_id = *trace_id,
        .is_trace_id_random = random_flag(begun) != 0,
        .name = otelmq_span_start_name(begun),
        .kind = otelmq_span_start_kind(begun->options),
        .attributes = begun->options->attributes,
        .attribute_count = otelmq_span_start_attribute_count(begun->options),
        .links = begun->options->links,
        .link_count = otelmq_span_start_link_count(begun->options),
    };
    if (begun->template != NULL) {
        input.attributes = joined;
        input.attribute_count = join_attributes(begun, joined);
    }
    const otelmq_sampler *sampler = &begun->provider->sampler;
    begun->sampled = sampler->ops->should_sample(sampler->self, &input);
}

static void sample(otelmq_span_start *begun, const otelmq_trace_id *trace_id)
{
    if (!otelmq_sampler_decide(&begun->provider->sampler, begun->parent_span_context, trace_id,
                               &begun->sampled.decision)) {
        ask_sampler(begun, trace_id);
    }
}

static const otelmq_tracestate *choose_tracestate(const otelmq_span_start *begun)
{
    if (begun->sampled.replaces_tracestate) {
        return begun->sampled.tracestate;
    }
    /* A root span has one too, if the program put it into the context that it starts from. */
    const otelmq_tracestate *inherited = begun->parent_span_context->tracestate;
    return inherited != NULL ? otelmq_tracestate_retain(inherited) : NULL;
}

static void count(const otelmq_span_start *begun, const otelmq_span_context *own)
{
    if (!otelmq_span_context_is_sampled(own) || begun->provider->processor_count == 0) {
        otelmq_counters_add(OTELMQ_STAT_SPANS_UNSAMPLED, 1);
    }
    if (begun->sampled.decision != OTELMQ_SAMPLING_DROP) {
        otelmq_counters_add(OTELMQ_STAT_SPANS_RECORDED, 1);
    }
}

/*
 * Trace id, sampling, span id: in this order. They are written where they belong, because copying
 * what was just written in parts is slow. (Specification: trace/sdk.md, "SDK Span creation".)
 */
__attribute__((hot)) void otelmq_span_start_choose(otelmq_span_start *begun,
                                                   otelmq_span_context *own)
{
    const otelmq_id_generator *generator = &begun->provider->id_generator;
    if (begun->has_parent) {
        own->trace_id = begun->parent_span_context->trace_id;
    } else if (generator->ops != NULL) {
        generator->ops->trace_id(generator->self, &own->trace_id);
    }
    if (generator->ops == NULL) {
        otelmq_random_ids_fill_in(own, begun->has_parent);
    }
    sample(begun, &own->trace_id);
    if (generator->ops != NULL) {
        generator->ops->span_id(generator->self, &own->span_id);
    }
    bool is_sampled = begun->sampled.decision == OTELMQ_SAMPLING_RECORD_AND_SAMPLE;
    own->trace_flags = (uint8_t)(random_flag(begun) | (is_sampled ? OTELMQ_TRACE_FLAG_SAMPLED : 0));
    own->is_remote = false;
    own->tracestate = choose_tracestate(begun);
    count(begun, own);
}

/* (Specification: trace/sdk.md, "Enabled".) */
bool otelmq_tracer_is_enabled(const otelmq_tracer *tracer)
{
    const otelmq_tracer_provider *provider =
        otelmq_tracer_provider_of(tracer != NULL ? tracer : &otelmq_tracer_nameless);
    return provider != NULL && provider->processor_count > 0;
}

/* Field by field: an initializer would clear the large rest of it for every span. */
__attribute__((hot)) void otelmq_span_start_init(otelmq_span_start *begun, otelmq_tracer *tracer,
                                                 const char *name,
                                                 const otelmq_span_options *options)
{
    begun->tracer = tracer != NULL ? tracer : &otelmq_tracer_nameless;
    begun->options = options != NULL ? options : &DEFAULTS;
    begun->provider = otelmq_tracer_provider_of(begun->tracer);
    begun->parent =
        begun->options->parent != NULL ? begun->options->parent : otelmq_context_current();
    begun->parent_span_context = otelmq_context_span_context(begun->parent);
    begun->has_parent = otelmq_span_context_is_valid(begun->parent_span_context);
    begun->name = name;
    begun->template = NULL;
    begun->has_reference = false;
    begun->seed = NULL;
    begun->sampled.attribute_count = 0;
    begun->sampled.replaces_tracestate = false;
}
