/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The tracer provider wires sampler, processors and resource together and makes tracers. Most
 * programs let otelmq_sdk_start build one from the environment; here is how to do it by hand:
 *
 *     otelmq_processor processor = otelmq_processor_batch(otelmq_exporter_console(NULL), NULL);
 *     otelmq_tracer_provider_options options = {.processors = &processor, .processor_count = 1};
 *     otelmq_status status = otelmq_tracer_provider_create(&options, &provider);
 *
 * Any thread. (Specification: trace/sdk.md, "Tracer Provider".)
 */
#ifndef OTELMQ_TRACER_PROVIDER_H
#define OTELMQ_TRACER_PROVIDER_H

#include <otelmq/processor.h>
#include <otelmq/sampler.h>
#include <otelmq/tracer.h>

OTELMQ_BEGIN_C

typedef struct otelmq_tracer_provider otelmq_tracer_provider;

/* As a limit: keep nothing. (0 stands for the default.) */
#define OTELMQ_LIMIT_ZERO UINT32_MAX

/*
 * How much one span may hold; what exceeds it is dropped and counted on the span, and reported once
 * as the span ends. (Specification: trace/sdk.md, "Span Limits"; common/README.md, "Attribute
 * Limits".)
 */
typedef struct {
    uint32_t max_attributes; /* 0: 128 */
    uint32_t max_events; /* 0: 128 */
    uint32_t max_links; /* 0: 128 */
    uint32_t max_attributes_per_event; /* 0: 128 */
    uint32_t max_attributes_per_link; /* 0: 128 */
    /*
     * 0: no limit. Strings are cut after as many characters, because the specification counts so,
     * and values of bytes after as many bytes; those in arrays and maps each by itself.
     */
    uint32_t max_attribute_value_length;
    /*
     * 0: 64; at most 512. How deep arrays and maps may stand in each other: a value is at depth 1,
     * what is in it one deeper. An array or a map that stands deeper is recorded without contents.
     */
    uint32_t max_attribute_value_depth;
} otelmq_span_limits;

/* Where ids come from; any thread may call it at any time. */
typedef struct {
    /* Both fill in an id that is not all zero. */
    void (*trace_id)(void *self, otelmq_trace_id *id);
    void (*span_id)(void *self, otelmq_span_id *id);
    /* Whether the right 7 bytes of its trace ids are random: sets the random flag. */
    bool is_random;
    /* Frees self; NULL when there is nothing to free. */
    void (*destroy)(void *self);
} otelmq_id_generator_ops;

typedef struct {
    const otelmq_id_generator_ops *ops;
    void *self;
} otelmq_id_generator;

typedef struct {
    const otelmq_resource *resource; /* retained; NULL: otelmq_resource_detect */
    otelmq_sampler sampler; /* *owned*; {0}: parent-based over always-on */
    const otelmq_processor *processors; /* each *owned*; NULL: spans go nowhere */
    size_t processor_count;
    otelmq_id_generator id_generator; /* *owned*; {0}: random */
    otelmq_span_limits limits;
} otelmq_tracer_provider_options;

/*
 * A provider, yours. It *owns* what options marks so, on failure too; a processor without ops makes
 * it fail. options NULL: all defaults.
 */
OTELMQ_API otelmq_status otelmq_tracer_provider_create(
    const otelmq_tracer_provider_options *options, otelmq_tracer_provider **provider);

/* Its tracer for the library called name; the same for the same arguments. Borrowed. */
OTELMQ_API otelmq_tracer *otelmq_tracer_provider_tracer(otelmq_tracer_provider *provider,
                                                        const char *name, const char *version);

/* The same for a scope with a schema URL and attributes, as otelmq_tracer_get_for has it. */
OTELMQ_API otelmq_tracer *
otelmq_tracer_provider_tracer_for(otelmq_tracer_provider *provider,
                                  const otelmq_instrumentation_scope *scope);

/* Exports all that ended before the call, within timeout_ms. */
OTELMQ_API otelmq_status otelmq_tracer_provider_force_flush(otelmq_tracer_provider *provider,
                                                            uint32_t timeout_ms);

/* Lets processors without a thread of their own export what is due; see otelmq_sdk_pump. */
OTELMQ_API otelmq_status otelmq_tracer_provider_pump(otelmq_tracer_provider *provider,
                                                     uint32_t timeout_ms);

/* Flushes and stops the processors within timeout_ms; later spans record nothing. Once only. */
OTELMQ_API otelmq_status otelmq_tracer_provider_shutdown(otelmq_tracer_provider *provider,
                                                         uint32_t timeout_ms);

/*
 * Shuts down with no time left unless that was done before, and frees, once its last span has
 * ended. Its tracers must not be used any more. NULL is fine.
 */
OTELMQ_API void otelmq_tracer_provider_destroy(otelmq_tracer_provider *provider);

/*
 * Makes provider (retained; NULL: none) the one that otelmq_tracer_get's tracers start spans on.
 */
OTELMQ_API void otelmq_tracer_provider_set_global(otelmq_tracer_provider *provider);

OTELMQ_END_C

#endif
