/* SPDX-License-Identifier: Apache-2.0 */
#include "trace/batch.h"
#include "trace/provider.h"
#include "trace/simple.h"

#include <stdlib.h>

/* The gate counts the threads that are inside the processors, in steps of ONE_INSIDE. */
enum { GATE_CLOSED = 1, ONE_INSIDE = 2 };

static const uint32_t DEFAULT_LIMIT = 128;

static void destroy_processors(otelmq_tracer_provider *provider)
{
    for (size_t i = 0; i < provider->processor_count; i++) {
        otelmq_processor processor = provider->processors[i];
        if (processor.ops->destroy != NULL) {
            processor.ops->destroy(processor.self);
        }
    }
}

bool otelmq_tracer_provider_enter(otelmq_tracer_provider *provider)
{
    unsigned gate = atomic_load_explicit(&provider->gate, memory_order_relaxed);
    do {
        if ((gate & GATE_CLOSED) != 0) {
            return false;
        }
    } while (!atomic_compare_exchange_weak_explicit(&provider->gate, &gate, gate + ONE_INSIDE,
                                                    memory_order_acquire, memory_order_relaxed));
    return true;
}

/* Runs once, in whichever thread finds the gate closed and nobody inside. */
static void finish_closing(otelmq_tracer_provider *provider)
{
    destroy_processors(provider);
    otelmq_tracer_provider_release(provider, 1);
}

void otelmq_tracer_provider_leave(otelmq_tracer_provider *provider)
{
    unsigned before = atomic_fetch_sub_explicit(&provider->gate, ONE_INSIDE, memory_order_acq_rel);
    if (before == (ONE_INSIDE | GATE_CLOSED)) {
        finish_closing(provider);
    }
}

static void close_gate(otelmq_tracer_provider *provider)
{
    if (atomic_fetch_or_explicit(&provider->gate, GATE_CLOSED, memory_order_acq_rel) == 0) {
        finish_closing(provider);
    }
}

static void free_provider(otelmq_tracer_provider *provider)
{
    otelmq_tracer *tracer = provider->tracers;
    while (tracer != NULL) {
        otelmq_tracer *next = tracer->next;
        free(tracer);
        tracer = next;
    }
    otelmq_resource_release(provider->resource);
    otelmq_sampler_destroy(provider->sampler);
    if (provider->id_generator.ops != NULL && provider->id_generator.ops->destroy != NULL) {
        provider->id_generator.ops->destroy(provider->id_generator.self);
    }
    free(provider->processors);
    free(provider);
}

void otelmq_tracer_provider_release(otelmq_tracer_provider *provider, unsigned count)
{
    if (atomic_fetch_sub_explicit(&provider->refcount.count, count, memory_order_acq_rel) ==
        count) {
        free_provider(provider);
    }
}

static uint32_t either(uint32_t chosen, uint32_t usual)
{
    return chosen != 0 ? chosen : usual;
}

static otelmq_span_limits resolve_limits(otelmq_span_limits chosen)
{
    return (otelmq_span_limits){
        .max_attributes = either(chosen.max_attributes, DEFAULT_LIMIT),
        .max_events = either(chosen.max_events, DEFAULT_LIMIT),
        .max_links = either(chosen.max_links, DEFAULT_LIMIT),
        .max_attributes_per_event = either(chosen.max_attributes_per_event, DEFAULT_LIMIT),
        .max_attributes_per_link = either(chosen.max_attributes_per_link, DEFAULT_LIMIT),
        .max_attribute_value_length = chosen.max_attribute_value_length,
    };
}

/* Takes over the processors, and learns which of them are ours. */
static void adopt_processors(otelmq_tracer_provider *provider)
{
    for (size_t i = 0; i < provider->processor_count; i++) {
        const otelmq_processor_ops *ops = provider->processors[i].ops;
        bool is_batch = ops == &otelmq_batch_ops;
        bool is_ours = is_batch || ops == &otelmq_simple_ops;
        provider->accounting_processor_count += is_ours;
        provider->has_one_batch_processor = is_batch && provider->processor_count == 1;
        provider->has_on_start = provider->has_on_start || ops->on_start != NULL;
    }
}

static bool have_ops(const otelmq_tracer_provider_options *options)
{
    for (size_t i = 0; i < options->processor_count; i++) {
        if (options->processors[i].ops == NULL) {
            return false;
        }
    }
    return true;
}

static otelmq_tracer_provider *build(const otelmq_tracer_provider_options *options)
{
    otelmq_tracer_provider *provider = calloc(1, sizeof(*provider));
    otelmq_processor *processors = calloc(options->processor_count + 1, sizeof(*processors));
    if (provider == NULL || processors == NULL) {
        free(provider);
        free(processors);
        return NULL;
    }
    /* One reference of the owner, one of the open gate. */
    atomic_init(&provider->refcount.count, 2);
    if (options->processor_count > 0) {
        memcpy(processors, options->processors, options->processor_count * sizeof(*processors));
    }
    provider->processors = processors;
    provider->processor_count = options->processor_count;
    provider->sampler = options->sampler;
    provider->id_generator = options->id_generator;
    provider->limits = resolve_limits(options->limits);
    adopt_processors(provider);
    return provider;
}

