/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The variables of the OTLP exporters: those for traces, then the general ones, then the default.
 * An empty variable counts as unset. A wrong value is reported with its variable and with what is
 * used instead. (Specification: protocol/exporter.md, "Configuration Options".)
 */
#ifndef OTELMQ_OTLP_ENVIRONMENT_H
#define OTELMQ_OTLP_ENVIRONMENT_H

#include "export/otlp/http_headers.h"

#include <stdint.h>

/* The whole URL. Yours to free; NULL without memory. */
char *otelmq_otlp_environment_url(void);

uint32_t otelmq_otlp_environment_timeout_ms(void);

bool otelmq_otlp_environment_is_gzip(void);

/* Adds the headers; false without memory. */
bool otelmq_otlp_environment_add_headers(otelmq_http_headers *headers);

/* Paths of PEM files. Borrowed from the environment; NULL when not set. */
const char *otelmq_otlp_environment_ca_file(void);
const char *otelmq_otlp_environment_client_certificate(void);
const char *otelmq_otlp_environment_client_key(void);

/* Reports a protocol that is not there. */
void otelmq_otlp_environment_check_protocol(void);

/* The path for otlp/file. Borrowed; NULL when not set. */
const char *otelmq_otlp_environment_file(void);

#endif
