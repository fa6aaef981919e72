/* SPDX-License-Identifier: Apache-2.0 */
#include "export/http/http_transfer.h"

#include "base/text.h"
#include "export/http/curl_common.h"

#include <inttypes.h>
#include <stdio.h>

/* Far more than any collector sends; curl itself has no limit on all of them together. */
enum { HEADERS_MAX = 64 * 1024 };

/* (gRPC over HTTP/2: a timeout has eight digits at most.) */
enum { TIMEOUT_MS_MAX = 99999999 };

/* Takes len bytes into buffer, unless that makes it longer than max; how many it took. */
static size_t receive(otelmq_http_transfer *transfer, otelmq_buffer *buffer, otelmq_str data,
                      size_t max)
{
    transfer->is_too_large = transfer->is_too_large || data.len > max - buffer->len;
    if (transfer->is_too_large) {
        return 0;
    }
    otelmq_buffer_add_str(buffer, data);
    return otelmq_buffer_is_complete(buffer) ? data.len : 0;
}

/* curl has undone the Content-Encoding here, so that the limit is on what it unpacked. */
static size_t receive_body(char *data, size_t size, size_t count, void *user)
{
    otelmq_http_transfer *transfer = user;
    return receive(transfer, &transfer->body, otelmq_str_from_bytes(data, size * count),
                   transfer->max_response_size);
}

/* A status line begins the next of several answers to one request, as 100 Continue and 200. */
static size_t receive_header(char *data, size_t size, size_t count, void *user)
{
    otelmq_http_transfer *transfer = user;
    otelmq_str line = otelmq_str_from_bytes(data, size * count);
    if (line.len >= 5 && memcmp(line.data, "HTTP/", 5) == 0) {
        otelmq_buffer_clear(&transfer->headers);
    }
    return receive(transfer, &transfer->headers, line, HEADERS_MAX);
}

/* libcurl 7.88 fails at the second request on a connection of HTTP/2 without TLS. (curl #10634.) */
static bool can_reuse_plain_http2(void)
{
    unsigned version = curl_version_info(CURLVERSION_NOW)->version_num;
    return version < 0x075800 || version >= 0x080000;
}

/* Requests that run at once share a connection, which they wait for to learn whether they can. */
static bool set_http2(CURL *easy, const otelmq_http_settings *settings)
{
    bool is_plain =
        otelmq_starts_with_any_case(otelmq_str_from(settings->url), OTELMQ_STR("http:"));
    long is_reused = !is_plain || can_reuse_plain_http2();
    return curl_easy_setopt(easy, CURLOPT_HTTP_VERSION,
                            (long)CURL_HTTP_VERSION_2_PRIOR_KNOWLEDGE) == CURLE_OK &&
           curl_easy_setopt(easy, CURLOPT_PIPEWAIT, is_reused) == CURLE_OK &&
           curl_easy_setopt(easy, CURLOPT_FRESH_CONNECT, 1L - is_reused) == CURLE_OK &&
           curl_easy_setopt(easy, CURLOPT_FORBID_REUSE, 1L - is_reused) == CURLE_OK;
}

/* gzip in both directions is gRPC's own matter. */
static bool set_version(CURL *easy, const otelmq_http_settings *settings)
{
    return settings->is_http2 ? set_http2(easy, settings)
                              : curl_easy_setopt(easy, CURLOPT_ACCEPT_ENCODING, "gzip") == CURLE_OK;
}

static bool set_request(CURL *easy, const otelmq_http_settings *settings)
{
    return curl_easy_setopt(easy, CURLOPT_URL, settings->url) == CURLE_OK &&
           otelmq_curl_set_common(easy) == CURLE_OK && set_version(easy, settings) &&
           curl_easy_setopt(easy, CURLOPT_TCP_KEEPALIVE, 1L) == CURLE_OK &&
           curl_easy_setopt(easy, CURLOPT_POST, 1L) == CURLE_OK &&
           curl_easy_setopt(easy, CURLOPT_USERAGENT, settings->user_agent) == CURLE_OK &&
           curl_easy_setopt(easy, CURLOPT_HTTPHEADER, settings->headers.lines) == CURLE_OK;
}

