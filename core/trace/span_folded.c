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
#include "trace/span_object.h"
#include "trace/span_start.h"
#include "trace/ticks.h"

/* Whether the provider's spans can be folded with that template and parent. */
static inline bool can_fold(const otelmq_tracer_provider *provider,
                            const otelmq_span_template *template, const otelmq_span_context *parent)
{
    return provider != NULL && provider->can_fold_spans &&
           otelmq_span_can_share(provider, template) && parent->tracestate == NULL;
}

/* Whether to sample. A provider with a sampler of the user's does not fold. */
static inline bool decide(const otelmq_tracer_provider *provider, const otelmq_span_context *parent,
                          bool has_parent, const otelmq_drawn_ids *drawn)
{
    otelmq_sampling_decision decision = provider->root_decision;
    if (OTELMQ_UNLIKELY(has_parent || !provider->decides_all_roots_alike)) {
        otelmq_trace_id trace_id = parent->trace_id;
        if (!has_parent) {
            otelmq_drawn_ids_put_trace_id(drawn, &trace_id);
        }
        (void)otelmq_sampler_decide(&provider->sampler, parent, &trace_id, &decision);
    }
    return decision != OTELMQ_SAMPLING_DROP;
}

static inline void put_context(otelmq_span_context *own, const otelmq_span_context *parent,
                               bool has_parent, const otelmq_drawn_ids *drawn, bool is_sampled)
{
    own->trace_flags = OTELMQ_TRACE_FLAG_RANDOM;
    if (has_parent) {
        own->trace_id = parent->trace_id;
        own->trace_flags = parent->trace_flags & OTELMQ_TRACE_FLAG_RANDOM;
    }
    own->trace_flags |= is_sampled ? OTELMQ_TRACE_FLAG_SAMPLED : 0;
    otelmq_drawn_ids_put(drawn, own, has_parent);
    own->is_remote = false;
    own->tracestate = NULL;
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
    span->start_monotonic_nano = otelmq_ticks_now();
}

__attribute__((hot)) otelmq_span *otelmq_tracer_start_folded(otelmq_tracer *tracer,
                                                             otelmq_span_template *template,
                                                             otelmq_span_kind kind,
                                                             const otelmq_span_context *parent)
{
    otelmq_tracer_provider *provider = otelmq_tracer_provider_of(tracer);
    if (OTELMQ_UNLIKELY(!can_fold(provider, template, parent))) {
        return NULL;
    }
    bool has_parent = otelmq_span_context_is_valid(parent);
    otelmq_drawn_ids drawn;
    otelmq_random_ids_draw(&drawn, has_parent);
    bool is_sampled = decide(provider, parent, has_parent, &drawn);
    otelmq_span *span = otelmq_span_take_head();
    if (OTELMQ_UNLIKELY(span == NULL)) {
        return NULL;
    }
    put_context(&span->data.span_context, parent, has_parent, &drawn, is_sampled);
    otelmq_counters_add(OTELMQ_STAT_SPANS_STARTED, 1);
    if (!is_sampled) {
        otelmq_counters_add(OTELMQ_STAT_SPANS_UNSAMPLED, 1);
        otelmq_span_init_silent(span);
        return span;
    }
    otelmq_counters_add(OTELMQ_STAT_SPANS_RECORDED, 1);
    init(span, tracer, provider, template);
    span->data.kind = kind;
    if (has_parent) {
        span->data.parent_span_id = parent->span_id;
        span->data.parent_is_remote = parent->is_remote;
    }
    return span;
}
