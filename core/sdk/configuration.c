/* SPDX-License-Identifier: Apache-2.0 */
#include <otelmq/sdk_configuration.h>

#include "sdk/config_file.h"

#include <otelmq/diagnostics.h>

#include <stdatomic.h>
#include <stdlib.h>

static _Atomic(otelmq_config_loader) registered;

void otelmq_config_loader_register(otelmq_config_loader loader)
{
    atomic_store(&registered, loader);
}

const char *otelmq_config_file(void)
{
    const char *path = getenv("OTEL_CONFIG_FILE");
    if (path == NULL || path[0] == '\0') {
        return NULL;
    }
    if (atomic_load(&registered) != NULL) {
        return path;
    }
    otelmq_diagnostics_report(OTELMQ_SEVERITY_WARNING,
                              "OTEL_CONFIG_FILE is \"%s\", but this program is not linked to "
                              "otelmq::config; the other OTEL_ variables are used.",
                              path);
    return NULL;
}

otelmq_status otelmq_config_file_load(const char *path, const otelmq_sdk_options *options,
                                      otelmq_sdk_configuration *configuration)
{
    otelmq_config_loader loader = atomic_load(&registered);
    otelmq_status status =
        loader != NULL ? loader(path, options, configuration) : OTELMQ_ERROR_NOT_FOUND;
    if (status != OTELMQ_OK) {
        otelmq_diagnostics_report(OTELMQ_SEVERITY_ERROR,
                                  "OTEL_CONFIG_FILE is \"%s\", which cannot be used (%s); tracing "
                                  "is not started.",
                                  path, otelmq_status_text(status));
    }
    return status;
}

void otelmq_sdk_configuration_clean(otelmq_sdk_configuration *configuration)
{
    otelmq_resource_release(configuration->resource);
    otelmq_sampler_destroy(configuration->sampler);
    for (size_t i = 0; i < configuration->processor_count; i++) {
        otelmq_processor_destroy(configuration->processors[i]);
    }
    otelmq_id_generator generator = configuration->id_generator;
    if (generator.ops != NULL && generator.ops->destroy != NULL) {
        generator.ops->destroy(generator.self);
    }
    otelmq_propagator_destroy(configuration->propagator);
    *configuration = (otelmq_sdk_configuration){0};
}
