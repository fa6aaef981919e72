/* SPDX-License-Identifier: Apache-2.0 */
#include "propagation/sampling_state.h"

#include <stdlib.h>

/*
 * Kept with the ids that it came with, because a context may be in another trace by the time that
 * it is injected: an extraction or a new root span on top of it leaves the values of a context.
 */
static const otelmq_context_key KEPT = {"sampling of B3 and Jaeger"};

static bool is_same_trace(otelmq_trace_id a, otelmq_trace_id b)
{
    return memcmp(&a, &b, sizeof(a)) == 0;
}

static bool is_same_span(const otelmq_sampled_ids *ids, const otelmq_span_context *span_context)
{
    return is_same_trace(ids->trace_id, span_context->trace_id) &&
           memcmp(&ids->span_id, &span_context->span_id, sizeof(ids->span_id)) == 0;
}

/*
 * Debug is for the whole trace, or for the one that starts here when no ids came; anything else is
 * for the span that it came with, because a span of our own has the decision of our sampler.
 */
static bool applies(const otelmq_sampled_ids *kept, const otelmq_span_context *span_context)
{
    if (!otelmq_span_context_is_valid(span_context)) {
        return !otelmq_sampled_ids_are_valid(kept);
    }
    if (kept->sampling != OTELMQ_SAMPLING_STATE_DEBUG) {
        return is_same_span(kept, span_context);
    }
    return otelmq_sampled_ids_are_valid(kept)
               ? is_same_trace(kept->trace_id, span_context->trace_id)
               : !span_context->is_remote;
}

/* Some formats have room for the right half of a trace id only. */
static bool is_right_half(otelmq_trace_id half, otelmq_trace_id whole)
{
    static const uint8_t zeros[sizeof(half.bytes) / 2];
    return memcmp(half.bytes, zeros, sizeof(zeros)) == 0 &&
           memcmp(half.bytes + sizeof(zeros), whole.bytes + sizeof(zeros), sizeof(zeros)) == 0;
}

/* Whether other headers named this span already: a sender may write several formats. */
static bool is_known_span(const otelmq_span_context *before, const otelmq_sampled_ids *ids)
{
    return before->is_remote &&
           memcmp(&before->span_id, &ids->span_id, sizeof(ids->span_id)) == 0 &&
           (is_same_trace(before->trace_id, ids->trace_id) ||
            is_right_half(ids->trace_id, before->trace_id));
}

/* What one header could not say stays as another one has said it. */
static otelmq_sampling_state combine(otelmq_sampling_state before, otelmq_sampling_state extracted)
{
    bool is_same_flag =
        otelmq_sampling_state_is_positive(before) == otelmq_sampling_state_is_positive(extracted);
    bool is_fuller =
        before == OTELMQ_SAMPLING_STATE_DEBUG || before == OTELMQ_SAMPLING_STATE_DEFERRED;
    return is_same_flag && is_fuller ? before : extracted;
}

/* None of these formats knows of the random flag and the tracestate. */
static otelmq_span_context make_span_context(const otelmq_sampled_ids *ids,
                                             const otelmq_span_context *known)
{
    bool is_sampled = otelmq_sampling_state_is_positive(ids->sampling);
    otelmq_span_context made = {
        .trace_id = ids->trace_id,
        .span_id = ids->span_id,
        .trace_flags = is_sampled ? OTELMQ_TRACE_FLAG_SAMPLED : 0,
        .is_remote = true,
    };
    if (known != NULL) {
        made.trace_id = known->trace_id;
        made.trace_flags |= known->trace_flags & OTELMQ_TRACE_FLAG_RANDOM;
        made.tracestate = known->tracestate;
    }
    return made;
}

/* Whether flags do not say it all, or something that was kept before must be hidden. */
static bool must_be_kept(const otelmq_context *parent, otelmq_sampling_state sampling)
{
    return sampling == OTELMQ_SAMPLING_STATE_DEFERRED || sampling == OTELMQ_SAMPLING_STATE_DEBUG ||
           otelmq_context_value(parent, &KEPT) != NULL;
}

static otelmq_sampling_state sampling_of_flags(const otelmq_span_context *span_context)
{
    if (!otelmq_span_context_is_valid(span_context)) {
        return OTELMQ_SAMPLING_STATE_DEFERRED;
    }
    return otelmq_span_context_is_sampled(span_context) ? OTELMQ_SAMPLING_STATE_ACCEPTED
                                                        : OTELMQ_SAMPLING_STATE_DENIED;
}

otelmq_sampled_ids otelmq_context_sampled_ids(const otelmq_context *context)
{
    const otelmq_span_context *span_context = otelmq_context_span_context(context);
    const otelmq_sampled_ids *kept = otelmq_context_value(context, &KEPT);
    bool is_kept = kept != NULL && applies(kept, span_context);
    return (otelmq_sampled_ids){
        .trace_id = span_context->trace_id,
        .span_id = span_context->span_id,
        .sampling = is_kept ? kept->sampling : sampling_of_flags(span_context),
    };
}

/* *Owns* parent. */
static const otelmq_context *with_kept(const otelmq_context *parent, const otelmq_sampled_ids *ids)
{
    otelmq_sampled_ids *kept = malloc(sizeof(*kept));
    if (kept == NULL) {
        return parent;
    }
    *kept = *ids;
    const otelmq_context *context = otelmq_context_with_value(parent, &KEPT, kept, free);
    otelmq_context_release(parent);
    return context;
}

static const otelmq_context *with_state_only(const otelmq_context *parent,
                                             const otelmq_sampled_ids *extracted)
{
    bool is_new = extracted->sampling != OTELMQ_SAMPLING_STATE_DEFERRED &&
                  !otelmq_span_context_is_valid(otelmq_context_span_context(parent));
    parent = otelmq_context_retain(parent);
    return is_new ? with_kept(parent, extracted) : parent;
}

const otelmq_context *otelmq_context_with_sampled_ids(const otelmq_context *parent,
                                                      const otelmq_sampled_ids *extracted)
{
    if (!otelmq_sampled_ids_are_valid(extracted)) {
        return with_state_only(parent, extracted);
    }
    const otelmq_span_context *before = otelmq_context_span_context(parent);
    bool is_known = is_known_span(before, extracted);
    otelmq_span_context made = make_span_context(extracted, is_known ? before : NULL);
    otelmq_sampled_ids ids = {made.trace_id, made.span_id, extracted->sampling};
    if (is_known) {
        ids.sampling = combine(otelmq_context_sampled_ids(parent).sampling, extracted->sampling);
    }
    const otelmq_context *traced = otelmq_context_with_span_context(parent, &made);
    return must_be_kept(parent, ids.sampling) ? with_kept(traced, &ids) : traced;
}
