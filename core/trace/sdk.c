/* SPDX-License-Identifier: Apache-2.0 */
#include <otelmq/sdk.h>

#include "trace/environment.h"
#include "trace/global_provider.h"

#include <stdlib.h>

struct otelmq_sdk {
    otelmq_tracer_provider *provider;
    bool is_disabled;
};

/* The later part wins: found out, told by the environment, told by the program. */
static otelmq_status merge_into(const otelmq_resource **resource, otelmq_status status,
                                const otelmq_resource *over)
{
    const otelmq_resource *under = *resource;
    if (status == OTELMQ_OK) {
        status = otelmq_resource_merge(under, over, resource);
    }
    if (status == OTELMQ_OK) {
        otelmq_resource_release(under);
    }
    otelmq_resource_release(over);
    return status;
}

static otelmq_status resource_of_options(const otelmq_sdk_options *options,
                                         const otelmq_resource **resource)
{
    const otelmq_resource *named = NULL;
    otelmq_attribute names[2];
    size_t count = 0;
    if (options->service_name != NULL) {
        names[count++] =
            otelmq_attribute_string("service.name", otelmq_str_from(options->service_name));
    }
    if (options->service_version != NULL) {
        names[count++] =
            otelmq_attribute_string("service.version", otelmq_str_from(options->service_version));
    }
    size_t given = options->resource_attributes != NULL ? options->resource_attribute_count : 0;
    otelmq_status status = otelmq_resource_create(options->resource_attributes, given, resource);
    if (status != OTELMQ_OK) {
        return status;
    }
    status = otelmq_resource_create(names, count, &named);
    status = merge_into(resource, status, named);
    if (status != OTELMQ_OK) {
        otelmq_resource_release(*resource);
    }
    return status;
}

static otelmq_status make_resource(const otelmq_sdk_options *options,
                                   const otelmq_resource **resource)
{
    const otelmq_resource *over = NULL;
    otelmq_status status = otelmq_resource_detect(resource);
    if (status != OTELMQ_OK) {
        return status;
    }
    status = otelmq_resource_from_environment(&over);
    status = merge_into(resource, status, over);
    if (status == OTELMQ_OK) {
        over = NULL;
        status = resource_of_options(options, &over);
        status = merge_into(resource, status, over);
    }
    if (status != OTELMQ_OK) {
        otelmq_resource_release(*resource);
    }
    return status;
}

/* An exporter of the program's own that cannot be wired is a failure; one of the environment is not. */
static otelmq_status make_processors(const otelmq_sdk_options *options,
                                     otelmq_processor processors[], size_t *count)
{
    otelmq_batch_options batch =
        options->batch != NULL ? *options->batch : otelmq_environment_batch_options();
    if (options->exporter.ops == NULL) {
        *count = otelmq_environment_processors(&batch, processors);
        return OTELMQ_OK;
    }
    processors[0] = otelmq_processor_batch(options->exporter, &batch);
    *count = 1;
    return processors[0].ops != NULL ? OTELMQ_OK : OTELMQ_ERROR_NO_MEMORY;
}

static void set_propagator(otelmq_propagator propagator)
{
    otelmq_propagator_set_global(propagator.ops != NULL ? propagator
                                                        : otelmq_environment_propagator());
}

/* A provider that was shut down: what starts on it records nothing, and passes contexts on. */
static otelmq_status create_disabled(const otelmq_sdk_options *options,
                                     otelmq_tracer_provider **provider)
{
    otelmq_exporter_destroy(options->exporter);
    otelmq_sampler_destroy(options->sampler);
    otelmq_status status = otelmq_tracer_provider_create(NULL, provider);
    if (status == OTELMQ_OK) {
        (void)otelmq_tracer_provider_shutdown(*provider, 0);
    }
    return status;
}

/* *Owns* the sampler of the options, as the provider does. */
static otelmq_status wire(const otelmq_sdk_options *options, const otelmq_resource *resource,
                          otelmq_tracer_provider **provider)
{
    otelmq_processor processors[OTELMQ_ENVIRONMENT_PROCESSORS_MAX];
    size_t count = 0;
    otelmq_status status = make_processors(options, processors, &count);
    if (status != OTELMQ_OK) {
        otelmq_sampler_destroy(options->sampler);
        return status;
    }
    const otelmq_tracer_provider_options provider_options = {
        .resource = resource,
        .sampler = options->sampler.ops != NULL ? options->sampler : otelmq_environment_sampler(),
        .processors = processors,
        .processor_count = count,
        .limits = options->limits != NULL ? *options->limits : otelmq_environment_span_limits(),
    };
    return otelmq_tracer_provider_create(&provider_options, provider);
}

static otelmq_status create_provider(const otelmq_sdk_options *options,
                                     otelmq_tracer_provider **provider)
{
    const otelmq_resource *resource = NULL;
    otelmq_status status = make_resource(options, &resource);
    if (status != OTELMQ_OK) {
        otelmq_exporter_destroy(options->exporter);
        otelmq_sampler_destroy(options->sampler);
        return status;
    }
    status = wire(options, resource, provider);
    otelmq_resource_release(resource);
    return status;
}

static void destroy_owned(const otelmq_sdk_options *options)
{
    otelmq_exporter_destroy(options->exporter);
    otelmq_sampler_destroy(options->sampler);
    otelmq_propagator_destroy(options->propagator);
}

otelmq_status otelmq_sdk_start(const otelmq_sdk_options *options, otelmq_sdk **sdk)
{
    otelmq_sdk_options chosen = {0};
    if (options != NULL) {
        chosen = *options;
    }
    otelmq_sdk *started = sdk != NULL ? calloc(1, sizeof(*started)) : NULL;
    if (started == NULL) {
        destroy_owned(&chosen);
        return sdk != NULL ? OTELMQ_ERROR_NO_MEMORY : OTELMQ_ERROR_INVALID_ARGUMENT;
    }
    otelmq_environment_set_log_level();
    started->is_disabled = otelmq_environment_is_disabled();
    otelmq_status status = started->is_disabled ? create_disabled(&chosen, &started->provider)
                                                : create_provider(&chosen, &started->provider);
    if (status != OTELMQ_OK) {
        otelmq_propagator_destroy(chosen.propagator);
        free(started);
        return status;
    }
    set_propagator(chosen.propagator);
    if (!started->is_disabled) {
        otelmq_tracer_provider_set_global(started->provider);
    }
    *sdk = started;
    return OTELMQ_OK;
}

otelmq_tracer_provider *otelmq_sdk_tracer_provider(otelmq_sdk *sdk)
{
    return sdk != NULL ? sdk->provider : NULL;
}

otelmq_status otelmq_sdk_force_flush(otelmq_sdk *sdk, uint32_t timeout_ms)
{
    if (sdk == NULL) {
        return OTELMQ_ERROR_INVALID_ARGUMENT;
    }
    return sdk->is_disabled ? OTELMQ_OK
                            : otelmq_tracer_provider_force_flush(sdk->provider, timeout_ms);
}

otelmq_status otelmq_sdk_shutdown(otelmq_sdk *sdk, uint32_t timeout_ms)
{
    if (sdk == NULL) {
        return OTELMQ_OK;
    }
    otelmq_global_provider_unset(sdk->provider);
    otelmq_status status =
        sdk->is_disabled ? OTELMQ_OK : otelmq_tracer_provider_shutdown(sdk->provider, timeout_ms);
    otelmq_tracer_provider_destroy(sdk->provider);
    free(sdk);
    return status;
}
