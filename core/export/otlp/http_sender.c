/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A batch is encoded, compressed, and sent until it is taken, refused for good, or too late:
 *
 *     encode -> gzip -> post -- 2xx --------------------> done; what was refused is counted
 *                        ^ |--- 4xx and the like -------> lost
 *                        | `--- 429, 502-504, no connection
 *                        `----- wait, within the deadline
 */
#include "export/otlp/http_sender.h"

#include "export/otlp/encode.h"
#include "export/otlp/gzip.h"
#include "export/otlp/http_response.h"
#include "export/otlp/http_retry.h"

#include <otelmq/diagnostics.h>
#include <otelmq/stats.h>

#include <inttypes.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <unistd.h>

/* (Specification: protocol/exporter.md, maximum request size; it counts before compression too.) */
enum { REQUEST_MAX = 64 * 1024 * 1024 };

/* Memory that an unusually large batch took is given back. */
enum { KEPT_MEMORY_MAX = 4 * 1024 * 1024 };

/* A Retry-After beyond it, from a clock that is wrong, does not silence the exporter for days. */
enum { LONGEST_RETRY_AFTER_S = 300 };

struct otelmq_http_sender {
    const otelmq_http_settings *settings;
    otelmq_http_session *session;
    otelmq_proto_writer writer;
    otelmq_buffer compressed;
    otelmq_deadline not_before; /* the collector asked to be left alone until then */
    pid_t pid;
    otelmq_http_sender *next_abandoned;
};

otelmq_http_sender *otelmq_http_sender_create(const otelmq_http_settings *settings)
{
    otelmq_http_sender *sender = calloc(1, sizeof(*sender));
    if (sender == NULL) {
        otelmq_diagnostics_report(OTELMQ_SEVERITY_ERROR, "There is no memory for spans to %s.",
                                  settings->shown_url);
        return NULL;
    }
    sender->settings = settings;
    sender->pid = getpid();
    otelmq_proto_writer_init(&sender->writer, REQUEST_MAX);
    otelmq_buffer_init(&sender->compressed);
    sender->session = otelmq_http_session_create(settings);
    if (sender->session == NULL) {
        otelmq_http_sender_destroy(sender);
        return NULL;
    }
    return sender;
}

void otelmq_http_sender_destroy(otelmq_http_sender *sender)
{
    if (sender != NULL) {
        otelmq_http_session_destroy(sender->session);
        otelmq_proto_writer_clean(&sender->writer);
        otelmq_buffer_clean(&sender->compressed);
        free(sender);
    }
}

/* The body of the request, borrowed from the sender until give_back_memory. */
static otelmq_status prepare(otelmq_http_sender *sender, const otelmq_span_data *const spans[],
                             size_t count, otelmq_str *body)
{
    otelmq_status status = otelmq_otlp_encode(&sender->writer, spans, count);
    if (status != OTELMQ_OK) {
        return status;
    }
    *body = otelmq_proto_writer_str(&sender->writer);
    if (sender->settings->is_gzip) {
        otelmq_buffer_clear(&sender->compressed);
        if (!otelmq_gzip_add(&sender->compressed, *body)) {
            return OTELMQ_ERROR_NO_MEMORY;
        }
        *body = otelmq_buffer_str(&sender->compressed);
    }
    return OTELMQ_OK;
}

static void give_back_memory(otelmq_http_sender *sender)
{
    if (sender->writer.end - sender->writer.data > KEPT_MEMORY_MAX) {
        otelmq_proto_writer_clean(&sender->writer);
    }
    if (sender->compressed.capacity > KEPT_MEMORY_MAX) {
        otelmq_buffer_clean(&sender->compressed);
    }
}

static otelmq_status status_of(const otelmq_http_answer *answer)
{
    switch (answer->outcome) {
    case OTELMQ_HTTP_ANSWERED:
        return OTELMQ_ERROR_REJECTED;
    case OTELMQ_HTTP_TOO_LARGE:
        return OTELMQ_ERROR_LIMIT;
    case OTELMQ_HTTP_TIMED_OUT:
        return OTELMQ_ERROR_TIMEOUT;
    case OTELMQ_HTTP_INTERRUPTED:
        return OTELMQ_ERROR_SHUT_DOWN;
    case OTELMQ_HTTP_DISCONNECTED:
    case OTELMQ_HTTP_BROKEN:
        break;
    }
    return OTELMQ_ERROR_IO;
}

/* What the collector did, to stand behind its name. */
static const char *deed_of(const otelmq_http_answer *answer)
{
    switch (answer->outcome) {
    case OTELMQ_HTTP_ANSWERED:
        return "refused them";
    case OTELMQ_HTTP_DISCONNECTED:
        return "could not be reached";
    case OTELMQ_HTTP_BROKEN:
        return "cannot be talked to";
    case OTELMQ_HTTP_TOO_LARGE:
        return "gave an answer of more than 4 MiB";
    case OTELMQ_HTTP_TIMED_OUT:
        return "did not answer in time";
    case OTELMQ_HTTP_INTERRUPTED:
        break;
    }
    return "was not waited for, because the exporter was shut down";
}