static otelmq_status find_resource(otelmq_tracer_provider *provider, const otelmq_resource *given)
{
    if (given != NULL) {
        provider->resource = otelmq_resource_retain(given);
        return OTELMQ_OK;
    }
    return otelmq_resource_detect(&provider->resource);
}

static otelmq_status find_sampler(otelmq_tracer_provider *provider)
{
    if (provider->sampler.ops == NULL) {
        provider->sampler = otelmq_sampler_parent_based(NULL);
    }
    return provider->sampler.ops != NULL ? OTELMQ_OK : OTELMQ_ERROR_NO_MEMORY;
}

static void destroy_owned(const otelmq_tracer_provider_options *options)
{
    for (size_t i = 0; i < options->processor_count; i++) {
        otelmq_processor_destroy(options->processors[i]);
    }
    otelmq_sampler_destroy(options->sampler);
    if (options->id_generator.ops != NULL && options->id_generator.ops->destroy != NULL) {
        options->id_generator.ops->destroy(options->id_generator.self);
    }
}

otelmq_status otelmq_tracer_provider_create(const otelmq_tracer_provider_options *options,
                                            otelmq_tracer_provider **provider)
{
    otelmq_tracer_provider_options chosen = {0};
    if (options != NULL) {
        chosen = *options;
    }
    if (chosen.processors == NULL) {
        chosen.processor_count = 0;
    }
    otelmq_fork_generation_watch();
    bool is_valid = provider != NULL && have_ops(&chosen) && chosen.processor_count < UINT8_MAX;
    otelmq_tracer_provider *created = is_valid ? build(&chosen) : NULL;
    if (created == NULL) {
        destroy_owned(&chosen);
        return is_valid ? OTELMQ_ERROR_NO_MEMORY : OTELMQ_ERROR_INVALID_ARGUMENT;
    }
    otelmq_status status = find_sampler(created);
    if (status == OTELMQ_OK) {
        status = find_resource(created, chosen.resource);
    }
    if (status != OTELMQ_OK) {
        otelmq_tracer_provider_destroy(created);
        return status;
    }
    *provider = created;
    return OTELMQ_OK;
}

otelmq_tracer *otelmq_tracer_provider_tracer(otelmq_tracer_provider *provider, const char *name,
                                             const char *version)
{
    if (provider == NULL) {
        return otelmq_tracer_get(name, version);
    }
    otelmq_str name_str = otelmq_str_from(name);
    otelmq_str version_str = otelmq_str_from(version);
    otelmq_lock_take(&provider->tracers_lock);
    otelmq_tracer *tracer = otelmq_tracer_find(provider->tracers, name_str, version_str);
    if (tracer == NULL) {
        tracer = otelmq_tracer_create(provider, name, version);
        if (tracer != NULL) {
            tracer->next = provider->tracers;
            provider->tracers = tracer;
        }
    }
    otelmq_lock_give(&provider->tracers_lock);
    return tracer != NULL ? tracer : &otelmq_tracer_nameless;
}

/* Every processor gets its turn, with the time that is left; the first failure is the answer. */
static otelmq_status call_each(otelmq_tracer_provider *provider, uint32_t timeout_ms, bool stops)
{
    otelmq_deadline deadline = otelmq_deadline_after(timeout_ms);
    otelmq_status first = OTELMQ_OK;
    for (size_t i = 0; i < provider->processor_count; i++) {
        otelmq_processor processor = provider->processors[i];
        otelmq_status (*call)(void *, uint32_t) =
            stops ? processor.ops->shutdown : processor.ops->force_flush;
        otelmq_status status =
            call != NULL ? call(processor.self, otelmq_deadline_left_ms(deadline)) : OTELMQ_OK;
        first = first == OTELMQ_OK ? status : first;
    }
    return first;
}

otelmq_status otelmq_tracer_provider_force_flush(otelmq_tracer_provider *provider,
                                                 uint32_t timeout_ms)
{
    if (provider == NULL) {
        return OTELMQ_ERROR_INVALID_ARGUMENT;
    }
    if (otelmq_tracer_provider_is_shut_down(provider)) {
        return OTELMQ_ERROR_SHUT_DOWN;
    }
    return call_each(provider, timeout_ms, false);
}

otelmq_status otelmq_tracer_provider_shutdown(otelmq_tracer_provider *provider, uint32_t timeout_ms)
{
    if (provider == NULL) {
        return OTELMQ_ERROR_INVALID_ARGUMENT;
    }
    if (atomic_exchange(&provider->is_shut_down, true)) {
        return OTELMQ_ERROR_SHUT_DOWN;
    }
    return call_each(provider, timeout_ms, true);
}

void otelmq_tracer_provider_destroy(otelmq_tracer_provider *provider)
{
    if (provider == NULL) {
        return;
    }
    (void)otelmq_tracer_provider_shutdown(provider, 0);
    close_gate(provider);
    otelmq_tracer_provider_release(provider, 1);
}
