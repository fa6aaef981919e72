/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Sends batches to a collector, one at a time, and counts and reports what is lost. It belongs to
 * the process that made it.
 */
#ifndef OTELMQ_OTLP_HTTP_SENDER_H
#define OTELMQ_OTLP_HTTP_SENDER_H

#include "export/otlp/http_session.h"

typedef struct otelmq_http_sender otelmq_http_sender;

/* Yours; settings are borrowed for its life. NULL, after reporting why, if it cannot. */
otelmq_http_sender *otelmq_http_sender_create(const otelmq_http_settings *settings);

/* NULL is fine. */
void otelmq_http_sender_destroy(otelmq_http_sender *sender);

/*
 * Returns when count spans are taken, refused or too late. OTELMQ_OK also when the collector
 * refused a part of them, which is then counted here.
 */
otelmq_status otelmq_http_sender_send(otelmq_http_sender *sender,
                                      const otelmq_span_data *const spans[], size_t count,
                                      otelmq_deadline deadline);

/* Ends what is under way, and all that follows, at once. Any thread. */
void otelmq_http_sender_interrupt(otelmq_http_sender *sender);

/* Whether this process made it: a child must neither use nor free its parent's. */
bool otelmq_http_sender_is_own(const otelmq_http_sender *sender);

/* Gives up a sender of the parent process, without touching its connection. */
void otelmq_http_sender_abandon(otelmq_http_sender *sender);

#endif
