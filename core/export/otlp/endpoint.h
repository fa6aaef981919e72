/* SPDX-License-Identifier: Apache-2.0 */
/* What an OTLP exporter can be pointed at. */
#ifndef OTELMQ_OTLP_ENDPOINT_H
#define OTELMQ_OTLP_ENDPOINT_H

#include <stdbool.h>

/* An http or https URL, or a Unix socket; for gRPC also "host:port". */
bool otelmq_otlp_is_endpoint(const char *text, bool is_grpc);

#endif
