/* SPDX-License-Identifier: Apache-2.0 */
#include "trace/batch.h"
#include "trace/provider.h"
#include "trace/sampler_decision.h"
#include "trace/simple.h"
#include "trace/ticks.h"

#include <stdlib.h>

/* The gate counts the threads that are inside the processors, in steps of ONE_INSIDE. */
enum { GATE_CLOSED = 1, ONE_INSIDE = 2 };

static void close_processors(otelmq_tracer_provider *provider)
{
    for (size_t i = 0; i < provider->processor_count; i++) {
        otelmq_processor processor = provider->processors[i];
        if (processor.ops == &otelmq_batch_ops) {
            otelmq_batch_close(processor.self);
        } else if (processor.ops->destroy != NULL) {
            processor.ops->destroy(processor.self);
        }
    }
}

static void destroy_closed_processors(otelmq_tracer_provider *provider)
{
    for (size_t i = 0; i < provider->processor_count; i++) {
        otelmq_processor processor = provider->processors[i];
        if (processor.ops == &otelmq_batch_ops) {
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
    close_processors(provider);
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
    destroy_closed_processors(provider);
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

/* Takes over the processors, and learns which of them are ours. */
static void adopt_processors(otelmq_tracer_provider *provider)
{
    for (size_t i = 0; i < provider->processor_count; i++) {
        const otelmq_processor *processor = &provider->processors[i];
        const otelmq_processor_ops *ops = processor->ops;
        bool is_batch = ops == &otelmq_batch_ops;
        bool is_ours = is_batch || ops == &otelmq_simple_ops;
        provider->accounting_processor_count += is_ours;
        provider->only_batch = is_batch && provider->processor_count == 1 ? processor->self : NULL;
        provider->has_on_start = provider->has_on_start || ops->on_start != NULL;
        provider->has_on_ending = provider->has_on_ending || ops->on_ending != NULL;
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
    provider->limits = otelmq_span_limits_resolve(&options->limits);
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
    if (provider->sampler.ops == NULL) {
        return OTELMQ_ERROR_NO_MEMORY;
    }
    provider->calls_user_at_start =
        provider->id_generator.ops != NULL || !otelmq_sampler_is_quick(&provider->sampler);
    provider->decides_all_roots_alike =
        otelmq_sampler_decides_roots_alike(&provider->sampler, &provider->root_decision);
    otelmq_ticks_start();
    provider->can_fold_spans =
        provider->processor_count > 0 && !provider->has_on_start && !provider->calls_user_at_start;
    return OTELMQ_OK;
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

/* With the lock taken. Looks for the copy too, which the limits may have made equal to another. */
static otelmq_tracer *find_or_add(otelmq_tracer_provider *provider,
                                  const otelmq_instrumentation_scope *scope)
{
    otelmq_tracer *tracer = otelmq_tracer_find(provider->tracers, scope);
    if (tracer != NULL) {
        return tracer;
    }
    otelmq_tracer *created = otelmq_tracer_create(provider, scope);
    if (created == NULL) {
        return &otelmq_tracer_nameless;
    }
    tracer = otelmq_tracer_find(provider->tracers, &created->scope);
    if (tracer != NULL) {
        free(created);
        return tracer;
    }
    created->next = provider->tracers;
    provider->tracers = created;
    return created;
}

otelmq_tracer *otelmq_tracer_provider_tracer_for(otelmq_tracer_provider *provider,
                                                 const otelmq_instrumentation_scope *scope)
{
    if (provider == NULL || scope == NULL) {
        return otelmq_tracer_get_for(scope);
    }
    otelmq_lock_take(&provider->tracers_lock);
    otelmq_tracer *tracer = find_or_add(provider, scope);
    otelmq_lock_give(&provider->tracers_lock);
    return tracer;
}

otelmq_tracer *otelmq_tracer_provider_tracer(otelmq_tracer_provider *provider, const char *name,
                                             const char *version)
{
    otelmq_instrumentation_scope scope = otelmq_scope_of_name(name, version);
    return otelmq_tracer_provider_tracer_for(provider, &scope);
}

/*
 * All destinations are sent to at once: while one that hangs uses up the time, the spans for the
 * others are on their way.
 */
static void start_flushes(otelmq_tracer_provider *provider, uint32_t timeout_ms)
{
    bool has_others = provider->processor_count > 1;
    for (size_t i = 0; has_others && timeout_ms > 0 && i < provider->processor_count; i++) {
        if (provider->processors[i].ops == &otelmq_batch_ops) {
            otelmq_batch_start_flush(provider->processors[i].self, timeout_ms);
        }
    }
}

typedef otelmq_status (*timed_call)(void *self, uint32_t timeout_ms);

static timed_call pump_of(const otelmq_processor_ops *ops)
{
    return ops->pump;
}

static timed_call force_flush_of(const otelmq_processor_ops *ops)
{
    return ops->force_flush;
}

static timed_call shutdown_of(const otelmq_processor_ops *ops)
{
    return ops->shutdown;
}

/* Every processor gets its turn, with the time that is left; the first failure is the answer. */
static otelmq_status call_each(otelmq_tracer_provider *provider, otelmq_deadline deadline,
                               timed_call (*call_of)(const otelmq_processor_ops *ops))
{
    otelmq_status first = OTELMQ_OK;
    for (size_t i = 0; i < provider->processor_count; i++) {
        otelmq_processor processor = provider->processors[i];
        timed_call call = call_of(processor.ops);
        otelmq_status status =
            call != NULL ? call(processor.self, otelmq_deadline_left_ms(deadline)) : OTELMQ_OK;
        first = first == OTELMQ_OK ? status : first;
    }
    return first;
}

/*
 * These two may be under way on one thread while another one shuts the provider down, gives up
 * waiting for an exporter, and destroys it.
 */
otelmq_status otelmq_tracer_provider_pump(otelmq_tracer_provider *provider, uint32_t timeout_ms)
{
    if (provider == NULL) {
        return OTELMQ_ERROR_INVALID_ARGUMENT;
    }
    if (otelmq_tracer_provider_is_shut_down(provider)) {
        return OTELMQ_ERROR_SHUT_DOWN;
    }
    otelmq_tracer_provider_retain(provider, 1);
    otelmq_status status = call_each(provider, otelmq_deadline_after(timeout_ms), pump_of);
    otelmq_tracer_provider_release(provider, 1);
    return status;
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
    otelmq_deadline deadline = otelmq_deadline_after(timeout_ms);
    otelmq_tracer_provider_retain(provider, 1);
    start_flushes(provider, timeout_ms);
    otelmq_status status = call_each(provider, deadline, force_flush_of);
    otelmq_tracer_provider_release(provider, 1);
    return status;
}

otelmq_status otelmq_tracer_provider_shutdown(otelmq_tracer_provider *provider, uint32_t timeout_ms)
{
    if (provider == NULL) {
        return OTELMQ_ERROR_INVALID_ARGUMENT;
    }
    if (atomic_exchange(&provider->is_shut_down, true)) {
        return OTELMQ_ERROR_SHUT_DOWN;
    }
    otelmq_deadline deadline = otelmq_deadline_after(timeout_ms);
    start_flushes(provider, timeout_ms);
    return call_each(provider, deadline, shutdown_of);
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