static bool set_callbacks(otelmq_http_transfer *transfer)
{
    CURL *easy = transfer->easy;
    return curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, transfer->error) == CURLE_OK &&
           curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, receive_header) == CURLE_OK &&
           curl_easy_setopt(easy, CURLOPT_HEADERDATA, transfer) == CURLE_OK &&
           curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, receive_body) == CURLE_OK &&
           curl_easy_setopt(easy, CURLOPT_WRITEDATA, transfer) == CURLE_OK &&
           curl_easy_setopt(easy, CURLOPT_PRIVATE, transfer) == CURLE_OK;
}

static bool set_path(CURL *easy, CURLoption option, const char *path)
{
    return path == NULL || curl_easy_setopt(easy, option, path) == CURLE_OK;
}

static bool set_paths(CURL *easy, const otelmq_http_settings *settings)
{
    return set_path(easy, CURLOPT_UNIX_SOCKET_PATH, settings->socket_path) &&
           set_path(easy, CURLOPT_CAINFO, settings->ca_file) &&
           set_path(easy, CURLOPT_SSLCERT, settings->client_certificate) &&
           set_path(easy, CURLOPT_SSLKEY, settings->client_key);
}

bool otelmq_http_transfer_init(otelmq_http_transfer *transfer, const otelmq_http_settings *settings)
{
    transfer->max_response_size = settings->max_response_size;
    transfer->says_deadline = settings->says_deadline;
    transfer->deadline_header.data = transfer->deadline_line;
    transfer->deadline_header.next = settings->headers.lines;
    otelmq_buffer_init(&transfer->headers);
    otelmq_buffer_init(&transfer->body);
    transfer->easy = curl_easy_init();
    return transfer->easy != NULL && set_request(transfer->easy, settings) &&
           set_paths(transfer->easy, settings) && set_callbacks(transfer);
}

void otelmq_http_transfer_clean(otelmq_http_transfer *transfer)
{
    curl_easy_cleanup(transfer->easy);
    otelmq_buffer_clean(&transfer->headers);
    otelmq_buffer_clean(&transfer->body);
}

static void say_deadline(otelmq_http_transfer *transfer)
{
    uint32_t left_ms = otelmq_deadline_left_ms(transfer->deadline);
    bool fits = left_ms <= TIMEOUT_MS_MAX;
    snprintf(transfer->deadline_line, sizeof(transfer->deadline_line),
             "grpc-timeout: %" PRIu32 "%s", fits ? left_ms : left_ms / 1000, fits ? "m" : "S");
    curl_easy_setopt(transfer->easy, CURLOPT_HTTPHEADER, &transfer->deadline_header);
}

void otelmq_http_transfer_start(otelmq_http_transfer *transfer, otelmq_str body,
                                otelmq_deadline deadline)
{
    otelmq_buffer_clear(&transfer->headers);
    otelmq_buffer_clear(&transfer->body);
    transfer->is_too_large = false;
    transfer->is_running = true;
    transfer->deadline = deadline;
    transfer->error[0] = '\0';
    curl_easy_setopt(transfer->easy, CURLOPT_POSTFIELDS, body.data);
    curl_easy_setopt(transfer->easy, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)body.len);
    if (transfer->says_deadline) {
        say_deadline(transfer);
    }
}

static otelmq_http_outcome outcome_of(const otelmq_http_transfer *transfer, CURLcode result)
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
    default:
        return transfer->is_too_large ? OTELMQ_HTTP_TOO_LARGE : OTELMQ_HTTP_BROKEN;
    }
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

static void end_with(otelmq_http_transfer *transfer, otelmq_http_outcome outcome, CURLcode result)
{
    otelmq_http_answer *answer = &transfer->answer;
    *answer = (otelmq_http_answer){.outcome = outcome};
    if (outcome == OTELMQ_HTTP_ANSWERED) {
        curl_easy_getinfo(transfer->easy, CURLINFO_RESPONSE_CODE, &answer->status);
        answer->retry_after_s = retry_after_s(transfer->easy);
        answer->headers = otelmq_buffer_str(&transfer->headers);
        answer->body = otelmq_buffer_str(&transfer->body);
    } else {
        answer->error = transfer->error[0] != '\0' ? transfer->error : curl_easy_strerror(result);
    }
    transfer->is_running = false;
}

void otelmq_http_transfer_finish(otelmq_http_transfer *transfer, CURLcode result)
{
    end_with(transfer, outcome_of(transfer, result), result);
}

void otelmq_http_transfer_abort(otelmq_http_transfer *transfer, otelmq_http_outcome outcome)
{
    end_with(transfer, outcome, CURLE_GOT_NOTHING);
}
