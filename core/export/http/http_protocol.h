/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What tells one exporter over HTTP from another: how spans become a request, and what an answer
 * means. The sender does the rest.
 */
#ifndef OTELMQ_EXPORT_HTTP_PROTOCOL_H
#define OTELMQ_EXPORT_HTTP_PROTOCOL_H

#include "base/buffer.h"
#include "export/http/http_answer.h"
#include "export/http/http_settings.h"

#include <otelmq/span_data.h>

typedef enum {
    OTELMQ_HTTP_TAKEN, /* the spans are there, but for rejected_spans of them */
    OTELMQ_HTTP_REFUSED, /* and would be again */
    OTELMQ_HTTP_RETRYABLE,
} otelmq_http_decision;

/* What an answer means; all zero at first. */
typedef struct {
    otelmq_http_decision decision;
    uint64_t rejected_spans;
    uint32_t retry_after_ms; /* 0: it does not say */
    bool is_strange; /* taken, by its status, but in a form that is not the protocol's */
    bool is_too_large; /* refused, because the answer is over the limit once it is unpacked */
    otelmq_buffer message; /* what the server says, in one line that ends in NUL; or nothing */
} otelmq_http_verdict;

typedef struct {
    /* The state of encode. NULL without memory; settings are borrowed for its life. */
    void *(*create)(const otelmq_http_settings *settings);
    void (*destroy)(void *encoder);
    /*
     * Puts the body of a request with count spans, at least one, into body, which is empty.
     * OTELMQ_ERROR_LIMIT when it would be over settings->max_request_size.
     */
    otelmq_status (*encode)(void *encoder, otelmq_buffer *body,
                            const otelmq_span_data *const spans[], size_t count);
    /* Reads an answer, which is one. */
    void (*judge)(const otelmq_http_settings *settings, const otelmq_http_answer *answer,
                  otelmq_http_verdict *verdict);
} otelmq_http_protocol;

#endif
