/* SPDX-License-Identifier: Apache-2.0 */
#include "base/number.h"
#include "trace/sampling/composable.h"

#include <stdio.h>
#include <stdlib.h>

static otelmq_sampling_intent want_all(const void *self, const otelmq_sampling_input *input)
{
    (void)self;
    (void)input;
    return (otelmq_sampling_intent){.has_threshold = true, .is_adjusted_count_reliable = true};
}

static const char *describe_always_on(const void *self)
{
    (void)self;
    return "ComposableAlwaysOn";
}

static const otelmq_composable_sampler_ops always_on_ops = {
    .sampling_intent = want_all,
    .description = describe_always_on,
};

otelmq_composable_sampler otelmq_composable_always_on(void)
{
    return (otelmq_composable_sampler){&always_on_ops, NULL};
}

static otelmq_sampling_intent want_none(const void *self, const otelmq_sampling_input *input)
{
    (void)self;
    (void)input;
    return (otelmq_sampling_intent){0};
}

static const char *describe_always_off(const void *self)
{
    (void)self;
    return "ComposableAlwaysOff";
}

static const otelmq_composable_sampler_ops always_off_ops = {
    .sampling_intent = want_none,
    .description = describe_always_off,
};

otelmq_composable_sampler otelmq_composable_always_off(void)
{
    return (otelmq_composable_sampler){&always_off_ops, NULL};
}

typedef struct {
    otelmq_sampling_intent intent;
    char description[64];
} ratio_sampler;

static otelmq_sampling_intent want_part(const void *self, const otelmq_sampling_input *input)
{
    (void)input;
    const ratio_sampler *sampler = self;
    return sampler->intent;
}

static const char *describe_part(const void *self)
{
    const ratio_sampler *sampler = self;
    return sampler->description;
}

static const otelmq_composable_sampler_ops probability_ops = {
    .sampling_intent = want_part,
    .description = describe_part,
    .destroy = free,
};

otelmq_composable_sampler otelmq_composable_probability(double ratio)
{
    otelmq_sampling_intent intent = otelmq_sampling_intent_for_ratio(ratio, 0);
    if (!intent.has_threshold) {
        return otelmq_composable_always_off();
    }
    ratio_sampler *sampler = malloc(sizeof(*sampler));
    if (sampler == NULL) {
        return (otelmq_composable_sampler){0};
    }
    sampler->intent = intent;
    char text[OTELMQ_DOUBLE_SIZE];
    (void)otelmq_double_format(ratio < 1 ? ratio : 1, text);
    snprintf(sampler->description, sizeof(sampler->description), "ComposableProbability{%s}", text);
    return (otelmq_composable_sampler){&probability_ops, sampler};
}
