/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The variables of the OTLP exporters: those for traces, then the general ones, then the default.
 * An empty variable counts as unset. A wrong value is reported with its variable and with what is
 * used instead. (Specification: protocol/exporter.md, "Configuration Options".)
 */
#ifndef OTELMQ_OTLP_ENVIRONMENT_H
#define OTELMQ_OTLP_ENVIRONMENT_H

#include "export/http/http_headers.h"

#include <otelmq/otlp.h>

/* What counts where nobody says anything; the endpoint is yours to free, NULL without memory. */
enum { OTELMQ_OTLP_DEFAULT_TIMEOUT_MS = 10000 };
char *otelmq_otlp_default_endpoint(bool is_grpc);

/* The protocol, which is never OTELMQ_OTLP_PROTOCOL_DEFAULT. */
otelmq_otlp_protocol otelmq_otlp_environment_protocol(void);

/*
 * The endpoint, for HTTP with its whole path: a URL that can be used, or for gRPC perhaps one
 * without a scheme. Yours to free; NULL without memory.
 */
char *otelmq_otlp_environment_endpoint(bool is_grpc);

/* Whether a gRPC endpoint without a scheme is spoken to without TLS. */
bool otelmq_otlp_environment_is_insecure(void);

uint32_t otelmq_otlp_environment_timeout_ms(void);

bool otelmq_otlp_environment_is_gzip(void);

/* Adds the headers; false without memory. */
bool otelmq_otlp_environment_add_headers(otelmq_http_headers *headers);

/* Paths of PEM files. Borrowed from the environment; NULL when not set. */
const char *otelmq_otlp_environment_ca_file(void);
const char *otelmq_otlp_environment_client_certificate(void);
const char *otelmq_otlp_environment_client_key(void);

/* The path for otlp/file. Borrowed; NULL when not set. */
const char *otelmq_otlp_environment_file(void);

#endif
