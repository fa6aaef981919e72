/* SPDX-License-Identifier: Apache-2.0 */
#include "export/otlp/settings.h"

#include "base/buffer.h"
#include "export/http/url.h"
#include "export/otlp/environment.h"
#include "export/otlp/grpc.h"

#include <otelmq/diagnostics.h>

#include <stdlib.h>

static const char USER_AGENT[] = "otelmq/" OTELMQ_VERSION " OTel-OTLP-Exporter-C/" OTELMQ_VERSION;
static const char TRACES_PATH[] = "/v1/traces";

otelmq_otlp_protocol otelmq_otlp_settings_protocol(const otelmq_otlp_options *options)
{
    if (options->protocol != OTELMQ_OTLP_PROTOCOL_DEFAULT) {
        return options->protocol;
    }
    return options->ignores_environment ? OTELMQ_OTLP_HTTP_PROTOBUF
                                        : otelmq_otlp_environment_protocol();
}

static bool set_file(char **file, const char *option, const otelmq_otlp_options *options,
                     const char *(*look_up)(void))
{
    bool is_open = option == NULL && !options->ignores_environment;
    return otelmq_http_settings_set_path(file, is_open ? look_up() : option);
}

static bool set_files(otelmq_http_settings *settings, const otelmq_otlp_options *options)
{
    return set_file(&settings->ca_file, options->ca_file, options,
                    otelmq_otlp_environment_ca_file) &&
           set_file(&settings->client_certificate, options->client_certificate_file, options,
                    otelmq_otlp_environment_client_certificate) &&
           set_file(&settings->client_key, options->client_key_file, options,
                    otelmq_otlp_environment_client_key);
}

/* gRPC's own form, "host:port", says nothing of TLS. Yours to free; NULL without memory. */
static char *with_scheme(const char *endpoint, const otelmq_otlp_options *options)
{
    otelmq_buffer url;
    otelmq_buffer_init(&url);
    if (strstr(endpoint, "://") == NULL && otelmq_url_socket_path(endpoint) == NULL) {
        bool is_insecure = !options->ignores_environment && otelmq_otlp_environment_is_insecure();
        otelmq_buffer_add_text(&url, is_insecure ? "http://" : "https://");
    }
    otelmq_buffer_add(&url, endpoint, strlen(endpoint) + 1);
    if (!otelmq_buffer_is_complete(&url)) {
        otelmq_buffer_clean(&url);
    }
    return url.data;
}

/* A gRPC endpoint is a server, whose path is that of the call. */
static bool set_grpc_path(otelmq_http_settings *settings)
{
    char *url = otelmq_url_with_path(settings->url, OTELMQ_GRPC_EXPORT_PATH);
    free(settings->url);
    settings->url = url;
    return url != NULL;
}

static bool set_grpc_endpoint(otelmq_http_settings *settings, const char *endpoint,
                              const otelmq_otlp_options *options)
{
    char *url = with_scheme(endpoint, options);
    bool is_set = url != NULL &&
                  otelmq_http_settings_set_endpoint(settings, url, OTELMQ_GRPC_EXPORT_PATH) &&
                  set_grpc_path(settings);
    free(url);
    return is_set;
}

static bool set_endpoint(otelmq_http_settings *settings, otelmq_otlp_protocol protocol,
                         const otelmq_otlp_options *options)
{
    bool is_grpc = protocol == OTELMQ_OTLP_GRPC;
    char *found = NULL;
    const char *endpoint = options->endpoint;
    if (endpoint == NULL) {
        found = options->ignores_environment ? otelmq_otlp_default_endpoint(is_grpc)
                                             : otelmq_otlp_environment_endpoint(is_grpc);
        endpoint = found;
    }
    if (endpoint == NULL) {
        return false;
    }
    bool is_set = is_grpc ? set_grpc_endpoint(settings, endpoint, options)
                          : otelmq_http_settings_set_endpoint(settings, endpoint, TRACES_PATH);
    free(found);
    return is_set;
}

/* The exporter's own come last, and no other has their names; the options' win by being first. */
static bool set_headers(otelmq_http_settings *settings, otelmq_otlp_protocol protocol,
                        const otelmq_otlp_options *options)
{
    otelmq_http_headers *headers = &settings->headers;
    if (!otelmq_http_settings_add_headers(settings, options->headers, options->header_count) ||
        (!options->ignores_environment && !otelmq_otlp_environment_add_headers(headers))) {
        return false;
    }
    if (protocol == OTELMQ_OTLP_GRPC) {
        return otelmq_otlp_grpc_prepare(settings);
    }
    return otelmq_http_settings_add_body_headers(settings, protocol == OTELMQ_OTLP_HTTP_JSON
                                                               ? "application/json"
                                                               : "application/x-protobuf");
}

static bool is_gzip(const otelmq_otlp_options *options)
{
    return options->compression == OTELMQ_OTLP_COMPRESSION_DEFAULT && !options->ignores_environment
               ? otelmq_otlp_environment_is_gzip()
               : options->compression == OTELMQ_OTLP_COMPRESSION_GZIP;
}

static uint32_t timeout_ms(const otelmq_otlp_options *options)
{
    if (options->timeout_ms > 0) {
        return options->timeout_ms;
    }
    return options->ignores_environment ? OTELMQ_OTLP_DEFAULT_TIMEOUT_MS
                                        : otelmq_otlp_environment_timeout_ms();
}

static void set_numbers(otelmq_http_settings *settings, const otelmq_otlp_options *options)
{
    settings->timeout_ms = timeout_ms(options);
    if (options->max_retries > 0) {
        settings->max_retries = options->max_retries;
    }
    if (options->max_concurrent_requests > 0) {
        settings->max_concurrent_requests = options->max_concurrent_requests;
    }
    if (options->max_request_size > 0) {
        settings->max_request_size = options->max_request_size;
    }
    if (options->max_response_size > 0) {
        settings->max_response_size = options->max_response_size;
    }
}

bool otelmq_otlp_settings_init(otelmq_http_settings *settings, otelmq_otlp_protocol protocol,
                               const otelmq_otlp_options *options)
{
    otelmq_http_settings_init(settings);
    settings->user_agent = USER_AGENT;
    settings->is_gzip = is_gzip(options);
    set_numbers(settings, options);
    if (!set_endpoint(settings, protocol, options) || !set_headers(settings, protocol, options) ||
        !set_files(settings, options)) {
        otelmq_diagnostics_report(OTELMQ_SEVERITY_ERROR, "No OTLP exporter was made.");
        otelmq_http_settings_clean(settings);
        return false;
    }
    return true;
}
