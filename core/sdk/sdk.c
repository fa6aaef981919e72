/* SPDX-License-Identifier: Apache-2.0 */
#include <otelmq/sdk.h>

#include "base/diagnostics_level.h"
#include "sdk/config_file.h"
#include "sdk/environment.h"
#include "sdk/processors.h"
#include "sdk/resource.h"
#include "trace/global_provider.h"

#include <stdlib.h>

struct otelmq_sdk {
    otelmq_tracer_provider *provider;
    bool is_disabled;
};

static void set_propagator(otelmq_propagator chosen, otelmq_sdk_configuration *configured)
{
    if (chosen.ops == NULL && configured == NULL) {
        chosen = otelmq_environment_propagator();
    } else if (chosen.ops == NULL) {
        chosen =
            configured->propagator.ops != NULL ? configured->propagator : otelmq_propagator_none();
        configured->propagator = (otelmq_propagator){0};
    }
    otelmq_propagator_set_global(chosen);
}

/* A provider that was shut down: what starts on it records nothing, and passes contexts on. */
static otelmq_status create_disabled(const otelmq_sdk_options *options,
                                     otelmq_tracer_provider **provider)
{
    otelmq_sdk_exporters_destroy(options);
    otelmq_sampler_destroy(options->sampler);
    otelmq_status status = otelmq_tracer_provider_create(NULL, provider);
    if (status == OTELMQ_OK) {
        (void)otelmq_tracer_provider_shutdown(*provider, 0);
    }
    return status;
}

static otelmq_sampler choose_sampler(const otelmq_sdk_options *options,
                                     otelmq_sdk_configuration *configured,
                                     const otelmq_resource *resource)
{
    if (options->sampler.ops != NULL) {
        return options->sampler;
    }
    if (configured == NULL) {
        return otelmq_environment_sampler(resource);
    }
    otelmq_sampler sampler = configured->sampler;
    configured->sampler = (otelmq_sampler){0};
    return sampler;
}

static otelmq_span_limits choose_limits(const otelmq_sdk_options *options,
                                        const otelmq_sdk_configuration *configured)
{
    if (options->limits != NULL) {
        return *options->limits;
    }
    return configured != NULL ? configured->limits : otelmq_environment_span_limits();
}

static otelmq_id_generator take_id_generator(otelmq_sdk_configuration *configured)
{
    otelmq_id_generator generator = {0};
    if (configured != NULL) {
        generator = configured->id_generator;
        configured->id_generator = (otelmq_id_generator){0};
    }
    return generator;
}

/* *Owns* the sampler of the options, as the provider does. */
static otelmq_status wire(const otelmq_sdk_options *options, otelmq_sdk_configuration *configured,
                          const otelmq_resource *resource, otelmq_tracer_provider **provider)
{
    otelmq_processor processors[OTELMQ_SDK_PROCESSORS_MAX];
    size_t count = 0;
    otelmq_status status = otelmq_sdk_processors_make(options, configured, processors, &count);
    if (status != OTELMQ_OK) {
        otelmq_sampler_destroy(options->sampler);
        return status;
    }
    const otelmq_tracer_provider_options parts = {
        .resource = resource,
        .sampler = choose_sampler(options, configured, resource),
        .processors = processors,
        .processor_count = count,
        .id_generator = take_id_generator(configured),
        .limits = choose_limits(options, configured),
    };
    return otelmq_tracer_provider_create(&parts, provider);
}

static otelmq_status create_provider(const otelmq_sdk_options *options,
                                     otelmq_sdk_configuration *configured,
                                     otelmq_tracer_provider **provider)
{
    const otelmq_resource *resource = NULL;
    otelmq_status status =
        configured != NULL
            ? otelmq_sdk_resource_of_configuration(options, configured->resource, &resource)
            : otelmq_sdk_resource_of_environment(options, &resource);
    if (status != OTELMQ_OK) {
        otelmq_sdk_exporters_destroy(options);
        otelmq_sampler_destroy(options->sampler);
        return status;
    }
    status = wire(options, configured, resource, provider);
    otelmq_resource_release(resource);
    return status;
}

