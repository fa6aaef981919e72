/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A sampler made of parts. Each part, a composable sampler, only says with which probability it
 * would sample a span, and the composite sampler around them decides, once, and consistently with
 * the other services of the trace. Children as their parents, no health checks, each checkout, a
 * tenth of the rest:
 *
 *     otelmq_sampling_rule rules[] = {
 *         {otelmq_predicate_span_name("GET /health*"), otelmq_composable_always_off()},
 *         {otelmq_predicate_span_name("checkout"), otelmq_composable_always_on()},
 *         {otelmq_predicate_any(), otelmq_composable_probability(0.1)},
 *     };
 *     otelmq_sampler sampler = otelmq_sampler_composite(
 *         otelmq_composable_parent_threshold(otelmq_composable_rule_based(rules, 3)));
 *
 * What is handed to a function here is *owned* by it, on failure too, and a failed part makes the
 * whole fail: {0} is checked once, at the end. Any thread may call samplers and predicates at any
 * time. (Specification: trace/sdk.md, "CompositeSampler".)
 */
#ifndef OTELMQ_COMPOSABLE_SAMPLER_H
#define OTELMQ_COMPOSABLE_SAMPLER_H

#include <otelmq/sampler.h>
#include <otelmq/sampling_predicate.h>

OTELMQ_BEGIN_C

/* What a composable sampler adds to a span that is sampled. */
typedef struct {
    /*
     * Puts the attributes for a span that started so into *attributes, and returns how many. They
     * are borrowed from the sampler until it is destroyed.
     */
    size_t (*attributes)(const void *self, const otelmq_sampling_input *input,
                         const otelmq_attribute **attributes);
} otelmq_attributes_provider_ops;

typedef struct {
    const otelmq_attributes_provider_ops *ops;
    const void *self;
} otelmq_attributes_provider;

/* What a composable sampler makes of the tracestate that the parent had. */
typedef struct {
    /*
     * The tracestate for a span about which decision was taken, a reference that moves out; one
     * more reference to tracestate (borrowed) where there is nothing to change. A change of the
     * member "ot" is undone and reported: it is the composite sampler's.
     */
    const otelmq_tracestate *(*tracestate)(const void *self, const otelmq_tracestate *tracestate,
                                           otelmq_sampling_decision decision);
} otelmq_tracestate_provider_ops;

typedef struct {
    const otelmq_tracestate_provider_ops *ops;
    const void *self;
} otelmq_tracestate_provider;

/* How many providers of each kind an intent can have. */
enum { OTELMQ_SAMPLING_PROVIDERS_MAX = 8 };

/* What a composable sampler wants. {0} is to drop the span. */
typedef struct {
    bool has_threshold; /* false: drop */
    /* Dropped when the trace's 56 random bits are below: 0 is all, 2^55 is half of all. */
    uint64_t threshold;
    /* Whether a span stands for 2^56 / (2^56 - threshold) ones: the threshold travels then. */
    bool is_adjusted_count_reliable;
    uint32_t attributes_provider_count;
    uint32_t tracestate_provider_count;
    otelmq_attributes_provider attributes_providers[OTELMQ_SAMPLING_PROVIDERS_MAX];
    otelmq_tracestate_provider tracestate_providers[OTELMQ_SAMPLING_PROVIDERS_MAX];
} otelmq_sampling_intent;

/* A composable sampler of your own is such a table and a pointer. */
typedef struct {
    /*
     * What it wants for a span that starts so. The trace id of input is all zero: a threshold must
     * not depend on what it is compared with.
     */
    otelmq_sampling_intent (*sampling_intent)(const void *self, const otelmq_sampling_input *input);
    /* What it is, for people. Borrowed from the sampler. NULL: "custom". */
    const char *(*description)(const void *self);
    /* Frees self; NULL when there is nothing to free. */
    void (*destroy)(void *self);
} otelmq_composable_sampler_ops;

typedef struct {
    const otelmq_composable_sampler_ops *ops;
    void *self;
} otelmq_composable_sampler;

/* The intent to sample the part ratio of all traces, as otelmq_sampler_probability has it. */
OTELMQ_API otelmq_sampling_intent otelmq_sampling_intent_for_ratio(double ratio,
                                                                   uint32_t precision);

/*
 * Adds a provider behind those that a delegate's intent has already: its attributes win over
 * theirs, and it changes the tracestate after them. One too many is left out and reported.
 */
OTELMQ_API void otelmq_sampling_intent_add_attributes(otelmq_sampling_intent *intent,
                                                      otelmq_attributes_provider provider);
OTELMQ_API void otelmq_sampling_intent_add_tracestate(otelmq_sampling_intent *intent,
                                                      otelmq_tracestate_provider provider);

/* Every span. Static. */
OTELMQ_API otelmq_composable_sampler otelmq_composable_always_on(void);

/* No span. Static. */
OTELMQ_API otelmq_composable_sampler otelmq_composable_always_off(void);

/* The part ratio of all traces, as otelmq_sampler_probability with its default precision. */
OTELMQ_API otelmq_composable_sampler otelmq_composable_probability(double ratio);

/*
 * As the parent: with its threshold where the tracestate has one, else as its sampled flag says. A
 * threshold that contradicts that flag counts as none. Root spans as root says.
 */
OTELMQ_API otelmq_composable_sampler
otelmq_composable_parent_threshold(otelmq_composable_sampler root);

/* A sampler, and which spans it is for. */
typedef struct {
    otelmq_sampling_predicate predicate;
    otelmq_composable_sampler sampler;
} otelmq_sampling_rule;

/* As the first rule says whose predicate matches; no span that none matches. rules is copied. */
OTELMQ_API otelmq_composable_sampler
otelmq_composable_rule_based(const otelmq_sampling_rule rules[], size_t rule_count);

/* As delegate says; spans that are sampled get these attributes (copied). */
OTELMQ_API otelmq_composable_sampler
otelmq_composable_annotating(const otelmq_attribute attributes[], size_t attribute_count,
                             otelmq_composable_sampler delegate);

/* Frees a composable sampler that was not handed over; {0} and the static ones are fine. */
OTELMQ_API void otelmq_composable_sampler_destroy(otelmq_composable_sampler sampler);

/* The sampler that decides as this one wants. */
OTELMQ_API otelmq_sampler otelmq_sampler_composite(otelmq_composable_sampler composable);

OTELMQ_END_C

#endif
