/* SPDX-License-Identifier: Apache-2.0 */
/* The processors of an SDK: one for each destination, with a queue of its own. */
#ifndef OTELMQ_SDK_PROCESSORS_H
#define OTELMQ_SDK_PROCESSORS_H

#include "sdk/environment.h"

#include <otelmq/sdk_configuration.h>

enum { OTELMQ_SDK_PROCESSORS_MAX = OTELMQ_CONFIGURATION_PROCESSORS_MAX };

/*
 * Makes those of the exporters of the options, which it *owns*; where there are none, those of
 * configured, or of the environment when that is NULL. It fails for an exporter of the program's
 * own that cannot be used, and does without one of the environment's.
 */
otelmq_status otelmq_sdk_processors_make(const otelmq_sdk_options *options,
                                         otelmq_sdk_configuration *configured,
                                         otelmq_processor processors[OTELMQ_SDK_PROCESSORS_MAX],
                                         size_t *count);

/* Frees the exporters of options that were not handed over. */
void otelmq_sdk_exporters_destroy(const otelmq_sdk_options *options);

#endif
