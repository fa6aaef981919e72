/* SPDX-License-Identifier: Apache-2.0 */
/* The options of an HTTP exporter with all that they left open filled in from the environment. */
#ifndef OTELMQ_OTLP_HTTP_SETTINGS_H
#define OTELMQ_OTLP_HTTP_SETTINGS_H

#include "export/otlp/http_headers.h"

#include <otelmq/otlp.h>

typedef struct {
    char *url;
    char *shown_url; /* for messages */
    otelmq_http_headers headers;
    uint32_t timeout_ms;
    bool is_gzip;
    char *ca_file; /* these three: NULL when not set */
    char *client_certificate;
    char *client_key;
    uint32_t max_retries; /* UINT32_MAX: until the timeout */
} otelmq_http_settings;

/* options NULL: {0}. False, after reporting why, with nothing to clean. */
bool otelmq_http_settings_init(otelmq_http_settings *settings,
                               const otelmq_otlp_http_options *options);

void otelmq_http_settings_clean(otelmq_http_settings *settings);

#endif
