/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a start does in general, for any parent, sampler, generator and set of attributes, is spread
 * over many functions, and a thread that comes back from the kernel waits for each of them to be
 * fetched anew. This is the same for the most usual case, in one piece.
 */
#include "base/counters.h"
#include "base/likely.h"
#include "trace/random_ids.h"
#include "trace/sampler_decision.h"
#include "trace/span_clock.h"
#include "trace/span_object.h"
#include "trace/span_start.h"

/* Whether the provider's spans can be folded with that template and parent. */
static inline bool can_fold(const otelmq_tracer_provider *provider,
                            const otelmq_span_template *template, const otelmq_span_context *parent)
{
    return provider != NULL && provider->can_fold_spans &&
           otelmq_span_can_share(provider, template) && parent->tracestate == NULL;
}

/* Fills in all of the context but whether it is sampled. */
static inline void choose_ids(otelmq_span_context *own, const otelmq_span_context *parent,
                              bool has_parent)
{
    own->trace_flags = OTELMQ_TRACE_FLAG_RANDOM;
    if (has_parent) {
        own->trace_id = parent->trace_id;
        own->trace_flags = parent->trace_flags & OTELMQ_TRACE_FLAG_RANDOM;
    }
    otelmq_random_ids_fill_in(own, has_parent);
    own->is_remote = false;
    own->tracestate = NULL;
}

/* Whether to sample. A provider with a sampler of the user's does not fold. */
static inline bool decide(const otelmq_tracer_provider *provider, const otelmq_span_context *parent,
                          bool has_parent, const otelmq_trace_id *trace_id)
{
    otelmq_sampling_decision decision = provider->root_decision;
    if (OTELMQ_UNLIKELY(has_parent || !provider->decides_all_roots_alike)) {
        (void)otelmq_sampler_decide(&provider->sampler, parent, trace_id, &decision);
    }
    return decision != OTELMQ_SAMPLING_DROP;
}

enum { STORED_REFERENCES = 256 };

/* An atomic addition would wait until all that was written to the span has arrived. */
static inline void retain_template(otelmq_span_template *template)
{
    if (OTELMQ_UNLIKELY(template->stored == 0)) {
        atomic_fetch_add_explicit(&template->refcount.count, STORED_REFERENCES,
                                  memory_order_relaxed);
        template->stored = STORED_REFERENCES;
    }
    template->stored--;
}

static inline void init(otelmq_span *span, otelmq_tracer *tracer, otelmq_tracer_provider *provider,
                        otelmq_span_template *template)
{
    otelmq_tracer_retain_provider(tracer, provider);
    retain_template(template);
    otelmq_span_init_folded(span, provider, tracer, template);
    span->start_monotonic_nano = otelmq_clock_monotonic_nano();
    span->data.start_time_unix_nano = otelmq_span_clock_unix_nano(span->start_monotonic_nano);
}

__attribute__((hot)) otelmq_span *otelmq_tracer_start_folded(otelmq_tracer *tracer,
                                                             otelmq_span_template *template,
                                                             otelmq_span_kind kind,
                                                             const otelmq_span_context *parent)
{
    otelmq_tracer_provider *provider = otelmq_tracer_provider_of(tracer);
    otelmq_span *span = can_fold(provider, template, parent)
                            ? otelmq_span_pool_take(OTELMQ_SPAN_FOLDED_SIZE)
                            : NULL;
    if (OTELMQ_UNLIKELY(span == NULL)) {
        return NULL;
    }
    bool has_parent = otelmq_span_context_is_valid(parent);
    otelmq_span_context *own = &span->data.span_context;
    choose_ids(own, parent, has_parent);
    otelmq_counters_add(OTELMQ_STAT_SPANS_STARTED, 1);
    if (!decide(provider, parent, has_parent, &own->trace_id)) {
        otelmq_counters_add(OTELMQ_STAT_SPANS_UNSAMPLED, 1);
        otelmq_span_init_silent(span);
        return span;
    }
    own->trace_flags |= OTELMQ_TRACE_FLAG_SAMPLED;
    otelmq_counters_add(OTELMQ_STAT_SPANS_RECORDED, 1);
    init(span, tracer, provider, template);
    span->data.kind = kind;
    if (has_parent) {
        span->data.parent_span_id = parent->span_id;
        span->data.parent_is_remote = parent->is_remote;
    }
    return span;
}
