/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The multi interface drives a single transfer here, for one reason: curl_multi_wakeup is the only
 * way to end a transfer at once from another thread.
 */
#include "export/otlp/http_session.h"

#include "base/buffer.h"

#include <otelmq/diagnostics.h>

#include <curl/curl.h>
#include <limits.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <strings.h>

/* (Specification: protocol/exporter.md, maximum response size.) */
enum { RESPONSE_MAX = 4 * 1024 * 1024 };

static const char USER_AGENT[] = "otelmq/" OTELMQ_VERSION " OTel-OTLP-Exporter-C/" OTELMQ_VERSION;

struct otelmq_http_session {
    CURLM *multi;
    CURL *easy;
    struct curl_slist *headers;
    otelmq_buffer body;
    bool is_body_too_large;
    atomic_bool is_interrupted;
    char error[CURL_ERROR_SIZE];
};

static pthread_once_t global_once = PTHREAD_ONCE_INIT;
static CURLcode global_result;

static void init_globally(void)
{
    global_result = curl_global_init(CURL_GLOBAL_DEFAULT);
}

static size_t receive_body(char *data, size_t size, size_t count, void *user)
{
    otelmq_http_session *session = user;
    size_t len = size * count;
    session->is_body_too_large = len > RESPONSE_MAX - session->body.len;
    if (session->is_body_too_large) {
        return 0;
    }
    otelmq_buffer_add(&session->body, data, len);
    return otelmq_buffer_is_complete(&session->body) ? len : 0;
}

static bool add_header(otelmq_http_session *session, const char *line)
{
    struct curl_slist *headers = curl_slist_append(session->headers, line);
    if (headers == NULL) {
        return false;
    }
    session->headers = headers;
    return true;
}

/* "Expect:" alone keeps curl from asking first, which would cost large batches a round trip. */
static bool set_headers(otelmq_http_session *session, const otelmq_http_settings *settings)
{
    for (struct curl_slist *line = settings->headers.lines; line != NULL; line = line->next) {
        if (!add_header(session, line->data)) {
            return false;
        }
    }
    return add_header(session, "Content-Type: application/x-protobuf") &&
           add_header(session, "Expect:") &&
           (!settings->is_gzip || add_header(session, "Content-Encoding: gzip")) &&
           curl_easy_setopt(session->easy, CURLOPT_HTTPHEADER, session->headers) == CURLE_OK;
}

/* A URL must not lead curl to another protocol than the two that were checked. */
static CURLcode set_protocols(CURL *easy)
{
#if LIBCURL_VERSION_NUM >= 0x075500
    return curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https");
#else
    return curl_easy_setopt(easy, CURLOPT_PROTOCOLS, (long)(CURLPROTO_HTTP | CURLPROTO_HTTPS));
#endif
}

/* Without it, giving up while a name is being resolved waits for the resolver all the same. */
static CURLcode set_quick_exit(CURL *easy)
{
#if LIBCURL_VERSION_NUM >= 0x075700
    return curl_easy_setopt(easy, CURLOPT_QUICK_EXIT, 1L);
#else
    (void)easy;
    return CURLE_OK;
#endif
}

static bool set_transfer(otelmq_http_session *session, const char *url)
{
    CURL *easy = session->easy;
    return curl_easy_setopt(easy, CURLOPT_URL, url) == CURLE_OK &&
           set_protocols(easy) == CURLE_OK && set_quick_exit(easy) == CURLE_OK &&
           curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L) == CURLE_OK &&
           curl_easy_setopt(easy, CURLOPT_POST, 1L) == CURLE_OK &&
           curl_easy_setopt(easy, CURLOPT_FOLLOWLOCATION, 0L) == CURLE_OK &&
           curl_easy_setopt(easy, CURLOPT_USERAGENT, USER_AGENT) == CURLE_OK &&
           curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, session->error) == CURLE_OK &&
           curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, receive_body) == CURLE_OK &&
           curl_easy_setopt(easy, CURLOPT_WRITEDATA, session) == CURLE_OK;
}

