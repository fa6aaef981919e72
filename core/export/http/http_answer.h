/* SPDX-License-Identifier: Apache-2.0 */
/* How a request ended, and what was answered. The bytes of an answer are foreign. */
#ifndef OTELMQ_EXPORT_HTTP_ANSWER_H
#define OTELMQ_EXPORT_HTTP_ANSWER_H

#include <otelmq/str.h>

#include <stdint.h>

typedef enum {
    OTELMQ_HTTP_ANSWERED, /* the other fields of the answer say what */
    OTELMQ_HTTP_DISCONNECTED, /* no connection, or it broke before an answer */
    OTELMQ_HTTP_BROKEN, /* what came was no HTTP, or TLS was refused: no use to try again */
    OTELMQ_HTTP_TOO_LARGE, /* the answer was over the limit */
    OTELMQ_HTTP_TIMED_OUT,
    OTELMQ_HTTP_INTERRUPTED,
} otelmq_http_outcome;

/* What it points to is borrowed from the transfer until its next start. */
typedef struct {
    otelmq_http_outcome outcome;
    long status; /* the HTTP status, when answered */
    uint32_t retry_after_s; /* 0: the answer has none */
    otelmq_str headers; /* the lines of the header and of the trailer */
    otelmq_str body;
    const char *error; /* why there is no answer; NULL when there is one */
} otelmq_http_answer;

/*
 * The value of the last header or trailer of that name, in any case of its letters, without blanks
 * around it; data NULL when there is none. Borrowed from headers.
 */
otelmq_str otelmq_http_find_header(otelmq_str headers, const char *name);

/* Whether the answer's Content-Type is type, parameters aside. */
bool otelmq_http_answer_is(const otelmq_http_answer *answer, const char *type);

#endif
