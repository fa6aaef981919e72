/* SPDX-License-Identifier: Apache-2.0 */
#include "config/headers.h"
#include "config/make.h"

#include <otelmq/otlp.h>
#include <otelmq/zipkin.h>

#include <stdlib.h>

typedef otelmq_exporter (*make_function)(otelmq_config_maker *maker,
                                         const otelmq_config_node *options);

/* No limit is 0 in the file, where the options of exporters have the default. */
static uint32_t or_unlimited(uint32_t number)
{
    return number > 0 ? number : UINT32_MAX;
}

/* One file of a pair is of no use. */
static bool check_pair(otelmq_config_maker *maker, const otelmq_config_node *tls, const char *key,
                       const char *other)
{
    const otelmq_config_node *file = otelmq_config_get(tls, key);
    if (file != NULL && otelmq_config_get(tls, other) == NULL) {
        otelmq_config_error(maker->problems, file->line, OTELMQ_ERROR_MALFORMED,
                            "tls.%s needs tls.%s.", key, other);
        return false;
    }
    return true;
}

static bool set_tls(otelmq_config_maker *maker, const otelmq_config_node *options,
                    otelmq_otlp_options *otlp)
{
    const otelmq_config_node *tls = otelmq_config_get(options, "tls");
    otlp->ca_file = otelmq_config_get_text(tls, "ca_file", NULL);
    otlp->client_key_file = otelmq_config_get_text(tls, "key_file", NULL);
    otlp->client_certificate_file = otelmq_config_get_text(tls, "cert_file", NULL);
    return check_pair(maker, tls, "key_file", "cert_file") &&
           check_pair(maker, tls, "cert_file", "key_file");
}

static otelmq_exporter make_otlp(otelmq_config_maker *maker, const otelmq_config_node *options,
                                 otelmq_otlp_protocol protocol, const char *endpoint)
{
    bool is_gzip = strcmp(otelmq_config_get_text(options, "compression", "none"), "gzip") == 0;
    otelmq_config_headers headers = {0};
    otelmq_otlp_options otlp = {
        .ignores_environment = true,
        .protocol = protocol,
        .endpoint = endpoint,
        .timeout_ms = or_unlimited(otelmq_config_get_uint(options, "timeout", 10000)),
        .compression = is_gzip ? OTELMQ_OTLP_COMPRESSION_GZIP : OTELMQ_OTLP_COMPRESSION_NONE,
        .max_request_size =
            or_unlimited(otelmq_config_get_uint(options, "max_request_size", 64 * 1024 * 1024)),
        .max_response_size = otelmq_config_get_uint(options, "max_response_size", 4 * 1024 * 1024),
    };
    otelmq_exporter exporter = {0};
    if (set_tls(maker, options, &otlp) && otelmq_config_headers_fill(&headers, maker, options)) {
        otlp.headers = headers.lines;
        otlp.header_count = headers.count;
        exporter = otelmq_otlp_exporter(&otlp);
    }
    return exporter;
}

static otelmq_exporter make_otlp_http(otelmq_config_maker *maker, const otelmq_config_node *options)
{
    bool is_json = strcmp(otelmq_config_get_text(options, "encoding", "protobuf"), "json") == 0;
    return make_otlp(
        maker, options, is_json ? OTELMQ_OTLP_HTTP_JSON : OTELMQ_OTLP_HTTP_PROTOBUF,
        otelmq_config_get_text(options, "endpoint", "http://localhost:4318/v1/traces"));
}

/* An endpoint without a scheme says nothing of TLS, and tls.insecure does. */
static const char *grpc_endpoint(otelmq_config_maker *maker, const otelmq_config_node *options)
{
    const char *endpoint = otelmq_config_get_text(options, "endpoint", "http://localhost:4317");
    if (strstr(endpoint, "://") != NULL) {
        return endpoint;
    }
    bool is_insecure = otelmq_config_get_bool(otelmq_config_get(options, "tls"), "insecure", false);
    const char *scheme = is_insecure ? "http://" : "https://";
    size_t scheme_len = strlen(scheme);
    char *url =
        otelmq_config_memory_take(&maker->config->memory, scheme_len + strlen(endpoint) + 1);
    if (url != NULL) {
        memcpy(url, scheme, scheme_len);
        memcpy(url + scheme_len, endpoint, strlen(endpoint));
    }
    return url;
}

static otelmq_exporter make_otlp_grpc(otelmq_config_maker *maker, const otelmq_config_node *options)
{
    const char *endpoint = grpc_endpoint(maker, options);
    return endpoint != NULL ? make_otlp(maker, options, OTELMQ_OTLP_GRPC, endpoint)
                            : (otelmq_exporter){0};
}

static otelmq_exporter make_otlp_file(otelmq_config_maker *maker, const otelmq_config_node *options)
{
    static const char scheme[] = "file://";
    const char *stream = otelmq_config_get_text(options, "output_stream", "stdout");
    if (strcmp(stream, "stdout") == 0) {
        return otelmq_otlp_exporter_file(NULL);
    }
    if (strncmp(stream, scheme, sizeof(scheme) - 1) != 0 || stream[sizeof(scheme) - 1] != '/') {
        otelmq_config_error(maker->problems, otelmq_config_line(options, "output_stream"),
                            OTELMQ_ERROR_MALFORMED,
                            "output_stream must be stdout or file:// with an absolute path, not "
                            "\"%.64s\".",
                            stream);
        return (otelmq_exporter){0};
    }
    return otelmq_otlp_exporter_file(stream + sizeof(scheme) - 1);
}

static otelmq_exporter make_console(otelmq_config_maker *maker, const otelmq_config_node *options)
{
    (void)maker;
    (void)options;
    return otelmq_exporter_console(NULL);
}

static otelmq_exporter make_zipkin(otelmq_config_maker *maker, const otelmq_config_node *options)
{
    (void)maker;
    const otelmq_zipkin_options zipkin = {
        .endpoint =
            otelmq_config_get_text(options, "endpoint", "http://localhost:9411/api/v2/spans"),
        .timeout_ms = or_unlimited(otelmq_config_get_uint(options, "timeout", 10000)),
    };
    return otelmq_zipkin_exporter(&zipkin);
}

static make_function find_built_in(otelmq_str name)
{
    static const struct {
        const char *name;
        make_function make;
    } exporters[] = {
        {"otlp_http", make_otlp_http},
        {"otlp_grpc", make_otlp_grpc},
        {"otlp_file/development", make_otlp_file},
        {"console", make_console},
        {"zipkin", make_zipkin},
    };
    for (size_t i = 0; i < sizeof(exporters) / sizeof(exporters[0]); i++) {
        if (otelmq_str_equal(name, otelmq_str_from(exporters[i].name))) {
            return exporters[i].make;
        }
    }
    return NULL;
}

static otelmq_exporter make_registered(const char *name)
{
    otelmq_exporter_factory factory = otelmq_exporter_factory_by_name(name);
    return factory != NULL ? factory(name) : (otelmq_exporter){0};
}

otelmq_exporter otelmq_config_make_exporter(otelmq_config_maker *maker,
                                            const otelmq_config_node *choice)
{
    const otelmq_config_entry *entry = choice->first;
    make_function make = find_built_in(entry->key);
    otelmq_exporter exporter =
        make != NULL ? make(maker, entry->node) : make_registered(entry->key.data);
    if (exporter.ops == NULL) {
        otelmq_config_error(maker->problems, entry->line, OTELMQ_ERROR_INVALID_ARGUMENT,
                            "the exporter \"%s\" cannot be made.", entry->key.data);
    }
    return exporter;
}