static bool set_file(CURL *easy, CURLoption option, const char *path)
{
    return path == NULL || curl_easy_setopt(easy, option, path) == CURLE_OK;
}

static bool set_files(CURL *easy, const otelmq_http_settings *settings)
{
    return set_file(easy, CURLOPT_CAINFO, settings->ca_file) &&
           set_file(easy, CURLOPT_SSLCERT, settings->client_certificate) &&
           set_file(easy, CURLOPT_SSLKEY, settings->client_key);
}

static bool set_up(otelmq_http_session *session, const otelmq_http_settings *settings)
{
    session->multi = curl_multi_init();
    session->easy = curl_easy_init();
    return session->multi != NULL && session->easy != NULL &&
           set_transfer(session, settings->url) && set_headers(session, settings) &&
           set_files(session->easy, settings);
}

otelmq_http_session *otelmq_http_session_create(const otelmq_http_settings *settings)
{
    pthread_once(&global_once, init_globally);
    if (global_result != CURLE_OK) {
        otelmq_diagnostics_report(OTELMQ_SEVERITY_ERROR, "libcurl cannot be used: %s.",
                                  curl_easy_strerror(global_result));
        return NULL;
    }
    otelmq_http_session *session = calloc(1, sizeof(*session));
    if (session == NULL || !set_up(session, settings)) {
        otelmq_diagnostics_report(OTELMQ_SEVERITY_ERROR,
                                  "libcurl cannot be set up for the requests to %s.",
                                  settings->shown_url);
        otelmq_http_session_destroy(session);
        return NULL;
    }
    return session;
}

void otelmq_http_session_destroy(otelmq_http_session *session)
{
    if (session == NULL) {
        return;
    }
    curl_easy_cleanup(session->easy);
    curl_multi_cleanup(session->multi);
    curl_slist_free_all(session->headers);
    otelmq_buffer_clean(&session->body);
    free(session);
}

bool otelmq_http_session_is_interrupted(const otelmq_http_session *session)
{
    return atomic_load(&session->is_interrupted);
}

static int as_poll_timeout(uint32_t wait_ms)
{
    return wait_ms < INT_MAX ? (int)wait_ms : INT_MAX;
}

/* Runs the transfer until it is done, interrupted or too late; says which by the outcome. */
static otelmq_http_outcome run_transfer(otelmq_http_session *session, otelmq_deadline deadline)
{
    int running = 1;
    for (;;) {
        if (otelmq_http_session_is_interrupted(session)) {
            return OTELMQ_HTTP_INTERRUPTED;
        }
        if (curl_multi_perform(session->multi, &running) != CURLM_OK) {
            return OTELMQ_HTTP_DISCONNECTED;
        }
        if (running == 0) {
            return OTELMQ_HTTP_ANSWERED;
        }
        uint32_t left_ms = otelmq_deadline_left_ms(deadline);
        if (left_ms == 0) {
            return OTELMQ_HTTP_TIMED_OUT;
        }
        if (curl_multi_poll(session->multi, NULL, 0, as_poll_timeout(left_ms), NULL) != CURLM_OK) {
            return OTELMQ_HTTP_DISCONNECTED;
        }
    }
}

/* CURLE_GOT_NOTHING if curl has no result, which cannot be once it runs no transfer any more. */
static CURLcode take_result(otelmq_http_session *session)
{
    int left = 0;
    for (;;) {
        CURLMsg *message = curl_multi_info_read(session->multi, &left);
        if (message == NULL) {
            return CURLE_GOT_NOTHING;
        }
        if (message->msg == CURLMSG_DONE) {
            return message->data.result;
        }
    }
}

