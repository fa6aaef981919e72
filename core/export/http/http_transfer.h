/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One request at a time to one URL: what is set up once for all requests, and what each adds. Who
 * drives it is the session.
 */
#ifndef OTELMQ_EXPORT_HTTP_TRANSFER_H
#define OTELMQ_EXPORT_HTTP_TRANSFER_H

#include "base/buffer.h"
#include "base/clock.h"
#include "export/http/http_answer.h"
#include "export/http/http_settings.h"

#include <curl/curl.h>

enum { OTELMQ_HTTP_DEADLINE_SIZE = 40 };

typedef struct {
    CURL *easy;
    size_t max_response_size;
    otelmq_buffer headers;
    otelmq_buffer body;
    bool is_too_large; /* the answer was cut off at the limit */
    bool is_running;
    otelmq_deadline deadline;
    bool says_deadline;
    char deadline_line[OTELMQ_HTTP_DEADLINE_SIZE];
    struct curl_slist deadline_header; /* in front of those of the settings */
    otelmq_http_answer answer; /* once it is not running any more */
    char error[CURL_ERROR_SIZE];
} otelmq_http_transfer;

/* Sets it up; it must not move any more. False if it cannot, and is to be cleaned all the same. */
bool otelmq_http_transfer_init(otelmq_http_transfer *transfer,
                               const otelmq_http_settings *settings);

void otelmq_http_transfer_clean(otelmq_http_transfer *transfer);

/* Readies the next request; body is borrowed until it has ended. */
void otelmq_http_transfer_start(otelmq_http_transfer *transfer, otelmq_str body,
                                otelmq_deadline deadline);

/* Makes the answer, by what curl said of the end, or by an outcome of the session's own. */
void otelmq_http_transfer_finish(otelmq_http_transfer *transfer, CURLcode result);
void otelmq_http_transfer_abort(otelmq_http_transfer *transfer, otelmq_http_outcome outcome);

#endif
