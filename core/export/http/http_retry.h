/* SPDX-License-Identifier: Apache-2.0 */
/* When a request is sent again. (opentelemetry-proto: specification.md, "OTLP/HTTP Response".) */
#ifndef OTELMQ_EXPORT_HTTP_RETRY_H
#define OTELMQ_EXPORT_HTTP_RETRY_H

#include "export/http/http_protocol.h"

bool otelmq_http_is_success(long status);

/*
 * What an answer with a status that is no success means: 429, 502, 503 and 504, that the same
 * request may do better later. said, one line, is what its body says; it may be empty.
 */
void otelmq_http_judge_error(const otelmq_http_answer *answer, otelmq_str said,
                             otelmq_http_verdict *verdict);

/*
 * How long to wait before the retries-th sending again, from 1 on: at random between half and all
 * of a time that doubles up to a limit.
 */
uint32_t otelmq_http_backoff_ms(uint32_t retries);

#endif
