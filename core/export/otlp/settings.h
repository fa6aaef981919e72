/* SPDX-License-Identifier: Apache-2.0 */
/* The options of an OTLP exporter with all that they left open filled in from the environment. */
#ifndef OTELMQ_OTLP_SETTINGS_H
#define OTELMQ_OTLP_SETTINGS_H

#include "export/http/http_settings.h"

#include <otelmq/otlp.h>

/* The protocol of the options, or of the environment: never the default. */
otelmq_otlp_protocol otelmq_otlp_settings_protocol(const otelmq_otlp_options *options);

/* False, after reporting why, with nothing to clean. */
bool otelmq_otlp_settings_init(otelmq_http_settings *settings, otelmq_otlp_protocol protocol,
                               const otelmq_otlp_options *options);

#endif
