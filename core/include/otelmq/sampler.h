/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A sampler decides at the start of each span whether it is recorded and exported. The default is
 * parent-based over always-on: a trace is kept or dropped as a whole, as its first span was. What
 * is built from parts, rules and the like, is in <otelmq/composable_sampler.h>.
 * (Specification: trace/sdk.md, "Sampling".)
 */
#ifndef OTELMQ_SAMPLER_H
#define OTELMQ_SAMPLER_H

#include <otelmq/resource.h>
#include <otelmq/span.h>

OTELMQ_BEGIN_C

typedef enum {
    OTELMQ_SAMPLING_DROP, /* not recorded, flag cleared */
    OTELMQ_SAMPLING_RECORD_ONLY, /* processors see it, exporters do not; flag cleared */
    OTELMQ_SAMPLING_RECORD_AND_SAMPLE, /* exported, flag set */
} otelmq_sampling_decision;

/* What is known when a span starts. Borrowed for the call. */
typedef struct {
    const otelmq_context *parent; /* never NULL; its span context may be invalid: a root span */
    otelmq_trace_id trace_id;
    /* Whether the right 7 bytes of trace_id are known to be random: the random flag of the span. */
    bool is_trace_id_random;
    otelmq_str name;
    otelmq_span_kind kind;
    const otelmq_attribute *attributes;
    size_t attribute_count;
    const otelmq_link *links;
    size_t link_count;
} otelmq_sampling_input;

typedef struct {
    otelmq_sampling_decision decision;
    /* Added to the span; borrowed from the sampler until it is destroyed, or released. */
    const otelmq_attribute *attributes;
    size_t attribute_count;
    /* Called once with attributes, if there are any, when they are needed no more. NULL: not. */
    void (*release_attributes)(const otelmq_attribute *attributes);
    /* In place of the parent's tracestate when replaces_tracestate; the reference moves out. */
    bool replaces_tracestate;
    const otelmq_tracestate *tracestate;
} otelmq_sampling_result;

/* A sampler of your own is such a table and a pointer; any thread may call it at any time. */
typedef struct {
    otelmq_sampling_result (*should_sample)(const void *self, const otelmq_sampling_input *input);
    /* What it is, for people, as "TraceIdRatioBased{0.25}". Borrowed from the sampler. */
    const char *(*description)(const void *self);
    /* Frees self; NULL when there is nothing to free. */
    void (*destroy)(void *self);
} otelmq_sampler_ops;

typedef struct {
    const otelmq_sampler_ops *ops;
    void *self;
} otelmq_sampler;

/* Every span. Static. */
OTELMQ_API otelmq_sampler otelmq_sampler_always_on(void);

/* No span. Static. */
OTELMQ_API otelmq_sampler otelmq_sampler_always_off(void);

/*
 * The part ratio, 0 to 1, of all traces, decided by the trace id alone, so that every service with
 * the same ratio keeps the same traces. A ratio outside that range is taken as 0 or 1, NaN as 0.
 * {0} without memory. Deprecated by the specification in favour of otelmq_sampler_probability; for
 * root spans only (under parent-based): it reports a span that has a parent, once.
 */
OTELMQ_API otelmq_sampler otelmq_sampler_trace_id_ratio(double ratio);

/*
 * The part ratio of all traces, consistently with every other service that samples so: it compares
 * 56 random bits of the trace (its id's, or an explicit rv that travels in the tracestate) with a
 * threshold, and puts the threshold into the tracestate (ot=th:...), from which a backend counts
 * how many spans each one stands for. Ignores whether the parent was sampled. ratio is 2^-56 to 1;
 * above that is 1; below it, and NaN, no span. precision is the number of hexadecimal digits of the
 * threshold, 1 to 14; 0: 4. {0} without memory.
 * (Specification: trace/sdk.md, "ProbabilitySampler"; trace/tracestate-probability-sampling.md.)
 */
OTELMQ_API otelmq_sampler otelmq_sampler_probability(double ratio, uint32_t precision);

/* Whom the parent-based sampler asks. It *owns* each. */
typedef struct {
    otelmq_sampler root; /* {0}: always on */
    otelmq_sampler remote_parent_sampled; /* {0}: always on */
    otelmq_sampler remote_parent_not_sampled; /* {0}: always off */
    otelmq_sampler local_parent_sampled; /* {0}: always on */
    otelmq_sampler local_parent_not_sampled; /* {0}: always off */
} otelmq_parent_based_options;

/*
 * As the parent was; root spans as options->root says. A threshold in the tracestate (ot=th:...)
 * that contradicts the decision goes no further. options NULL: all defaults.
 */
OTELMQ_API otelmq_sampler otelmq_sampler_parent_based(const otelmq_parent_based_options *options);

/*
 * As root decides, but what root drops is recorded all the same: processors see every span, to
 * count them for example, and exporters see those only that root samples. *Owns* root, on failure
 * too: {0} then.
 */
OTELMQ_API otelmq_sampler otelmq_sampler_always_record(otelmq_sampler root);

/*
 * Makes the sampler that OTEL_TRACES_SAMPLER names. argument is OTEL_TRACES_SAMPLER_ARG, empty when
 * that is not set; resource says who is to be sampled. All borrowed for the call. {0} when it
 * cannot, after reporting why.
 */
typedef otelmq_sampler (*otelmq_sampler_factory)(const char *name, const char *argument,
                                                 const otelmq_resource *resource);

/*
 * Makes name (copied) known to otelmq_sdk_start as a value of OTEL_TRACES_SAMPLER; the last one to
 * register a name has it. Core knows always_on, always_off, traceidratio, and these with
 * parentbased_ before them; otelmq::otlp registers jaeger_remote and parentbased_jaeger_remote as
 * it is linked in. Any thread.
 */
OTELMQ_API otelmq_status otelmq_sampler_register(const char *name, otelmq_sampler_factory factory);

/* The one registered for name, in any case of its letters; NULL when there is none. */
OTELMQ_API otelmq_sampler_factory otelmq_sampler_factory_by_name(const char *name);

/* Frees a sampler that was not handed over; {0} and the static ones are fine. */
OTELMQ_API void otelmq_sampler_destroy(otelmq_sampler sampler);

OTELMQ_END_C

#endif
