/* SPDX-License-Identifier: Apache-2.0 */
/*
 * All that an SDK is made of, in place of the environment's variables. otelmq::config makes it of
 * the YAML file that OTEL_CONFIG_FILE names; you meet it when you write a loader of your own.
 * (Specification: configuration/sdk.md.)
 */
#ifndef OTELMQ_SDK_CONFIGURATION_H
#define OTELMQ_SDK_CONFIGURATION_H

#include <otelmq/sdk.h>

OTELMQ_BEGIN_C

enum { OTELMQ_CONFIGURATION_PROCESSORS_MAX = 32 };

/* Each part is *owned*. {0} is an SDK that records all spans and exports none. */
typedef struct {
    bool is_disabled; /* nothing is recorded; context still travels */
    const otelmq_resource *resource; /* NULL: otelmq_resource_default */
    otelmq_sampler sampler; /* {0}: parent-based over always-on */
    otelmq_processor processors[OTELMQ_CONFIGURATION_PROCESSORS_MAX];
    size_t processor_count;
    otelmq_id_generator id_generator; /* {0}: random */
    otelmq_span_limits limits;
    otelmq_propagator propagator; /* {0}: none, which passes no context on */
} otelmq_sdk_configuration;

/*
 * As otelmq_sdk_start, with configuration for what options leave open; the environment is not
 * asked. *Owns* the parts of configuration, on failure too, and leaves it {0}.
 */
OTELMQ_API otelmq_status otelmq_sdk_start_configured(otelmq_sdk_configuration *configuration,
                                                     const otelmq_sdk_options *options,
                                                     otelmq_sdk **sdk);

/* Frees the parts of a configuration that was not handed over. */
OTELMQ_API void otelmq_sdk_configuration_clean(otelmq_sdk_configuration *configuration);

/*
 * Reads the file at path into configuration, which is {0} before, and stays so on failure, after
 * reporting why. options (never NULL) are what wins over it: a sampler, for example, asks about
 * their service.
 */
typedef otelmq_status (*otelmq_config_loader)(const char *path, const otelmq_sdk_options *options,
                                              otelmq_sdk_configuration *configuration);

/*
 * Makes loader the one for OTEL_CONFIG_FILE; the last one registered is. otelmq::config registers
 * its own as it is linked in. NULL: there is none any more. Any thread.
 */
OTELMQ_API void otelmq_config_loader_register(otelmq_config_loader loader);

OTELMQ_END_C

#endif
