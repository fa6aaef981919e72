/* SPDX-License-Identifier: Apache-2.0 */
#include "conformance/callback_sender.h"

#include "conformance/http_headers.h"

#include <otelmq/propagator.h>

#include <curl/curl.h>

/* Less than the 5 seconds that the W3C test suite waits for the answer to its own request. */
enum { TIMEOUT_MS = 4000, POLL_MS = 1000 };

/* One callback under way. */
typedef struct {
    callback *callback;
    otelmq_span *span;
    struct curl_slist *headers;
    CURL *easy;
    CURLcode result;
} transfer;

static otelmq_span *start_span(const callback *about, otelmq_tracer *tracer)
{
    const otelmq_attribute attributes[] = {
        otelmq_attribute_string("http.request.method", OTELMQ_STR("POST")),
        otelmq_attribute_string("url.full", otelmq_str_from(about->url)),
        otelmq_attribute_string("server.address", otelmq_str_from(about->host)),
        otelmq_attribute_int("server.port", about->port),
    };
    const otelmq_span_options options = {
        .kind = OTELMQ_SPAN_CLIENT,
        .attributes = attributes,
        .attribute_count = sizeof(attributes) / sizeof(attributes[0]),
    };
    return otelmq_tracer_start_span(tracer, "POST", &options);
}

static struct curl_slist *make_headers(otelmq_span *span)
{
    struct curl_slist *headers = NULL;
    otelmq_carrier carrier = curl_headers_carrier(&headers);
    (void)otelmq_carrier_set(carrier, "Content-Type", OTELMQ_STR("application/json"));
    (void)otelmq_carrier_set(carrier, "Accept", OTELMQ_STR("application/json"));
    const otelmq_context *context = otelmq_context_with_span(NULL, span);
    otelmq_propagator_inject(otelmq_propagator_global(), context, carrier);
    otelmq_context_release(context);
    return headers;
}

static size_t ignore(char *data, size_t size, size_t count, void *user)
{
    (void)data;
    (void)user;
    return size * count;
}

static void configure(transfer *begun)
{
    CURL *easy = begun->easy;
    (void)curl_easy_setopt(easy, CURLOPT_URL, begun->callback->url);
    (void)curl_easy_setopt(easy, CURLOPT_HTTPHEADER, begun->headers);
    (void)curl_easy_setopt(easy, CURLOPT_POSTFIELDS, begun->callback->arguments);
    (void)curl_easy_setopt(easy, CURLOPT_NOPROXY, "*");
    (void)curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, (long)TIMEOUT_MS);
    (void)curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
    (void)curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, ignore);
    (void)curl_easy_setopt(easy, CURLOPT_PRIVATE, begun);
}

static void begin(transfer *begun, callback *about, otelmq_tracer *tracer, CURLM *multi)
{
    begun->callback = about;
    begun->span = start_span(about, tracer);
    begun->headers = make_headers(begun->span);
    begun->easy = curl_easy_init();
    begun->result = CURLE_OUT_OF_MEMORY;
    if (begun->easy != NULL) {
        configure(begun);
        (void)curl_multi_add_handle(multi, begun->easy);
    }
}

static void perform_all(CURLM *multi)
{
    int running = 1;
    while (running > 0 && curl_multi_perform(multi, &running) == CURLM_OK) {
        if (running > 0 && curl_multi_poll(multi, NULL, 0, POLL_MS, NULL) != CURLM_OK) {
            return;
        }
    }
}

static void take_results(CURLM *multi)
{
    int left = 0;
    for (const CURLMsg *message = curl_multi_info_read(multi, &left); message != NULL;
         message = curl_multi_info_read(multi, &left)) {
        transfer *done = NULL;
        (void)curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, (char **)&done);
        done->result = message->data.result;
    }
}

static void record(const transfer *done)
{
    callback *about = done->callback;
    if (done->result != CURLE_OK) {
        about->error = curl_easy_strerror(done->result);
        otelmq_span_record_error(done->span, "CURLcode", about->error);
        return;
    }
    (void)curl_easy_getinfo(done->easy, CURLINFO_RESPONSE_CODE, &about->status);
    otelmq_span_set_int(done->span, "http.response.status_code", about->status);
    if (about->status >= 400) {
        otelmq_span_set_status(done->span, OTELMQ_STATUS_ERROR, NULL);
    }
}

static void end(transfer *done, CURLM *multi)
{
    record(done);
    otelmq_span_end(done->span);
    if (done->easy != NULL) {
        (void)curl_multi_remove_handle(multi, done->easy);
        curl_easy_cleanup(done->easy);
    }
    curl_slist_free_all(done->headers);
}

void callbacks_send(callback_list *list, otelmq_tracer *tracer)
{
    transfer transfers[CALLBACKS_MAX];
    CURLM *multi = curl_multi_init();
    for (size_t i = 0; i < list->count; i++) {
        begin(&transfers[i], &list->callbacks[i], tracer, multi);
    }
    perform_all(multi);
    take_results(multi);
    for (size_t i = 0; i < list->count; i++) {
        end(&transfers[i], multi);
    }
    (void)curl_multi_cleanup(multi);
}
