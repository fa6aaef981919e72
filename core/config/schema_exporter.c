/* SPDX-License-Identifier: Apache-2.0 */
#include "config/schema.h"

#include <otelmq/exporter.h>

static const char *const compressions[] = {"none", "gzip", NULL};
static const char *const encodings[] = {"protobuf", "json", NULL};

static const otelmq_schema compression = {
    .kind = OTELMQ_SCHEMA_STRING,
    .is_nullable = true,
    .names = compressions,
};

static const otelmq_schema encoding = {
    .kind = OTELMQ_SCHEMA_STRING,
    .is_nullable = true,
    .names = encodings,
};

static const otelmq_schema path = {.kind = OTELMQ_SCHEMA_PATH, .is_nullable = true};

static const otelmq_schema secret = {
    .kind = OTELMQ_SCHEMA_STRING,
    .is_nullable = true,
    .is_secret = true,
};

static const otelmq_property header_properties[] = {
    {"name", &otelmq_schema_string, true},
    {"value", &secret, true},
    {NULL, NULL, false},
};

static const otelmq_schema header = {.kind = OTELMQ_SCHEMA_MAP, .properties = header_properties};
static const otelmq_schema headers = {.kind = OTELMQ_SCHEMA_LIST, .items = &header};

static const otelmq_property http_tls_properties[] = {
    {"ca_file", &path, false},
    {"key_file", &path, false},
    {"cert_file", &path, false},
    {NULL, NULL, false},
};

static const otelmq_schema http_tls = {
    .kind = OTELMQ_SCHEMA_MAP,
    .is_nullable = true,
    .properties = http_tls_properties,
};

static const otelmq_property grpc_tls_properties[] = {
    {"ca_file", &path, false},   {"key_file", &path, false},
    {"cert_file", &path, false}, {"insecure", &otelmq_schema_optional_bool, false},
    {NULL, NULL, false},
};

static const otelmq_schema grpc_tls = {
    .kind = OTELMQ_SCHEMA_MAP,
    .is_nullable = true,
    .properties = grpc_tls_properties,
};

static const otelmq_property otlp_http_properties[] = {
    {"endpoint", &otelmq_schema_optional_string, false},
    {"tls", &http_tls, false},
    {"headers", &headers, false},
    {"headers_list", &secret, false},
    {"compression", &compression, false},
    {"max_request_size", &otelmq_schema_optional_count, false},
    {"max_response_size", &otelmq_schema_optional_size, false},
    {"timeout", &otelmq_schema_optional_milliseconds, false},
    {"encoding", &encoding, false},
    {NULL, NULL, false},
};

static const otelmq_schema otlp_http = {
    .kind = OTELMQ_SCHEMA_MAP,
    .is_nullable = true,
    .properties = otlp_http_properties,
};

static const otelmq_property otlp_grpc_properties[] = {
    {"endpoint", &otelmq_schema_optional_string, false},
    {"tls", &grpc_tls, false},
    {"headers", &headers, false},
    {"headers_list", &secret, false},
    {"compression", &compression, false},
    {"max_request_size", &otelmq_schema_optional_count, false},
    {"max_response_size", &otelmq_schema_optional_size, false},
    {"timeout", &otelmq_schema_optional_milliseconds, false},
    {NULL, NULL, false},
};

static const otelmq_schema otlp_grpc = {
    .kind = OTELMQ_SCHEMA_MAP,
    .is_nullable = true,
    .properties = otlp_grpc_properties,
};

static const otelmq_property otlp_file_properties[] = {
    {"output_stream", &otelmq_schema_optional_string, false},
    {NULL, NULL, false},
};

static const otelmq_schema otlp_file = {
    .kind = OTELMQ_SCHEMA_MAP,
    .is_nullable = true,
    .properties = otlp_file_properties,
};

static const otelmq_property zipkin_properties[] = {
    {"endpoint", &otelmq_schema_optional_string, false},
    {"timeout", &otelmq_schema_optional_milliseconds, false},
    {NULL, NULL, false},
};

static const otelmq_schema zipkin = {
    .kind = OTELMQ_SCHEMA_MAP,
    .is_nullable = true,
    .properties = zipkin_properties,
};

/* Not those of otelmq::otlp, which ask the environment; the file has other names for them. */
static bool is_exporter(const char *name)
{
    return strncmp(name, "otlp", strlen("otlp")) != 0 &&
           otelmq_exporter_factory_by_name(name) != NULL;
}

static const otelmq_property exporter_names[] = {
    {"otlp_http", &otlp_http, false},
    {"otlp_grpc", &otlp_grpc, false},
    {"otlp_file/development", &otlp_file, false},
    {"console", &otelmq_schema_nothing, false},
    {"zipkin", &zipkin, false},
    {NULL, NULL, false},
};

const otelmq_schema otelmq_schema_exporter = {
    .kind = OTELMQ_SCHEMA_CHOICE,
    .properties = exporter_names,
    .is_registered = is_exporter,
};