static otelmq_http_outcome outcome_of(const otelmq_http_session *session, CURLcode result)
{
    switch (result) {
    case CURLE_OK:
        return OTELMQ_HTTP_ANSWERED;
    case CURLE_COULDNT_RESOLVE_HOST:
    case CURLE_COULDNT_RESOLVE_PROXY:
    case CURLE_COULDNT_CONNECT:
    case CURLE_GOT_NOTHING:
    case CURLE_SEND_ERROR:
    case CURLE_RECV_ERROR:
    case CURLE_PARTIAL_FILE:
    case CURLE_SSL_CONNECT_ERROR:
    case CURLE_HTTP2:
    case CURLE_HTTP2_STREAM:
    case CURLE_OPERATION_TIMEDOUT: /* curl's own limit on connecting */
        return OTELMQ_HTTP_DISCONNECTED;
    case CURLE_WRITE_ERROR:
        return session->is_body_too_large ? OTELMQ_HTTP_TOO_LARGE : OTELMQ_HTTP_BROKEN;
    default:
        return OTELMQ_HTTP_BROKEN;
    }
}

static bool is_protobuf_type(CURL *easy)
{
    static const char wanted[] = "application/x-protobuf";
    const char *type = NULL;
    curl_easy_getinfo(easy, CURLINFO_CONTENT_TYPE, &type);
    return type != NULL && strncasecmp(type, wanted, sizeof(wanted) - 1) == 0;
}

/* curl reads both forms, seconds and date; a date that has passed is negative. */
static uint32_t retry_after_s(CURL *easy)
{
    curl_off_t seconds = 0;
    curl_easy_getinfo(easy, CURLINFO_RETRY_AFTER, &seconds);
    if (seconds <= 0) {
        return 0;
    }
    return seconds < UINT32_MAX ? (uint32_t)seconds : UINT32_MAX;
}

static otelmq_http_answer answer_of(otelmq_http_session *session, otelmq_http_outcome outcome,
                                    CURLcode result)
{
    otelmq_http_answer answer = {.outcome = outcome};
    if (outcome == OTELMQ_HTTP_ANSWERED) {
        curl_easy_getinfo(session->easy, CURLINFO_RESPONSE_CODE, &answer.status);
        answer.retry_after_s = retry_after_s(session->easy);
        answer.is_protobuf = is_protobuf_type(session->easy);
        answer.body = otelmq_buffer_str(&session->body);
    } else {
        answer.error = session->error[0] != '\0' ? session->error : curl_easy_strerror(result);
    }
    return answer;
}

otelmq_http_answer otelmq_http_session_post(otelmq_http_session *session, otelmq_str body,
                                            otelmq_deadline deadline)
{
    otelmq_buffer_clear(&session->body);
    session->is_body_too_large = false;
    session->error[0] = '\0';
    curl_easy_setopt(session->easy, CURLOPT_POSTFIELDS, body.data);
    curl_easy_setopt(session->easy, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)body.len);
    if (curl_multi_add_handle(session->multi, session->easy) != CURLM_OK) {
        return answer_of(session, OTELMQ_HTTP_BROKEN, CURLE_FAILED_INIT);
    }
    CURLcode result = CURLE_GOT_NOTHING;
    otelmq_http_outcome outcome = run_transfer(session, deadline);
    if (outcome == OTELMQ_HTTP_ANSWERED) {
        result = take_result(session);
        outcome = outcome_of(session, result);
    }
    /* Taken out before its end, a transfer's connection is closed. */
    curl_multi_remove_handle(session->multi, session->easy);
    return answer_of(session, outcome, result);
}

bool otelmq_http_session_sleep(otelmq_http_session *session, uint32_t wait_ms)
{
    otelmq_deadline end = otelmq_deadline_after(wait_ms);
    for (;;) {
        if (otelmq_http_session_is_interrupted(session)) {
            return false;
        }
        uint32_t left_ms = otelmq_deadline_left_ms(end);
        if (left_ms == 0) {
            return true;
        }
        curl_multi_poll(session->multi, NULL, 0, as_poll_timeout(left_ms), NULL);
    }
}

void otelmq_http_session_interrupt(otelmq_http_session *session)
{
    atomic_store(&session->is_interrupted, true);
    curl_multi_wakeup(session->multi);
}
