/* SPDX-License-Identifier: Apache-2.0 */
/* One question to the collector: an HTTP GET that another thread can end. */
#ifndef OTELMQ_JAEGER_REMOTE_REQUEST_H
#define OTELMQ_JAEGER_REMOTE_REQUEST_H

#include "base/buffer.h"

typedef struct otelmq_jaeger_request otelmq_jaeger_request;

/* Yours; url is borrowed for its life. NULL without memory. */
otelmq_jaeger_request *otelmq_jaeger_request_create(const char *url, uint32_t timeout_ms);

/*
 * Asks, once, and appends the answer's body. NULL, or why there is no answer of status 200 with a
 * body of bounded size: borrowed from the request.
 */
const char *otelmq_jaeger_request_run(otelmq_jaeger_request *request, otelmq_buffer *body);

/* Makes run return soon. Any thread. */
void otelmq_jaeger_request_interrupt(otelmq_jaeger_request *request);

void otelmq_jaeger_request_destroy(otelmq_jaeger_request *request);

/*
 * The URL to ask at, with the path /sampling if endpoint has none, and the service in its query.
 * Yours to free; NULL if endpoint is no http or https URL, or without memory.
 */
char *otelmq_jaeger_request_url(const char *endpoint, const char *service_name);

#endif
