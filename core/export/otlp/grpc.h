/* SPDX-License-Identifier: Apache-2.0 */
/*
 * OTLP/gRPC: a unary call is a POST over HTTP/2 with the request in one frame and its result in the
 * trailers, so that a library for HTTP is enough.
 *
 *     HEADERS  POST, content-type: application/grpc, te: trailers, grpc-timeout
 *     DATA     frame with the request               ->
 *                                                   <-  HEADERS  content-type: application/grpc
 *                                                       DATA     frame with the answer
 *                                                       HEADERS  grpc-status, grpc-message, ...
 *
 * (gRPC over HTTP/2; opentelemetry-proto: specification.md, "OTLP/gRPC".)
 */
#ifndef OTELMQ_OTLP_GRPC_H
#define OTELMQ_OTLP_GRPC_H

#include "export/http/http_protocol.h"

#define OTELMQ_GRPC_EXPORT_PATH "/opentelemetry.proto.collector.trace.v1.TraceService/Export"

extern const otelmq_http_protocol otelmq_otlp_grpc;

/* Makes settings those of gRPC: HTTP/2 with its headers. False without memory. */
bool otelmq_otlp_grpc_prepare(otelmq_http_settings *settings);

#endif
