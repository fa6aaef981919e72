/* SPDX-License-Identifier: Apache-2.0 */
/* What is said of requests that went wrong, and how it is counted. */
#ifndef OTELMQ_EXPORT_HTTP_REPORT_H
#define OTELMQ_EXPORT_HTTP_REPORT_H

#include "export/http/http_protocol.h"

/* Why a request did not bring its spans over the first time, or at all. */
typedef struct {
    otelmq_status status;
    otelmq_buffer text; /* what the server did, to stand behind its name; ends in NUL */
} otelmq_http_failure;

void otelmq_http_failure_init(otelmq_http_failure *failure);
void otelmq_http_failure_clean(otelmq_http_failure *failure);

/* Sets it by an answer; verdict is that of one with the outcome OTELMQ_HTTP_ANSWERED, else NULL. */
void otelmq_http_failure_set(otelmq_http_failure *failure, const otelmq_http_settings *settings,
                             const otelmq_http_answer *answer, const otelmq_http_verdict *verdict);

/* Each of these reports one thing about count spans. */
void otelmq_http_report_lost(const otelmq_http_settings *settings, size_t count,
                             const otelmq_http_failure *failure);
void otelmq_http_report_retry(const otelmq_http_settings *settings, size_t count,
                              const otelmq_http_failure *failure);
void otelmq_http_report_unsent(const otelmq_http_settings *settings, size_t count,
                               otelmq_status status);
void otelmq_http_report_held_back(const otelmq_http_settings *settings, size_t count);
void otelmq_http_report_taken(const otelmq_http_settings *settings, size_t count,
                              const otelmq_http_answer *answer, const otelmq_http_verdict *verdict);

#endif
