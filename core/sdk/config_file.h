/* SPDX-License-Identifier: Apache-2.0 */
/* OTEL_CONFIG_FILE, and who reads it. Not while another thread changes the environment. */
#ifndef OTELMQ_SDK_CONFIG_FILE_H
#define OTELMQ_SDK_CONFIG_FILE_H

#include <otelmq/sdk_configuration.h>

/*
 * The path in OTEL_CONFIG_FILE; NULL when it is not set, and, after a report, when nobody can read
 * it. Borrowed from the environment.
 */
const char *otelmq_config_file(void);

/* Makes the configuration that the file at path describes; reports why it cannot. */
otelmq_status otelmq_config_file_load(const char *path, const otelmq_sdk_options *options,
                                      otelmq_sdk_configuration *configuration);

#endif
