/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How a gRPC call ended, as the trailers of its answer say. The bytes are foreign.
 * (gRPC over HTTP/2: Responses; google/rpc/code.proto, status.proto, error_details.proto.)
 */
#ifndef OTELMQ_OTLP_GRPC_STATUS_H
#define OTELMQ_OTLP_GRPC_STATUS_H

#include "base/buffer.h"

typedef enum {
    OTELMQ_GRPC_OK = 0,
    OTELMQ_GRPC_CANCELLED = 1,
    OTELMQ_GRPC_UNKNOWN = 2,
    OTELMQ_GRPC_DEADLINE_EXCEEDED = 4,
    OTELMQ_GRPC_PERMISSION_DENIED = 7,
    OTELMQ_GRPC_RESOURCE_EXHAUSTED = 8,
    OTELMQ_GRPC_ABORTED = 10,
    OTELMQ_GRPC_OUT_OF_RANGE = 11,
    OTELMQ_GRPC_UNIMPLEMENTED = 12,
    OTELMQ_GRPC_INTERNAL = 13,
    OTELMQ_GRPC_UNAVAILABLE = 14,
    OTELMQ_GRPC_DATA_LOSS = 15,
    OTELMQ_GRPC_UNAUTHENTICATED = 16,
} otelmq_grpc_code;

typedef struct {
    bool is_there; /* the headers had a status; else code is UNKNOWN */
    uint32_t code; /* an otelmq_grpc_code, or one that nobody knows */
    bool has_retry_info;
    uint32_t retry_delay_ms;
    otelmq_buffer message; /* one line, without a NUL */
} otelmq_grpc_status;

/* Reads the lines of header and trailer. The caller cleans it. */
void otelmq_grpc_status_parse(otelmq_grpc_status *status, otelmq_str headers);

void otelmq_grpc_status_clean(otelmq_grpc_status *status);

/* What OTLP sends again. (opentelemetry-proto: specification.md, "OTLP/gRPC Response".) */
bool otelmq_grpc_status_is_retryable(const otelmq_grpc_status *status);

/* The code that gRPC has an HTTP status stand for, where there is no other. */
otelmq_grpc_code otelmq_grpc_code_from_http(long http_status);

/* As "UNAVAILABLE"; NULL for one that nobody knows. */
const char *otelmq_grpc_code_name(uint32_t code);

#endif
