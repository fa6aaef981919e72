/* SPDX-License-Identifier: Apache-2.0 */
/* OTLP/HTTP, in its two forms. (opentelemetry-proto: specification.md, "OTLP/HTTP".) */
#ifndef OTELMQ_OTLP_HTTP_ENCODING_H
#define OTELMQ_OTLP_HTTP_ENCODING_H

#include "export/http/http_protocol.h"

extern const otelmq_http_protocol otelmq_otlp_http_protobuf;
extern const otelmq_http_protocol otelmq_otlp_http_json;

#endif