static void destroy_owned(const otelmq_sdk_options *options)
{
    otelmq_sdk_exporters_destroy(options);
    otelmq_sampler_destroy(options->sampler);
    otelmq_propagator_destroy(options->propagator);
}

/*
 * configured says what options do not, or the environment when it is NULL; what is used of it is
 * taken out of it.
 */
static otelmq_status start(const otelmq_sdk_options *options, otelmq_sdk_configuration *configured,
                           otelmq_sdk **sdk)
{
    otelmq_sdk *started = calloc(1, sizeof(*started));
    if (started == NULL) {
        destroy_owned(options);
        return OTELMQ_ERROR_NO_MEMORY;
    }
    started->is_disabled =
        configured != NULL ? configured->is_disabled : otelmq_environment_is_disabled();
    otelmq_status status = started->is_disabled
                               ? create_disabled(options, &started->provider)
                               : create_provider(options, configured, &started->provider);
    if (status != OTELMQ_OK) {
        otelmq_propagator_destroy(options->propagator);
        free(started);
        return status;
    }
    set_propagator(options->propagator, configured);
    if (!started->is_disabled) {
        otelmq_tracer_provider_set_global(started->provider);
    }
    *sdk = started;
    return OTELMQ_OK;
}

otelmq_status otelmq_sdk_start_configured(otelmq_sdk_configuration *configuration,
                                          const otelmq_sdk_options *options, otelmq_sdk **sdk)
{
    const otelmq_sdk_options none = {0};
    options = options != NULL ? options : &none;
    if (configuration == NULL || sdk == NULL) {
        destroy_owned(options);
    }
    otelmq_status status = OTELMQ_ERROR_INVALID_ARGUMENT;
    if (configuration != NULL) {
        status = sdk != NULL ? start(options, configuration, sdk) : status;
        otelmq_sdk_configuration_clean(configuration);
    }
    return status;
}

/* Returns the file that counts in place of the variables; NULL: there is none. */
static const char *begin_to_log(void)
{
    const char *path = otelmq_config_file();
    if (path != NULL) {
        /* Who chose it should read why it is of no use, and OTEL_LOG_LEVEL does not count. */
        otelmq_diagnostics_use_stderr_if_unset(OTELMQ_SEVERITY_INFO);
    } else {
        otelmq_environment_set_log_level();
    }
    return path;
}

void otelmq_sdk_set_log_level(void)
{
    (void)begin_to_log();
}

static otelmq_status start_with_file(const char *path, const otelmq_sdk_options *options,
                                     otelmq_sdk **sdk)
{
    otelmq_sdk_configuration configuration = {0};
    otelmq_status status = otelmq_config_file_load(path, options, &configuration);
    if (status != OTELMQ_OK) {
        destroy_owned(options);
        return status;
    }
    return otelmq_sdk_start_configured(&configuration, options, sdk);
}

otelmq_status otelmq_sdk_start(const otelmq_sdk_options *options, otelmq_sdk **sdk)
{
    const otelmq_sdk_options none = {0};
    options = options != NULL ? options : &none;
    if (sdk == NULL) {
        destroy_owned(options);
        return OTELMQ_ERROR_INVALID_ARGUMENT;
    }
    const char *path = begin_to_log();
    return path != NULL ? start_with_file(path, options, sdk) : start(options, NULL, sdk);
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

otelmq_status otelmq_sdk_pump(otelmq_sdk *sdk, uint32_t timeout_ms)
{
    if (sdk == NULL) {
        return OTELMQ_ERROR_INVALID_ARGUMENT;
    }
    return sdk->is_disabled ? OTELMQ_OK : otelmq_tracer_provider_pump(sdk->provider, timeout_ms);
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
