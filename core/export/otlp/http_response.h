/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a collector says in the body of its answer. The bytes are foreign: memory for them is
 * limited, and text is made fit for a one-line message.
 */
#ifndef OTELMQ_OTLP_HTTP_RESPONSE_H
#define OTELMQ_OTLP_HTTP_RESPONSE_H

#include "base/buffer.h"

typedef struct {
    bool is_valid; /* the body was an ExportTraceServiceResponse; empty is one */
    uint64_t rejected_spans;
    otelmq_buffer message; /* ends in NUL; data NULL when there is none */
} otelmq_http_partial_success;

/* Reads the body of a success. The caller cleans its message. */
void otelmq_http_partial_success_parse(otelmq_http_partial_success *result, otelmq_str body);

/*
 * Adds to message what the body of an error says, with a NUL behind it: the message of a
 * google.rpc.Status, or the beginning of plain text. Nothing if it says nothing.
 */
void otelmq_http_error_message(otelmq_buffer *message, otelmq_str body, bool is_protobuf);

#endif
