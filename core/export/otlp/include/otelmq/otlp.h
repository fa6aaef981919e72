/* SPDX-License-Identifier: Apache-2.0 */
/*
 * OTLP, the protocol that collectors and vendors accept. Linking otelmq::otlp makes it what
 * otelmq_sdk_start uses by default; these functions are for wiring by hand. Where an option is left
 * open, the environment decides, the variables for traces before the general ones:
 *
 *     OTEL_EXPORTER_OTLP_ENDPOINT          http://localhost:4318, to which /v1/traces is added
 *     OTEL_EXPORTER_OTLP_TRACES_ENDPOINT   used as it is
 *     OTEL_EXPORTER_OTLP_[TRACES_]HEADERS      key=value,key=value, percent-encoded
 *     OTEL_EXPORTER_OTLP_[TRACES_]TIMEOUT      milliseconds, 10000
 *     OTEL_EXPORTER_OTLP_[TRACES_]COMPRESSION  none or gzip
 *     OTEL_EXPORTER_OTLP_[TRACES_]CERTIFICATE  PEM file with the CA to trust
 *     OTEL_EXPORTER_OTLP_[TRACES_]CLIENT_CERTIFICATE, ..._CLIENT_KEY  PEM files
 *     OTEL_EXPORTER_OTLP_[TRACES_]PROTOCOL     http/protobuf
 *     OTELMQ_OTLP_FILE                     path for OTEL_TRACES_EXPORTER=otlp/file
 *
 * (Specification: protocol/exporter.md, protocol/file-exporter.md; opentelemetry-proto.)
 */
#ifndef OTELMQ_OTLP_H
#define OTELMQ_OTLP_H

#include <otelmq/exporter.h>

OTELMQ_BEGIN_C

typedef enum {
    OTELMQ_OTLP_COMPRESSION_DEFAULT = 0, /* as the environment says, else none */
    OTELMQ_OTLP_COMPRESSION_NONE,
    OTELMQ_OTLP_COMPRESSION_GZIP,
} otelmq_otlp_compression;

/* {0} follows the environment in everything. Copied. */
typedef struct {
    const char *endpoint; /* the whole URL, path included; NULL: the environment */
    const char *const *headers; /* "Name: value" lines, as for curl, beside the environment's */
    size_t header_count;
    uint32_t timeout_ms; /* for one batch with all its retries; 0: the environment, else 10000 */
    otelmq_otlp_compression compression;
    const char *ca_file; /* PEM; NULL: the environment, else the system's */
    uint32_t max_retries; /* sends again after the first; 0: until the timeout */
} otelmq_otlp_http_options;

/*
 * OTLP/HTTP with protobuf. Answers 429, 502, 503, 504 and broken connections are tried again with
 * exponential backoff and jitter, or after Retry-After, within the timeout; others are not. options
 * NULL: {0}. {0} on failure, after reporting why.
 */
OTELMQ_API otelmq_exporter otelmq_otlp_exporter_http(const otelmq_otlp_http_options *options);

/*
 * OTLP as JSON, one TracesData a line, appended to the file at path; NULL or "-": standard output.
 * {0} when it cannot be opened, after reporting why.
 */
OTELMQ_API otelmq_exporter otelmq_otlp_exporter_file(const char *path);

/*
 * Registers "otlp", "otlp/stdout" and "otlp/file" for OTEL_TRACES_EXPORTER. It runs by itself when
 * the library is loaded; call it only where a linker dropped the library as unused.
 */
OTELMQ_API void otelmq_otlp_register(void);

OTELMQ_END_C

#endif