static void add_refusal(otelmq_buffer *text, const otelmq_http_answer *answer)
{
    otelmq_buffer_add_text(text, ": HTTP status ");
    otelmq_buffer_add_int(text, answer->status);
    otelmq_buffer message;
    otelmq_buffer_init(&message);
    otelmq_http_error_message(&message, answer->body, answer->is_protobuf);
    if (message.len > 0) {
        otelmq_buffer_add_text(text, ", ");
        otelmq_buffer_add_text(text, message.data);
    }
    otelmq_buffer_clean(&message);
}

/* The deed and its reason, in text, which the caller cleans; the deed alone without memory. */
static const char *describe(otelmq_buffer *text, const otelmq_http_answer *answer)
{
    otelmq_buffer_init(text);
    otelmq_buffer_add_text(text, deed_of(answer));
    if (answer->outcome == OTELMQ_HTTP_ANSWERED) {
        add_refusal(text, answer);
    } else if (answer->outcome == OTELMQ_HTTP_DISCONNECTED ||
               answer->outcome == OTELMQ_HTTP_BROKEN) {
        otelmq_buffer_add_text(text, ": ");
        otelmq_buffer_add_text(text, answer->error);
    }
    otelmq_buffer_add_char(text, '\0');
    return otelmq_buffer_is_complete(text) ? text->data : deed_of(answer);
}

static otelmq_status give_up(const otelmq_http_sender *sender, const otelmq_http_answer *answer,
                             size_t count)
{
    otelmq_buffer text;
    const char *description = describe(&text, answer);
    otelmq_diagnostics_report(OTELMQ_SEVERITY_ERROR, "%zu spans were lost: the collector at %s %s.",
                              count, sender->settings->shown_url, description);
    otelmq_buffer_clean(&text);
    return status_of(answer);
}

static void note_retry(const otelmq_http_sender *sender, const otelmq_http_answer *answer,
                       size_t count)
{
    otelmq_buffer text;
    const char *description = describe(&text, answer);
    otelmq_diagnostics_report(OTELMQ_SEVERITY_INFO,
                              "%zu spans are sent again: the collector at %s %s.", count,
                              sender->settings->shown_url, description);
    otelmq_buffer_clean(&text);
    otelmq_stats_add(OTELMQ_STAT_EXPORT_RETRIES, 1);
}

/*
 * The processor counts the whole batch as exported when it gets OTELMQ_OK, so that what the
 * collector refused is taken out again; unsigned counters make that an addition.
 */
static void count_rejected(uint64_t rejected)
{
    otelmq_stats_add(OTELMQ_STAT_SPANS_FAILED, rejected);
    otelmq_stats_add(OTELMQ_STAT_SPANS_EXPORTED, 0 - rejected);
}

static otelmq_status accept_partly(const otelmq_http_sender *sender,
                                   const otelmq_http_partial_success *partial, size_t count)
{
    uint64_t rejected = partial->rejected_spans < count ? partial->rejected_spans : count;
    const char *message = partial->message.len > 0 ? partial->message.data : NULL;
    if (rejected > 0) {
        otelmq_diagnostics_report(
            OTELMQ_SEVERITY_ERROR, "The collector at %s refused %" PRIu64 " of %zu spans: %s.",
            sender->settings->shown_url, rejected, count, message != NULL ? message : "no reason");
    } else if (message != NULL) {
        otelmq_diagnostics_report(OTELMQ_SEVERITY_WARNING,
                                  "The collector at %s took the spans, and says: %s.",
                                  sender->settings->shown_url, message);
    }
    if (rejected == count) {
        return OTELMQ_ERROR_REJECTED;
    }
    count_rejected(rejected);
    return OTELMQ_OK;
}

/* Success is what the status says; a strange body does not undo it. */
static otelmq_status accept(const otelmq_http_sender *sender, const otelmq_http_answer *answer,
                            size_t count)
{
    otelmq_http_partial_success partial = {.is_valid = false};
    if (answer->is_protobuf || answer->body.len == 0) {
        otelmq_http_partial_success_parse(&partial, answer->body);
    }
    if (!partial.is_valid) {
        otelmq_diagnostics_report(OTELMQ_SEVERITY_WARNING,
                                  "%s answered HTTP status %ld, but not in OTLP: is it a "
                                  "collector?",
                                  sender->settings->shown_url, answer->status);
        return OTELMQ_OK;
    }
    otelmq_status status = accept_partly(sender, &partial, count);
    otelmq_buffer_clean(&partial.message);
    return status;
}

static bool is_success(const otelmq_http_answer *answer)
{
    return answer->outcome == OTELMQ_HTTP_ANSWERED && answer->status >= 200 && answer->status < 300;
}

