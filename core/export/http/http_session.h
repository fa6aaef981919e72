/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The connections to one server, kept open from one request to the next, and a fixed number of
 * requests that may run on them at once. One thread at a time starts and drives them; another may
 * interrupt it.
 */
#ifndef OTELMQ_EXPORT_HTTP_SESSION_H
#define OTELMQ_EXPORT_HTTP_SESSION_H

#include "base/clock.h"
#include "export/http/http_answer.h"
#include "export/http/http_settings.h"

typedef struct otelmq_http_session otelmq_http_session;

/*
 * With settings->max_concurrent_requests places for requests. Yours; settings are borrowed for its
 * life. NULL, after reporting why, if it cannot.
 */
otelmq_http_session *otelmq_http_session_create(const otelmq_http_settings *settings);

/* Closes the connections and frees. NULL is fine. */
void otelmq_http_session_destroy(otelmq_http_session *session);

/* Begins a request in the place, where none is running. body is borrowed until it has ended. */
void otelmq_http_session_start(otelmq_http_session *session, size_t place, otelmq_str body,
                               otelmq_deadline deadline);

/*
 * Lets the requests run, and returns when one or more of them have ended, or else when the moment
 * until has come, or it was interrupted. A request ends at its deadline.
 */
void otelmq_http_session_run(otelmq_http_session *session, otelmq_deadline until);

/* How the request in the place ended; NULL while it is running. Borrowed until the next start. */
const otelmq_http_answer *otelmq_http_session_answer(const otelmq_http_session *session,
                                                     size_t place);

/* Ends what is under way, and all that follows, at once. Any thread. */
void otelmq_http_session_interrupt(otelmq_http_session *session);

/* Whether it was interrupted. Any thread. */
bool otelmq_http_session_is_interrupted(const otelmq_http_session *session);

#endif
