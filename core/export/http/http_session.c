/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The multi interface serves two purposes: requests that run at once need no thread each, and
 * curl_multi_wakeup is the only way to end a transfer at once from another thread.
 */
#include "export/http/http_session.h"

#include "export/http/curl_common.h"
#include "export/http/http_transfer.h"

#include <otelmq/diagnostics.h>

#include <limits.h>
#include <stdatomic.h>
#include <stdlib.h>

struct otelmq_http_session {
    CURLM *multi;
    atomic_bool is_interrupted;
    size_t unstarted; /* requests that ended in their start, and were not told yet */
    size_t place_count;
    otelmq_http_transfer transfers[];
};

/* All places are initialised, whatever happens, so that all can be cleaned. */
static bool set_up(otelmq_http_session *session, const otelmq_http_settings *settings)
{
    session->multi = curl_multi_init();
    bool is_set_up = session->multi != NULL;
    for (size_t i = 0; i < session->place_count; i++) {
        is_set_up = otelmq_http_transfer_init(&session->transfers[i], settings) && is_set_up;
    }
    return is_set_up;
}

static otelmq_http_session *allocate(size_t place_count)
{
    otelmq_http_session *session =
        calloc(1, sizeof(*session) + place_count * sizeof(session->transfers[0]));
    if (session != NULL) {
        session->place_count = place_count;
    }
    return session;
}

otelmq_http_session *otelmq_http_session_create(const otelmq_http_settings *settings)
{
    CURLcode initialised = otelmq_curl_init();
    if (initialised != CURLE_OK) {
        otelmq_diagnostics_report(OTELMQ_SEVERITY_ERROR, "libcurl cannot be used: %s.",
                                  curl_easy_strerror(initialised));
        return NULL;
    }
    otelmq_http_session *session = allocate(settings->max_concurrent_requests);
    if (session == NULL || !set_up(session, settings)) {
        otelmq_diagnostics_report(OTELMQ_SEVERITY_ERROR,
                                  "libcurl cannot be set up for the requests to %s.",
                                  settings->shown_url);
        otelmq_http_session_destroy(session);
        return NULL;
    }
    return session;
}

/* Taken out before its end, a transfer's connection, or its stream, is closed. */
static void take_out(otelmq_http_session *session, otelmq_http_transfer *transfer)
{
    curl_multi_remove_handle(session->multi, transfer->easy);
}

void otelmq_http_session_destroy(otelmq_http_session *session)
{
    if (session == NULL) {
        return;
    }
    for (size_t i = 0; i < session->place_count; i++) {
        if (session->transfers[i].is_running) {
            take_out(session, &session->transfers[i]);
        }
        otelmq_http_transfer_clean(&session->transfers[i]);
    }
    curl_multi_cleanup(session->multi);
    free(session);
}

void otelmq_http_session_start(otelmq_http_session *session, size_t place, otelmq_str body,
                               otelmq_deadline deadline)
{
    otelmq_http_transfer *transfer = &session->transfers[place];
    otelmq_http_transfer_start(transfer, body, deadline);
    if (curl_multi_add_handle(session->multi, transfer->easy) != CURLM_OK) {
        otelmq_http_transfer_abort(transfer, OTELMQ_HTTP_BROKEN);
        session->unstarted++;
    }
}

bool otelmq_http_session_is_interrupted(const otelmq_http_session *session)
{
    return atomic_load(&session->is_interrupted);
}

static size_t abort_all(otelmq_http_session *session, otelmq_http_outcome outcome)
{
    size_t ended = 0;
    for (size_t i = 0; i < session->place_count; i++) {
        if (session->transfers[i].is_running) {
            take_out(session, &session->transfers[i]);
            otelmq_http_transfer_abort(&session->transfers[i], outcome);
            ended++;
        }
    }
    return ended;
}

static size_t abort_late(otelmq_http_session *session)
{
    size_t ended = 0;
    for (size_t i = 0; i < session->place_count; i++) {
        otelmq_http_transfer *transfer = &session->transfers[i];
        if (transfer->is_running && otelmq_deadline_left_ms(transfer->deadline) == 0) {
            take_out(session, transfer);
            otelmq_http_transfer_abort(transfer, OTELMQ_HTTP_TIMED_OUT);
            ended++;
        }
    }
    return ended;
}

/* The message goes when its transfer is taken out, and so is read before. */
static size_t finish_done(otelmq_http_session *session)
{
    size_t ended = 0;
    int left = 0;
    CURLMsg *message;
    while ((message = curl_multi_info_read(session->multi, &left)) != NULL) {
        if (message->msg == CURLMSG_DONE) {
            CURLcode result = message->data.result;
            otelmq_http_transfer *transfer = NULL;
            curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, &transfer);
            take_out(session, transfer);
            otelmq_http_transfer_finish(transfer, result);
            ended++;
        }
    }
    return ended;
}

/* One round without waiting; how many requests ended in it. */
static size_t perform(otelmq_http_session *session)
{
    size_t ended = session->unstarted;
    session->unstarted = 0;
    if (otelmq_http_session_is_interrupted(session)) {
        return ended + abort_all(session, OTELMQ_HTTP_INTERRUPTED);
    }
    int running = 0;
    if (curl_multi_perform(session->multi, &running) != CURLM_OK) {
        return ended + abort_all(session, OTELMQ_HTTP_DISCONNECTED);
    }
    ended += finish_done(session);
    return ended + abort_late(session);
}

static uint32_t wait_ms(const otelmq_http_session *session, otelmq_deadline until)
{
    uint32_t shortest = otelmq_deadline_left_ms(until);
    for (size_t i = 0; i < session->place_count; i++) {
        if (session->transfers[i].is_running) {
            uint32_t left = otelmq_deadline_left_ms(session->transfers[i].deadline);
            shortest = left < shortest ? left : shortest;
        }
    }
    return shortest;
}

void otelmq_http_session_run(otelmq_http_session *session, otelmq_deadline until)
{
    while (perform(session) == 0 && !otelmq_http_session_is_interrupted(session) &&
           otelmq_deadline_left_ms(until) > 0) {
        uint32_t longest = wait_ms(session, until);
        int timeout = longest < INT_MAX ? (int)longest : INT_MAX;
        if (curl_multi_poll(session->multi, NULL, 0, timeout, NULL) != CURLM_OK) {
            abort_all(session, OTELMQ_HTTP_DISCONNECTED);
            return;
        }
    }
}

const otelmq_http_answer *otelmq_http_session_answer(const otelmq_http_session *session,
                                                     size_t place)
{
    const otelmq_http_transfer *transfer = &session->transfers[place];
    return transfer->is_running ? NULL : &transfer->answer;
}

void otelmq_http_session_interrupt(otelmq_http_session *session)
{
    atomic_store(&session->is_interrupted, true);
    curl_multi_wakeup(session->multi);
}
