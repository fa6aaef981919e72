/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Sends batches to a server, and reports what is lost. Up to settings->max_concurrent_requests of
 * them are under way at once. There is no thread here: nothing moves but inside these calls, and
 * who has sent something calls again, or flushes, until nothing is under way any more. It belongs
 * to the process that made it.
 */
#ifndef OTELMQ_EXPORT_HTTP_SENDER_H
#define OTELMQ_EXPORT_HTTP_SENDER_H

#include "base/clock.h"
#include "export/http/http_protocol.h"

#include <otelmq/exporter.h>

typedef struct otelmq_http_sender otelmq_http_sender;

/* Yours; settings are borrowed for its life. NULL, after reporting why, if it cannot. */
otelmq_http_sender *otelmq_http_sender_create(const otelmq_http_settings *settings,
                                              const otelmq_http_protocol *protocol);

/* Gives up what is under way. NULL is fine. */
void otelmq_http_sender_destroy(otelmq_http_sender *sender);

/*
 * Sends count spans, and returns when there is room for one request more: with a single one at a
 * time, when these are taken, refused or too late. result and status tell what became of these and
 * of earlier spans since the call before.
 */
otelmq_status otelmq_http_sender_send(otelmq_http_sender *sender,
                                      const otelmq_span_data *const spans[], size_t count,
                                      otelmq_deadline deadline, otelmq_export_result *result);

/* Returns when nothing is under way any more, or with OTELMQ_ERROR_TIMEOUT at the deadline. */
otelmq_status otelmq_http_sender_flush(otelmq_http_sender *sender, otelmq_deadline deadline,
                                       otelmq_export_result *result);

/* Ends what is under way, and all that follows, at once. Any thread. */
void otelmq_http_sender_interrupt(otelmq_http_sender *sender);

/* Whether this process made it: a child must neither use nor free its parent's. */
bool otelmq_http_sender_is_own(const otelmq_http_sender *sender);

/* Gives up a sender of the parent process, without touching its connection. */
void otelmq_http_sender_abandon(otelmq_http_sender *sender);

#endif