/*
 * Waits until the collector wants to be asked again; false when the deadline comes first. It is
 * waited for even so: giving up at once would burn up the queue, batch by batch.
 */
static bool wait_as_asked(otelmq_http_sender *sender, otelmq_deadline deadline)
{
    uint32_t wait_ms = otelmq_deadline_left_ms(sender->not_before);
    uint32_t left_ms = otelmq_deadline_left_ms(deadline);
    if (wait_ms == 0) {
        return true;
    }
    return otelmq_http_session_sleep(sender->session, wait_ms < left_ms ? wait_ms : left_ms) &&
           wait_ms < left_ms;
}

static void keep_retry_after(otelmq_http_sender *sender, const otelmq_http_answer *answer)
{
    bool is_too_long = answer->retry_after_s > LONGEST_RETRY_AFTER_S;
    uint32_t wait_s = is_too_long ? LONGEST_RETRY_AFTER_S : answer->retry_after_s;
    sender->not_before = otelmq_deadline_after(wait_s * 1000);
}

/* Waits until it is time to send again; false when it is not to be, or not before the deadline. */
static bool wait_for_retry(otelmq_http_sender *sender, const otelmq_http_answer *answer,
                           uint32_t retries, otelmq_deadline deadline)
{
    if (!otelmq_http_is_retryable(answer)) {
        return false;
    }
    keep_retry_after(sender, answer);
    if (retries > sender->settings->max_retries) {
        return false;
    }
    if (answer->retry_after_s > 0) {
        return wait_as_asked(sender, deadline);
    }
    uint32_t wait_ms = otelmq_http_backoff_ms(retries);
    return wait_ms < otelmq_deadline_left_ms(deadline) &&
           otelmq_http_session_sleep(sender->session, wait_ms);
}

static bool is_final(const otelmq_http_answer *answer)
{
    return answer->outcome == OTELMQ_HTTP_ANSWERED && !otelmq_http_is_retryable(answer);
}

static otelmq_status send_body(otelmq_http_sender *sender, otelmq_str body, size_t count,
                               otelmq_deadline deadline)
{
    otelmq_http_answer answer;
    for (uint32_t retries = 1;; retries++) {
        answer = otelmq_http_session_post(sender->session, body, deadline);
        if (is_success(&answer)) {
            return accept(sender, &answer, count);
        }
        if (!wait_for_retry(sender, &answer, retries, deadline)) {
            break;
        }
        note_retry(sender, &answer, count);
    }
    if (otelmq_http_session_is_interrupted(sender->session) && !is_final(&answer)) {
        answer.outcome = OTELMQ_HTTP_INTERRUPTED;
    }
    return give_up(sender, &answer, count);
}

static otelmq_status report_unsent(const otelmq_http_sender *sender, size_t count,
                                   otelmq_status status)
{
    otelmq_diagnostics_report(OTELMQ_SEVERITY_ERROR,
                              "%zu spans for %s were lost before they were sent: %s.", count,
                              sender->settings->shown_url, otelmq_status_text(status));
    return status;
}

static otelmq_status report_held_back(const otelmq_http_sender *sender, size_t count)
{
    bool is_interrupted = otelmq_http_session_is_interrupted(sender->session);
    otelmq_diagnostics_report(OTELMQ_SEVERITY_ERROR,
                              "%zu spans were lost: the collector at %s had asked to be left alone "
                              "for longer than there was time.",
                              count, sender->settings->shown_url);
    return is_interrupted ? OTELMQ_ERROR_SHUT_DOWN : OTELMQ_ERROR_TIMEOUT;
}

otelmq_status otelmq_http_sender_send(otelmq_http_sender *sender,
                                      const otelmq_span_data *const spans[], size_t count,
                                      otelmq_deadline deadline)
{
    if (!wait_as_asked(sender, deadline)) {
        return report_held_back(sender, count);
    }
    otelmq_str body = {0};
    otelmq_status status = prepare(sender, spans, count, &body);
    status = status == OTELMQ_OK ? send_body(sender, body, count, deadline)
                                 : report_unsent(sender, count, status);
    give_back_memory(sender);
    return status;
}

void otelmq_http_sender_interrupt(otelmq_http_sender *sender)
{
    otelmq_http_session_interrupt(sender->session);
}

bool otelmq_http_sender_is_own(const otelmq_http_sender *sender)
{
    return sender->pid == getpid();
}

/*
 * The fork may have come while the parent was inside curl: its structures are then in no known
 * state, its resolver thread is missing, and closing would speak TLS on the parent's connection.
 * The memory stays, and is kept reachable so that leak checkers do not take it for a mistake.
 */
void otelmq_http_sender_abandon(otelmq_http_sender *sender)
{
    static _Atomic(otelmq_http_sender *) abandoned;
    sender->next_abandoned = atomic_load(&abandoned);
    while (!atomic_compare_exchange_weak(&abandoned, &sender->next_abandoned, sender)) {
    }
}
