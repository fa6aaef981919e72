/* SPDX-License-Identifier: Apache-2.0 */
/* What an answer means. (opentelemetry-proto: specification.md, "OTLP/HTTP Response".) */
#ifndef OTELMQ_OTLP_HTTP_JUDGE_H
#define OTELMQ_OTLP_HTTP_JUDGE_H

#include "export/http/http_protocol.h"

/* Whether the body is protobuf or JSON is what its Content-Type says, whatever was sent. */
void otelmq_otlp_http_judge(const otelmq_http_settings *settings, const otelmq_http_answer *answer,
                            otelmq_http_verdict *verdict);

#endif
