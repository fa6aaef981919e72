/* SPDX-License-Identifier: Apache-2.0 */
/*
 * OTLP, the protocol that collectors and vendors accept. Linking otelmq::otlp makes it what
 * otelmq_sdk_start uses by default; these functions are for wiring by hand. Where an option is left
 * open, the environment decides, the variables for traces before the general ones:
 *
 *     OTEL_EXPORTER_OTLP_[TRACES_]PROTOCOL     http/protobuf (default), http/json or grpc
 *     OTEL_EXPORTER_OTLP_ENDPOINT          http://localhost:4318, to which /v1/traces is added;
 *                                          for grpc http://localhost:4317
 *     OTEL_EXPORTER_OTLP_TRACES_ENDPOINT   used as it is
 *     OTEL_EXPORTER_OTLP_[TRACES_]HEADERS      key=value,key=value, percent-encoded
 *     OTEL_EXPORTER_OTLP_[TRACES_]TIMEOUT      milliseconds, 10000
 *     OTEL_EXPORTER_OTLP_[TRACES_]COMPRESSION  none or gzip
 *     OTEL_EXPORTER_OTLP_[TRACES_]CERTIFICATE  PEM file with the CA to trust
 *     OTEL_EXPORTER_OTLP_[TRACES_]CLIENT_CERTIFICATE, ..._CLIENT_KEY  PEM files
 *     OTEL_EXPORTER_OTLP_[TRACES_]INSECURE     true: no TLS to a grpc endpoint without a scheme
 *     OTELMQ_OTLP_FILE                     path for OTEL_TRACES_EXPORTER=otlp/file
 *
 * (Specification: protocol/exporter.md, protocol/file-exporter.md; opentelemetry-proto.)
 */
#ifndef OTELMQ_OTLP_H
#define OTELMQ_OTLP_H

#include <otelmq/exporter.h>

OTELMQ_BEGIN_C

typedef enum {
    OTELMQ_OTLP_PROTOCOL_DEFAULT = 0, /* as the environment says, else HTTP with protobuf */
    OTELMQ_OTLP_HTTP_PROTOBUF,
    OTELMQ_OTLP_HTTP_JSON,
    OTELMQ_OTLP_GRPC,
} otelmq_otlp_protocol;

typedef enum {
    OTELMQ_OTLP_COMPRESSION_DEFAULT = 0, /* as the environment says, else none */
    OTELMQ_OTLP_COMPRESSION_NONE,
    OTELMQ_OTLP_COMPRESSION_GZIP,
} otelmq_otlp_compression;

/* {0} follows the environment in everything. Copied. */
typedef struct {
    /* true: the environment is not asked, and what is left open is as if it said nothing. */
    bool ignores_environment;
    otelmq_otlp_protocol protocol;
    /*
     * The whole URL, path included, as "http://localhost:4318/v1/traces"; for gRPC without a path,
     * which would be ignored; or a Unix socket, "unix:///path/to.sock". NULL: the environment.
     */
    const char *endpoint;
    const char *const *headers; /* "Name: value" lines, as for curl, beside the environment's */
    size_t header_count;
    uint32_t timeout_ms; /* for one batch with all its retries; 0: the environment, else 10000 */
    otelmq_otlp_compression compression;
    const char *ca_file; /* these three are PEM; NULL: the environment, else the system's */
    const char *client_certificate_file; /* NULL: the environment, else none */
    const char *client_key_file; /* the same */
    uint32_t max_retries; /* sends again after the first; 0: until the timeout */
    /*
     * Requests under way at once; 0: 1, and an export waits for its answer. With more, it waits
     * only while all of them are under way; what became of a batch is told by a later call.
     */
    uint32_t max_concurrent_requests;
    uint32_t max_request_size; /* bytes, before compression; 0: 64 MiB. Batches over it are split */
    uint32_t max_response_size; /* bytes, after decompression too; 0: 4 MiB */
} otelmq_otlp_options;

/*
 * Sends spans to a collector. What is refused as overload, and what breaks the connection, is tried
 * again with exponential backoff and jitter, or when the collector says, within the timeout; other
 * refusals are final. options NULL: {0}. The result is yours, until you hand it to a processor or
 * to otelmq_sdk_start; {0} on failure, after reporting why.
 */
OTELMQ_API otelmq_exporter otelmq_otlp_exporter(const otelmq_otlp_options *options);

/*
 * Whether an exporter of these options can use their endpoint: an http or https URL, or a Unix
 * socket; with gRPC also "host:port". For who wants to refuse it before there is an exporter. NULL,
 * as options or as endpoint: true. Nothing is reported of the endpoint.
 */
OTELMQ_API bool otelmq_otlp_has_usable_endpoint(const otelmq_otlp_options *options);

/*
 * OTLP as JSON, one TracesData a line, appended to the file at path; NULL or "-": standard output.
 * Yours likewise; {0} when it cannot be opened, after reporting why.
 */
OTELMQ_API otelmq_exporter otelmq_otlp_exporter_file(const char *path);

/*
 * Registers "otlp", "otlp/stdout", "otlp/file" and "zipkin" for OTEL_TRACES_EXPORTER, and the
 * sampler of <otelmq/jaeger_remote_sampler.h>. It runs by itself when the library is loaded; call
 * it only where a linker dropped the library as unused.
 */
OTELMQ_API void otelmq_otlp_register(void);

OTELMQ_END_C

#endif
