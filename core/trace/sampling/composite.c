/* SPDX-License-Identifier: Apache-2.0 */
#include "base/unconst.h"
#include "trace/sampling/composable.h"
#include "trace/sampling/consistent.h"
#include "trace/sampling/description.h"
#include "trace/sampling/threshold.h"

#include <otelmq/diagnostics.h>

#include <stdlib.h>

typedef struct {
    otelmq_composable_sampler composable;
    char *description;
} composite_sampler;

static otelmq_sampling_intent ask(const composite_sampler *sampler,
                                  const otelmq_sampling_input *input)
{
    otelmq_sampling_input shown = *input;
    shown.trace_id = (otelmq_trace_id){{0}};
    return otelmq_composable_ask(sampler->composable, &shown);
}

/* A threshold that counts nothing need not agree with other services: any dice will do. */
static bool is_sampled(const otelmq_sampling_intent *intent, const otelmq_randomness *randomness)
{
    uint64_t bits =
        intent->is_adjusted_count_reliable ? randomness->bits : otelmq_randomness_fresh();
    return intent->has_threshold && bits >= intent->threshold;
}

/* tracestate with the member "ot" that it had at first. Takes the reference over. */
static const otelmq_tracestate *keep_ot(const otelmq_tracestate *tracestate,
                                        const otelmq_tracestate *first)
{
    otelmq_str key = OTELMQ_STR("ot");
    otelmq_str ot = otelmq_tracestate_get(first, key);
    if (otelmq_str_equal(otelmq_tracestate_get(tracestate, key), ot)) {
        return tracestate;
    }
    otelmq_diagnostics_report(
        OTELMQ_SEVERITY_WARNING,
        "A composable sampler changed the member \"ot\" of a tracestate, which "
        "it must leave alone: the change was undone.");
    const otelmq_tracestate *restored = NULL;
    otelmq_status status = ot.len > 0 ? otelmq_tracestate_with(tracestate, key, ot, &restored)
                                      : otelmq_tracestate_without(tracestate, key, &restored);
    otelmq_tracestate_release(tracestate);
    return status == OTELMQ_OK ? restored : otelmq_tracestate_retain(first);
}

static const otelmq_tracestate *provide_tracestate(const otelmq_sampling_intent *intent,
                                                   const otelmq_tracestate *first,
                                                   otelmq_sampling_decision decision)
{
    const otelmq_tracestate *tracestate = otelmq_tracestate_retain(first);
    for (uint32_t i = 0; i < intent->tracestate_provider_count; i++) {
        otelmq_tracestate_provider provider = intent->tracestate_providers[i];
        const otelmq_tracestate *before = tracestate;
        tracestate = provider.ops->tracestate(provider.self, before, decision);
        otelmq_tracestate_release(before);
    }
    return keep_ot(tracestate, first);
}

static const otelmq_tracestate *make_tracestate(const otelmq_sampling_intent *intent,
                                                const otelmq_tracestate *first,
                                                const otelmq_randomness *randomness,
                                                otelmq_sampling_decision decision)
{
    bool is_counted =
        decision == OTELMQ_SAMPLING_RECORD_AND_SAMPLE && intent->is_adjusted_count_reliable;
    const otelmq_tracestate *provided = provide_tracestate(intent, first, decision);
    const otelmq_tracestate *made =
        otelmq_consistent_tracestate(provided, randomness, is_counted ? &intent->threshold : NULL);
    otelmq_tracestate_release(provided);
    return made;
}

static void release_joined(const otelmq_attribute *attributes)
{
    free(otelmq_unconst(attributes));
}

/* Adds a provider's attributes to those of the result, in memory of the result's own. */
static void join(otelmq_sampling_result *result, const otelmq_attribute *added, size_t count)
{
    size_t before = result->attribute_count;
    otelmq_attribute *joined = malloc((before + count) * sizeof(*joined));
    if (joined == NULL) {
        otelmq_diagnostics_report(OTELMQ_SEVERITY_ERROR,
                                  "A sampler's attributes were left out: there is no memory.");
        return;
    }
    memcpy(joined, result->attributes, before * sizeof(*joined));
    memcpy(joined + before, added, count * sizeof(*joined));
    if (result->release_attributes != NULL) {
        result->release_attributes(result->attributes);
    }
    result->attributes = joined;
    result->attribute_count = before + count;
    result->release_attributes = release_joined;
}

/* The attributes of the only provider that has any, as usual, are not copied. */
static void add_attributes(otelmq_sampling_result *result, const otelmq_sampling_intent *intent,
                           const otelmq_sampling_input *input)
{
    for (uint32_t i = 0; i < intent->attributes_provider_count; i++) {
        otelmq_attributes_provider provider = intent->attributes_providers[i];
        const otelmq_attribute *added = NULL;
        size_t count = provider.ops->attributes(provider.self, input, &added);
        if (count > 0 && result->attribute_count > 0) {
            join(result, added, count);
        } else if (count > 0) {
            result->attributes = added;
            result->attribute_count = count;
        }
    }
}

static otelmq_sampling_result should_sample(const void *self, const otelmq_sampling_input *input)
{
    const otelmq_tracestate *before = otelmq_context_span_context(input->parent)->tracestate;
    otelmq_sampling_intent intent = ask(self, input);
    otelmq_randomness randomness = otelmq_randomness_of(input, before);
    otelmq_sampling_result result = {.replaces_tracestate = true};
    if (is_sampled(&intent, &randomness)) {
        result.decision = OTELMQ_SAMPLING_RECORD_AND_SAMPLE;
        add_attributes(&result, &intent, input);
    }
    result.tracestate = make_tracestate(&intent, before, &randomness, result.decision);
    return result;
}

static const char *description(const void *self)
{
    const composite_sampler *sampler = self;
    return sampler->description;
}

static void destroy(void *self)
{
    composite_sampler *sampler = self;
    otelmq_composable_sampler_destroy(sampler->composable);
    free(sampler->description);
    free(sampler);
}

static const otelmq_sampler_ops composite_ops = {
    .should_sample = should_sample,
    .description = description,
    .destroy = destroy,
};

otelmq_sampler otelmq_sampler_composite(otelmq_composable_sampler composable)
{
    if (composable.ops == NULL) {
        return (otelmq_sampler){0};
    }
    composite_sampler *sampler = malloc(sizeof(*sampler));
    char *text = otelmq_describe("CompositeSampler", otelmq_composable_description(composable));
    if (sampler == NULL || text == NULL) {
        otelmq_composable_sampler_destroy(composable);
        free(sampler);
        free(text);
        return (otelmq_sampler){0};
    }
    *sampler = (composite_sampler){composable, text};
    return (otelmq_sampler){&composite_ops, sampler};
}

void otelmq_composable_sampler_destroy(otelmq_composable_sampler sampler)
{
    if (sampler.ops != NULL && sampler.ops->destroy != NULL) {
        sampler.ops->destroy(sampler.self);
    }
}
