/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The first half of starting a span, which a seed has in common with it: whose child it is, its
 * ids, and whether it is sampled. Then memory is taken and filled in, at once or when the seed
 * grows. All borrowed, for the call that starts it.
 */
#ifndef OTELMQ_TRACE_SPAN_START_H
#define OTELMQ_TRACE_SPAN_START_H

#include "trace/global_provider.h"
#include "trace/provider.h"
#include "trace/span_template.h"

#include <otelmq/span_seed.h>

/* All that is known when a span starts. */
typedef struct {
    otelmq_tracer *tracer;
    otelmq_tracer_provider *provider; /* NULL: without an SDK, or after its shutdown */
    const char *name; /* unless there is a template */
    otelmq_span_template *template; /* NULL: none */
    const otelmq_span_options *options;
    const otelmq_context *parent;
    const otelmq_span_context *parent_span_context;
    bool has_parent;
    bool has_reference; /* to provider, which the span takes over */
    const otelmq_span_seed *seed; /* that the span grows from; NULL: it starts now */
    otelmq_sampling_result sampled;
} otelmq_span_start;

/* Where the spans of the tracer go now; NULL: nowhere. */
static inline otelmq_tracer_provider *otelmq_tracer_provider_of(const otelmq_tracer *tracer)
{
    otelmq_tracer_provider *provider =
        tracer->provider != NULL ? tracer->provider : otelmq_global_provider();
    bool is_usable = provider != NULL && !otelmq_tracer_provider_is_shut_down(provider);
    return is_usable ? provider : NULL;
}

/* A reference to that provider, from the store of the thread where there is one. */
static inline void otelmq_tracer_retain_provider(const otelmq_tracer *tracer,
                                                 otelmq_tracer_provider *provider)
{
    if (tracer->provider == NULL) {
        otelmq_global_provider_retain();
    } else {
        otelmq_tracer_provider_retain(provider, 1);
    }
}

/* Fills in all but sampled. options NULL: all defaults. */
void otelmq_span_start_init(otelmq_span_start *begun, otelmq_tracer *tracer, const char *name,
                            const otelmq_span_options *options);

/*
 * Chooses the ids of the span and asks the sampler, which becomes sampled and is counted. The
 * tracestate of own is a reference.
 */
void otelmq_span_start_choose(otelmq_span_start *begun, otelmq_span_context *own);

/* The second half: makes span, whose context is filled in, a recording one. */
void otelmq_span_start_record(const otelmq_span_start *begun, otelmq_span *span);

/* Counts and reports a span for which there is no memory; returns what stands for it. */
otelmq_span *otelmq_span_start_give_up(void);

static inline otelmq_str otelmq_span_start_name(const otelmq_span_start *begun)
{
    return begun->template != NULL ? begun->template->name : otelmq_str_from(begun->name);
}

/* What the options say, or mean by saying nothing. */
static inline size_t otelmq_span_start_attribute_count(const otelmq_span_options *options)
{
    return options->attributes != NULL ? options->attribute_count : 0;
}

static inline size_t otelmq_span_start_link_count(const otelmq_span_options *options)
{
    return options->links != NULL ? options->link_count : 0;
}

static inline otelmq_span_kind otelmq_span_start_kind(const otelmq_span_options *options)
{
    return options->kind != 0 ? options->kind : OTELMQ_SPAN_INTERNAL;
}

#endif
