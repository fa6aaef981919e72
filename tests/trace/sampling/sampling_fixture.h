/* SPDX-License-Identifier: Apache-2.0 */
/* What the tests of samplers share: parents with a tracestate, and the question to a sampler. */
#ifndef OTELMQ_TESTS_TRACE_SAMPLING_FIXTURE_H
#define OTELMQ_TESTS_TRACE_SAMPLING_FIXTURE_H

#include <otelmq/composable_sampler.h>

/* The parent of a span that a sampler is asked about; {0} is none. */
typedef struct {
    bool is_valid;
    bool is_remote;
    bool is_sampled;
    bool is_random; /* of a root span: whether its own trace id is random */
    const char *tracestate; /* NULL: empty */
    uint64_t randomness; /* the right 7 bytes of the trace id, the parent's too */
} sampling_parent;

/* What the sampler said; the tracestate as text, "-" when it is empty. */
typedef struct {
    otelmq_sampling_decision decision;
    char tracestate[600];
    size_t attribute_count;
    char attributes[200]; /* the keys, and values of strings, as "a=x b=y " */
} sampling_answer;

/* Asks about a span named "span" under that parent. */
sampling_answer ask_sampler(otelmq_sampler sampler, const sampling_parent *parent);

/* The same with more in the input; its parent and trace id are filled in. */
sampling_answer ask_sampler_about(otelmq_sampler sampler, const sampling_parent *parent,
                                  otelmq_sampling_input input);

/* A context with that parent, yours. */
const otelmq_context *context_of(const sampling_parent *parent);

otelmq_trace_id trace_id_of(uint64_t randomness);

/* A composable sampler whose intent a test decides, and which keeps what it was asked. */
typedef struct {
    otelmq_sampling_intent intent;
    otelmq_sampling_input asked;
    unsigned calls;
    unsigned destroys;
} scripted_composable;

otelmq_composable_sampler as_composable(scripted_composable *scripted);

/* delegate, which it takes over, with one string attribute more. */
otelmq_composable_sampler annotate(const char *key, const char *value,
                                   otelmq_composable_sampler delegate);

/*
 * The next number of a generator with a fixed seed (splitmix64), for statistics that never differ.
 */
uint64_t next_of(uint64_t *seed);

#endif
