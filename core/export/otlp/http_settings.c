/* SPDX-License-Identifier: Apache-2.0 */
#include "export/otlp/http_settings.h"

#include "export/otlp/environment.h"
#include "export/otlp/url.h"

#include <otelmq/diagnostics.h>

#include <stdlib.h>

static char *copy_of(const char *text)
{
    return text != NULL ? strdup(text) : NULL;
}

/* The option as it is, the environment's value where it is NULL. True unless memory was short. */
static bool set_path(char **path, const char *option, const char *from_environment)
{
    const char *source = option != NULL ? option : from_environment;
    *path = copy_of(source);
    return *path != NULL || source == NULL;
}

static bool add_option_headers(otelmq_http_headers *headers,
                               const otelmq_otlp_http_options *options)
{
    for (size_t i = 0; i < options->header_count; i++) {
        otelmq_str line = otelmq_str_from(options->headers[i]);
        const char *colon = line.len > 0 ? memchr(line.data, ':', line.len) : NULL;
        size_t name_len = colon != NULL ? (size_t)(colon - line.data) : 0;
        otelmq_status status = OTELMQ_ERROR_MALFORMED;
        if (colon != NULL) {
            otelmq_str value = otelmq_str_from_bytes(colon + 1, line.len - name_len - 1);
            status = otelmq_http_headers_add(headers, otelmq_str_from_bytes(line.data, name_len),
                                             otelmq_http_headers_trim(value));
        }
        if (status != OTELMQ_OK) {
            otelmq_diagnostics_report(OTELMQ_SEVERITY_ERROR,
                                      "The options of the OTLP exporter: header number %zu cannot "
                                      "be used: %s.",
                                      i + 1, otelmq_http_headers_refusal(status));
            return false;
        }
    }
    return true;
}

/* Those of the options come first, and so win. */
static bool set_headers(otelmq_http_settings *settings, const otelmq_otlp_http_options *options)
{
    return add_option_headers(&settings->headers, options) &&
           otelmq_otlp_environment_add_headers(&settings->headers);
}

static bool set_url(otelmq_http_settings *settings, const otelmq_otlp_http_options *options)
{
    settings->url =
        options->endpoint != NULL ? strdup(options->endpoint) : otelmq_otlp_environment_url();
    settings->shown_url = settings->url != NULL ? otelmq_url_masked(settings->url) : NULL;
    if (settings->shown_url == NULL) {
        return false;
    }
    if (!otelmq_url_is_http(settings->url)) {
        otelmq_diagnostics_report(OTELMQ_SEVERITY_ERROR,
                                  "The endpoint \"%s\" is not an http or https URL.",
                                  settings->shown_url);
        return false;
    }
    return true;
}

static bool set_files(otelmq_http_settings *settings, const otelmq_otlp_http_options *options)
{
    return set_path(&settings->ca_file, options->ca_file, otelmq_otlp_environment_ca_file()) &&
           set_path(&settings->client_certificate, NULL,
                    otelmq_otlp_environment_client_certificate()) &&
           set_path(&settings->client_key, NULL, otelmq_otlp_environment_client_key());
}

static bool is_gzip(otelmq_otlp_compression compression)
{
    return compression == OTELMQ_OTLP_COMPRESSION_DEFAULT
               ? otelmq_otlp_environment_is_gzip()
               : compression == OTELMQ_OTLP_COMPRESSION_GZIP;
}

bool otelmq_http_settings_init(otelmq_http_settings *settings,
                               const otelmq_otlp_http_options *options)
{
    static const otelmq_otlp_http_options defaults = {0};
    options = options != NULL ? options : &defaults;
    *settings = (otelmq_http_settings){0};
    otelmq_http_headers_init(&settings->headers);
    otelmq_otlp_environment_check_protocol();
    settings->timeout_ms =
        options->timeout_ms > 0 ? options->timeout_ms : otelmq_otlp_environment_timeout_ms();
    settings->is_gzip = is_gzip(options->compression);
    settings->max_retries = options->max_retries > 0 ? options->max_retries : UINT32_MAX;
    if (!set_url(settings, options) || !set_headers(settings, options) ||
        !set_files(settings, options)) {
        otelmq_diagnostics_report(OTELMQ_SEVERITY_ERROR, "No OTLP exporter was made.");
        otelmq_http_settings_clean(settings);
        return false;
    }
    return true;
}

void otelmq_http_settings_clean(otelmq_http_settings *settings)
{
    free(settings->url);
    free(settings->shown_url);
    free(settings->ca_file);
    free(settings->client_certificate);
    free(settings->client_key);
    otelmq_http_headers_clean(&settings->headers);
    *settings = (otelmq_http_settings){0};
}
