/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a collector says in the body of a success, an ExportTraceServiceResponse, and of an error, a
 * google.rpc.Status, both as protobuf and as JSON. The bytes are foreign: memory for them is
 * limited, and text is made fit to be shown.
 */
#ifndef OTELMQ_OTLP_PARTIAL_SUCCESS_H
#define OTELMQ_OTLP_PARTIAL_SUCCESS_H

#include "base/buffer.h"

typedef struct {
    bool is_valid; /* the body was an ExportTraceServiceResponse; empty is one */
    uint64_t rejected_spans;
    otelmq_buffer message; /* without a NUL; empty when there is none */
} otelmq_otlp_partial_success;

/* Reads the body of a success. The caller cleans result's message. */
void otelmq_otlp_partial_success_parse(otelmq_otlp_partial_success *result, otelmq_str body);
void otelmq_otlp_partial_success_parse_json(otelmq_otlp_partial_success *result, otelmq_str body);

/* Adds the message of an error, if it has one. */
void otelmq_otlp_error_message_parse(otelmq_buffer *message, otelmq_str body);
void otelmq_otlp_error_message_parse_json(otelmq_buffer *message, otelmq_str body);

#endif
