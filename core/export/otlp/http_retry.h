/* SPDX-License-Identifier: Apache-2.0 */
/* When a request is sent again. (opentelemetry-proto: specification.md, "OTLP/HTTP Response".) */
#ifndef OTELMQ_OTLP_HTTP_RETRY_H
#define OTELMQ_OTLP_HTTP_RETRY_H

#include "export/otlp/http_session.h"

bool otelmq_http_is_retryable(const otelmq_http_answer *answer);

/*
 * How long to wait before the retries-th sending again, from 1 on: at random between half and all
 * of a time that doubles up to a limit.
 */
uint32_t otelmq_http_backoff_ms(uint32_t retries);

#endif
