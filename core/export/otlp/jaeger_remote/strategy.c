/* SPDX-License-Identifier: Apache-2.0 */
#include "export/otlp/jaeger_remote/strategy.h"

#include "base/clock.h"
#include "base/refcount.h"
#include "export/otlp/jaeger_remote/operations.h"

#include <otelmq/composable_sampler.h>

#include <stdlib.h>

typedef enum { ONE_SAMPLER, RATE_LIMITING, PER_OPERATION } strategy_kind;

struct otelmq_jaeger_strategy {
    otelmq_refcount refcount;
    strategy_kind kind;
    otelmq_sampler sampler; /* of ONE_SAMPLER */
    otelmq_rate_limiter limiter; /* of RATE_LIMITING */
    otelmq_jaeger_operations *operations; /* of PER_OPERATION */
    /* What a rate lets through, or stops, has no known probability: no threshold must travel. */
    otelmq_sampler uncounted;
    otelmq_sampler never;
};

static otelmq_sampling_intent want_uncounted(const void *self, const otelmq_sampling_input *input)
{
    (void)self;
    (void)input;
    return (otelmq_sampling_intent){.has_threshold = true};
}

static const otelmq_composable_sampler_ops uncounted_ops = {.sampling_intent = want_uncounted};

static otelmq_jaeger_strategy *create(strategy_kind kind)
{
    otelmq_jaeger_strategy *strategy = calloc(1, sizeof(*strategy));
    if (strategy != NULL) {
        otelmq_refcount_init(&strategy->refcount);
        strategy->kind = kind;
    }
    return strategy;
}

static otelmq_jaeger_strategy *create_with_rate(strategy_kind kind)
{
    otelmq_jaeger_strategy *strategy = create(kind);
    if (strategy == NULL) {
        return NULL;
    }
    strategy->uncounted =
        otelmq_sampler_composite((otelmq_composable_sampler){&uncounted_ops, NULL});
    strategy->never = otelmq_sampler_composite(otelmq_composable_always_off());
    if (strategy->uncounted.ops == NULL || strategy->never.ops == NULL) {
        otelmq_jaeger_strategy_release(strategy);
        return NULL;
    }
    return strategy;
}

otelmq_jaeger_strategy *otelmq_jaeger_strategy_create(otelmq_sampler sampler)
{
    otelmq_jaeger_strategy *strategy = sampler.ops != NULL ? create(ONE_SAMPLER) : NULL;
    if (strategy == NULL) {
        otelmq_sampler_destroy(sampler);
        return NULL;
    }
    strategy->sampler = sampler;
    return strategy;
}

otelmq_jaeger_strategy *otelmq_jaeger_strategy_create_rate_limiting(double per_second)
{
    otelmq_jaeger_strategy *strategy = create_with_rate(RATE_LIMITING);
    if (strategy != NULL) {
        otelmq_rate_limiter_init(&strategy->limiter, per_second);
    }
    return strategy;
}

otelmq_jaeger_strategy *otelmq_jaeger_strategy_create_per_operation(double ratio,
                                                                    double lower_bound_per_second)
{
    otelmq_jaeger_strategy *strategy = create_with_rate(PER_OPERATION);
    if (strategy == NULL) {
        return NULL;
    }
    strategy->operations = otelmq_jaeger_operations_create(otelmq_sampler_probability(ratio, 0),
                                                           lower_bound_per_second);
    if (strategy->operations == NULL) {
        otelmq_jaeger_strategy_release(strategy);
        return NULL;
    }
    return strategy;
}

bool otelmq_jaeger_strategy_add_operation(otelmq_jaeger_strategy *strategy, otelmq_str name,
                                          double ratio)
{
    return otelmq_jaeger_operations_add(strategy->operations, name,
                                        otelmq_sampler_probability(ratio, 0));
}

void otelmq_jaeger_strategy_continue(otelmq_jaeger_strategy *strategy,
                                     const otelmq_jaeger_strategy *before)
{
    if (before == NULL || before->kind != strategy->kind) {
        return;
    }
    uint64_t now = otelmq_clock_monotonic_nano();
    if (strategy->kind == RATE_LIMITING) {
        otelmq_rate_limiter_continue(&strategy->limiter, &before->limiter, now);
    } else if (strategy->kind == PER_OPERATION) {
        otelmq_jaeger_operations_continue(strategy->operations, before->operations, now);
    }
}

static otelmq_sampling_result ask(otelmq_sampler sampler, const otelmq_sampling_input *input)
{
    return sampler.ops->should_sample(sampler.self, input);
}

static otelmq_sampling_result decide_by_rate(otelmq_jaeger_strategy *strategy,
                                             const otelmq_sampling_input *input)
{
    bool is_due = otelmq_rate_limiter_take(&strategy->limiter, otelmq_clock_monotonic_nano());
    return ask(is_due ? strategy->uncounted : strategy->never, input);
}

/* What the probability samples counts for the lower bound, which fills up only what is missing. */
static otelmq_sampling_result decide_by_operation(otelmq_jaeger_strategy *strategy,
                                                  const otelmq_sampling_input *input)
{
    otelmq_jaeger_operation *operation =
        otelmq_jaeger_operations_get(strategy->operations, input->name);
    if (operation == NULL) {
        return ask(otelmq_jaeger_operations_usual(strategy->operations), input);
    }
    otelmq_sampling_result result = ask(operation->probability, input);
    bool is_due = otelmq_rate_limiter_take(&operation->lower_bound, otelmq_clock_monotonic_nano());
    if (result.decision == OTELMQ_SAMPLING_DROP && is_due) {
        otelmq_tracestate_release(result.tracestate);
        result = ask(strategy->uncounted, input);
    }
    return result;
}

otelmq_sampling_result otelmq_jaeger_strategy_decide(otelmq_jaeger_strategy *strategy,
                                                     const otelmq_sampling_input *input)
{
    switch (strategy->kind) {
    case RATE_LIMITING:
        return decide_by_rate(strategy, input);
    case PER_OPERATION:
        return decide_by_operation(strategy, input);
    case ONE_SAMPLER:
        break;
    }
    return ask(strategy->sampler, input);
}

void otelmq_jaeger_strategy_retain(otelmq_jaeger_strategy *strategy)
{
    otelmq_refcount_retain(&strategy->refcount);
}

void otelmq_jaeger_strategy_release(otelmq_jaeger_strategy *strategy)
{
    if (strategy == NULL || !otelmq_refcount_release(&strategy->refcount)) {
        return;
    }
    otelmq_sampler_destroy(strategy->sampler);
    otelmq_sampler_destroy(strategy->uncounted);
    otelmq_sampler_destroy(strategy->never);
    otelmq_jaeger_operations_destroy(strategy->operations);
    free(strategy);
}
