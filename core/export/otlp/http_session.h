/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A connection to the collector, kept open from one request to the next, on which one thread at a
 * time sends and waits; another may interrupt it.
 */
#ifndef OTELMQ_OTLP_HTTP_SESSION_H
#define OTELMQ_OTLP_HTTP_SESSION_H

#include "base/clock.h"
#include "export/otlp/http_settings.h"

typedef struct otelmq_http_session otelmq_http_session;

/* How a request ended. */
typedef enum {
    OTELMQ_HTTP_ANSWERED, /* the other fields of the answer say what */
    OTELMQ_HTTP_DISCONNECTED, /* no connection, or it broke before an answer */
    OTELMQ_HTTP_BROKEN, /* what came was no HTTP, or TLS was refused: no use to try again */
    OTELMQ_HTTP_TOO_LARGE, /* the answer was over the limit */
    OTELMQ_HTTP_TIMED_OUT,
    OTELMQ_HTTP_INTERRUPTED,
} otelmq_http_outcome;

typedef struct {
    otelmq_http_outcome outcome;
    long status; /* the HTTP status, when answered */
    uint32_t retry_after_s; /* 0: the answer has none */
    bool is_protobuf; /* what Content-Type says of the body */
    otelmq_str body; /* borrowed from the session until the next request */
    const char *error; /* why there is no answer; the same */
} otelmq_http_answer;

/* Yours; settings are borrowed for its life. NULL, after reporting why, if it cannot. */
otelmq_http_session *otelmq_http_session_create(const otelmq_http_settings *settings);

/* Closes the connection and frees. NULL is fine. */
void otelmq_http_session_destroy(otelmq_http_session *session);

/* Sends one request and waits for the answer until the deadline. */
otelmq_http_answer otelmq_http_session_post(otelmq_http_session *session, otelmq_str body,
                                            otelmq_deadline deadline);

/* Waits for wait_ms; false if it was interrupted. */
bool otelmq_http_session_sleep(otelmq_http_session *session, uint32_t wait_ms);

/* Ends what is under way, and all that follows, at once. Any thread. */
void otelmq_http_session_interrupt(otelmq_http_session *session);

/* Whether it was interrupted. Any thread. */
bool otelmq_http_session_is_interrupted(const otelmq_http_session *session);

#endif
