/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A new connection for each question, minutes apart: none stays open that a forked child would
 * share. The multi interface serves for its wake-up, by which another thread ends a transfer at
 * once.
 */
#include "export/otlp/jaeger_remote/request.h"

#include "base/clock.h"
#include "export/http/curl_common.h"
#include "export/http/url.h"

#include <limits.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>

/* Room for the most operations that a strategy may have, with long names. */
enum { RESPONSE_MAX = 1024 * 1024 };

struct otelmq_jaeger_request {
    CURLM *multi;
    CURL *easy;
    struct curl_slist *headers;
    uint32_t timeout_ms;
    otelmq_buffer *body; /* of the caller of run */
    bool is_body_too_large;
    atomic_bool is_interrupted;
    char error[CURL_ERROR_SIZE];
};

static size_t receive_body(char *data, size_t size, size_t count, void *user)
{
    otelmq_jaeger_request *request = user;
    size_t len = size * count;
    request->is_body_too_large = len > RESPONSE_MAX - request->body->len;
    if (request->is_body_too_large) {
        return 0;
    }
    otelmq_buffer_add(request->body, data, len);
    return otelmq_buffer_is_complete(request->body) ? len : 0;
}

static bool set_up(otelmq_jaeger_request *request, const char *url)
{
    CURL *easy = request->easy;
    request->headers = curl_slist_append(NULL, "Accept: application/json");
    return easy != NULL && request->multi != NULL && request->headers != NULL &&
           curl_easy_setopt(easy, CURLOPT_URL, url) == CURLE_OK &&
           otelmq_curl_set_common(easy) == CURLE_OK &&
           curl_easy_setopt(easy, CURLOPT_HTTPHEADER, request->headers) == CURLE_OK &&
           curl_easy_setopt(easy, CURLOPT_FORBID_REUSE, 1L) == CURLE_OK &&
           curl_easy_setopt(easy, CURLOPT_USERAGENT, "otelmq/" OTELMQ_VERSION) == CURLE_OK &&
           curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, request->error) == CURLE_OK &&
           curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, receive_body) == CURLE_OK &&
           curl_easy_setopt(easy, CURLOPT_WRITEDATA, request) == CURLE_OK &&
           curl_multi_add_handle(request->multi, easy) == CURLM_OK;
}

otelmq_jaeger_request *otelmq_jaeger_request_create(const char *url, uint32_t timeout_ms)
{
    CURLcode initialised = otelmq_curl_init();
    otelmq_jaeger_request *request = initialised == CURLE_OK ? calloc(1, sizeof(*request)) : NULL;
    if (request == NULL) {
        return NULL;
    }
    request->timeout_ms = timeout_ms;
    request->multi = curl_multi_init();
    request->easy = curl_easy_init();
    if (!set_up(request, url)) {
        otelmq_jaeger_request_destroy(request);
        return NULL;
    }
    return request;
}

void otelmq_jaeger_request_destroy(otelmq_jaeger_request *request)
{
    if (request == NULL) {
        return;
    }
    if (request->multi != NULL && request->easy != NULL) {
        curl_multi_remove_handle(request->multi, request->easy);
    }
    curl_easy_cleanup(request->easy);
    curl_multi_cleanup(request->multi);
    curl_slist_free_all(request->headers);
    free(request);
}

/* NULL once the transfer is done. */
static const char *run_transfer(otelmq_jaeger_request *request)
{
    otelmq_deadline deadline = otelmq_deadline_after(request->timeout_ms);
    int running = 1;
    for (;;) {
        if (atomic_load(&request->is_interrupted)) {
            return "it was interrupted";
        }
        if (curl_multi_perform(request->multi, &running) != CURLM_OK) {
            return "libcurl failed";
        }
        uint32_t left_ms = otelmq_deadline_left_ms(deadline);
        if (running == 0 || left_ms == 0) {
            return running == 0 ? NULL : "there was no answer in time";
        }
        int wait_ms = left_ms < INT_MAX ? (int)left_ms : INT_MAX;
        if (curl_multi_poll(request->multi, NULL, 0, wait_ms, NULL) != CURLM_OK) {
            return "libcurl failed";
        }
    }
}

static CURLcode result_of(otelmq_jaeger_request *request)
{
    int left = 0;
    const CURLMsg *message = curl_multi_info_read(request->multi, &left);
    return message != NULL && message->msg == CURLMSG_DONE ? message->data.result
                                                           : CURLE_GOT_NOTHING;
}

/* Why curl gave up; what it says of a body that we refused itself would not help anybody. */
static const char *describe_failure(otelmq_jaeger_request *request, CURLcode result)
{
    if (request->is_body_too_large) {
        snprintf(request->error, sizeof(request->error), "the answer is longer than %d bytes",
                 RESPONSE_MAX);
    }
    return request->error[0] != '\0' ? request->error : curl_easy_strerror(result);
}

const char *otelmq_jaeger_request_run(otelmq_jaeger_request *request, otelmq_buffer *body)
{
    request->body = body;
    const char *error = run_transfer(request);
    if (error != NULL) {
        return error;
    }
    CURLcode result = result_of(request);
    if (result != CURLE_OK) {
        return describe_failure(request, result);
    }
    long status = 0;
    curl_easy_getinfo(request->easy, CURLINFO_RESPONSE_CODE, &status);
    if (status != 200) {
        snprintf(request->error, sizeof(request->error), "it answered HTTP status %ld", status);
        return request->error;
    }
    return NULL;
}

void otelmq_jaeger_request_interrupt(otelmq_jaeger_request *request)
{
    atomic_store(&request->is_interrupted, true);
    curl_multi_wakeup(request->multi);
}

/* Whether the URL has no path of its own; curl gives such a URL the path "/". */
static bool has_no_path(CURLU *parts)
{
    char *path = NULL;
    bool is_none = curl_url_get(parts, CURLUPART_PATH, &path, 0) != CURLUE_OK || path[0] == '\0' ||
                   strcmp(path, "/") == 0;
    curl_free(path);
    return is_none;
}

static bool set_query(CURLU *parts, const char *service_name)
{
    otelmq_buffer query;
    otelmq_buffer_init(&query);
    otelmq_buffer_add_text(&query, "service=");
    otelmq_buffer_add(&query, service_name, strlen(service_name) + 1);
    bool is_set = otelmq_buffer_is_complete(&query) &&
                  curl_url_set(parts, CURLUPART_QUERY, query.data,
                               CURLU_APPENDQUERY | CURLU_URLENCODE) == CURLUE_OK;
    otelmq_buffer_clean(&query);
    return is_set;
}

char *otelmq_jaeger_request_url(const char *endpoint, const char *service_name)
{
    CURLU *parts = otelmq_url_is_http(endpoint) ? curl_url() : NULL;
    if (parts == NULL) {
        return NULL;
    }
    bool is_set =
        curl_url_set(parts, CURLUPART_URL, endpoint, 0) == CURLUE_OK &&
        (!has_no_path(parts) || curl_url_set(parts, CURLUPART_PATH, "/sampling", 0) == CURLUE_OK) &&
        set_query(parts, service_name);
    char *url = NULL;
    char *copy = NULL;
    if (is_set && curl_url_get(parts, CURLUPART_URL, &url, 0) == CURLUE_OK) {
        copy = strdup(url);
    }
    curl_free(url);
    curl_url_cleanup(parts);
    return copy;
}
