/* SPDX-License-Identifier: Apache-2.0 */
#include "export/http/http_sender.h"

#include "export/http/http_parcel.h"
#include "export/http/http_retry.h"
#include "export/http/http_session.h"

#include <otelmq/diagnostics.h>

#include <stdatomic.h>
#include <stdlib.h>
#include <unistd.h>

/* A Retry-After beyond it, from a clock that is wrong, does not silence the exporter for days. */
enum { LONGEST_RETRY_AFTER_MS = 300 * 1000 };

struct otelmq_http_sender {
    const otelmq_http_settings *settings;
    const otelmq_http_protocol *protocol;
    void *encoder;
    otelmq_http_session *session;
    otelmq_deadline not_before; /* the server asked to be left alone until then */
    size_t failed; /* spans that were lost since the last answer to the caller */
    otelmq_status status; /* and why the first of them were */
    pid_t pid;
    otelmq_http_sender *next_abandoned;
    size_t parcel_count;
    otelmq_http_parcel parcels[]; /* each has the place in the session that has its index */
};

static const otelmq_deadline AT_ONCE = {0};

static otelmq_http_sender *allocate(const otelmq_http_settings *settings)
{
    size_t count = settings->max_concurrent_requests;
    otelmq_http_sender *sender = calloc(1, sizeof(*sender) + count * sizeof(sender->parcels[0]));
    if (sender != NULL) {
        sender->settings = settings;
        sender->pid = getpid();
        sender->parcel_count = count;
        for (size_t i = 0; i < count; i++) {
            otelmq_http_parcel_init(&sender->parcels[i]);
        }
    }
    return sender;
}

otelmq_http_sender *otelmq_http_sender_create(const otelmq_http_settings *settings,
                                              const otelmq_http_protocol *protocol)
{
    otelmq_http_sender *sender = allocate(settings);
    if (sender != NULL) {
        sender->protocol = protocol;
        sender->encoder = protocol->create(settings);
    }
    if (sender == NULL || sender->encoder == NULL) {
        otelmq_diagnostics_report(OTELMQ_SEVERITY_ERROR, "There is no memory for spans to %s.",
                                  settings->shown_url);
        free(sender);
        return NULL;
    }
    sender->session = otelmq_http_session_create(settings);
    if (sender->session == NULL) {
        otelmq_http_sender_destroy(sender);
        return NULL;
    }
    return sender;
}

static otelmq_deadline earlier(otelmq_deadline a, otelmq_deadline b)
{
    return a.monotonic_nano < b.monotonic_nano ? a : b;
}

static otelmq_deadline later(otelmq_deadline a, otelmq_deadline b)
{
    return a.monotonic_nano > b.monotonic_nano ? a : b;
}

static bool has_come(otelmq_deadline deadline)
{
    return otelmq_deadline_left_ms(deadline) == 0;
}

static void count_lost(otelmq_http_sender *sender, size_t count, otelmq_status status)
{
    sender->failed += count;
    sender->status = sender->status == OTELMQ_OK ? status : sender->status;
}

static void give_up(otelmq_http_sender *sender, otelmq_http_parcel *parcel)
{
    otelmq_http_report_lost(sender->settings, parcel->span_count, &parcel->failure);
    count_lost(sender, parcel->span_count, parcel->failure.status);
    otelmq_http_parcel_empty(parcel);
}

/* It was never sent before its deadline, because the server had asked for silence. */
static void give_up_unsent(otelmq_http_sender *sender, otelmq_http_parcel *parcel)
{
    otelmq_http_report_held_back(sender->settings, parcel->span_count);
    count_lost(sender, parcel->span_count, OTELMQ_ERROR_TIMEOUT);
    otelmq_http_parcel_empty(parcel);
}

static void give_up_interrupted(otelmq_http_sender *sender, otelmq_http_parcel *parcel)
{
    const otelmq_http_answer answer = {.outcome = OTELMQ_HTTP_INTERRUPTED};
    otelmq_http_failure_set(&parcel->failure, sender->settings, &answer, NULL);
    give_up(sender, parcel);
}

static void accept(otelmq_http_sender *sender, otelmq_http_parcel *parcel,
                   const otelmq_http_answer *answer, otelmq_http_verdict *verdict)
{
    size_t count = parcel->span_count;
    if (verdict->rejected_spans > count) {
        verdict->rejected_spans = count;
    }
    otelmq_http_report_taken(sender->settings, count, answer, verdict);
    size_t rejected = (size_t)verdict->rejected_spans;
    count_lost(sender, rejected, rejected == count ? OTELMQ_ERROR_REJECTED : OTELMQ_OK);
    otelmq_http_parcel_empty(parcel);
}

/*
 * A parcel that the server asked to wait for longer than there is time waits even so: giving it up
 * at once would burn up the queue, batch by batch.
 */
static void try_again(otelmq_http_sender *sender, otelmq_http_parcel *parcel,
                      uint32_t retry_after_ms)
{
    if (retry_after_ms > 0) {
        sender->not_before = otelmq_deadline_after(
            retry_after_ms < LONGEST_RETRY_AFTER_MS ? retry_after_ms : LONGEST_RETRY_AFTER_MS);
        parcel->not_before = sender->not_before;
    } else {
        parcel->not_before = otelmq_deadline_after(otelmq_http_backoff_ms(parcel->sent_count));
    }
    bool is_too_late =
        retry_after_ms == 0 && parcel->not_before.monotonic_nano >= parcel->deadline.monotonic_nano;
    if (is_too_late || parcel->sent_count > sender->settings->max_retries) {
        give_up(sender, parcel);
    } else {
        parcel->state = OTELMQ_PARCEL_WAITING;
    }
}

static void settle_answered(otelmq_http_sender *sender, otelmq_http_parcel *parcel,
                            const otelmq_http_answer *answer)
{
    otelmq_http_verdict verdict = {.decision = OTELMQ_HTTP_REFUSED};
    sender->protocol->judge(sender->settings, answer, &verdict);
    if (verdict.decision == OTELMQ_HTTP_TAKEN) {
        accept(sender, parcel, answer, &verdict);
    } else {
        otelmq_http_failure_set(&parcel->failure, sender->settings, answer, &verdict);
        if (verdict.decision == OTELMQ_HTTP_RETRYABLE) {
            try_again(sender, parcel, verdict.retry_after_ms);
        } else {
            give_up(sender, parcel);
        }
    }
    otelmq_buffer_clean(&verdict.message);
}

static void settle(otelmq_http_sender *sender, otelmq_http_parcel *parcel,
                   const otelmq_http_answer *answer)
{
    if (answer->outcome == OTELMQ_HTTP_ANSWERED) {
        settle_answered(sender, parcel, answer);
        return;
    }
    otelmq_http_failure_set(&parcel->failure, sender->settings, answer, NULL);
    if (answer->outcome == OTELMQ_HTTP_DISCONNECTED) {
        try_again(sender, parcel, 0);
    } else {
        give_up(sender, parcel);
    }
}

static void send_parcel(otelmq_http_sender *sender, size_t index)
{
    otelmq_http_parcel *parcel = &sender->parcels[index];
    if (parcel->sent_count > 0) {
        otelmq_http_report_retry(sender->settings, parcel->span_count, &parcel->failure);
    }
    parcel->sent_count++;
    parcel->state = OTELMQ_PARCEL_SENDING;
    otelmq_http_session_start(sender->session, index, otelmq_buffer_str(&parcel->body),
                              parcel->deadline);
}

static otelmq_deadline due_time(const otelmq_http_sender *sender, const otelmq_http_parcel *parcel)
{
    return later(parcel->not_before, sender->not_before);
}

/* What is first: when a parcel that waits is due, when it is too late for it, or until. */
static otelmq_deadline send_due(otelmq_http_sender *sender, otelmq_deadline until)
{
    for (size_t i = 0; i < sender->parcel_count; i++) {
        otelmq_http_parcel *parcel = &sender->parcels[i];
        if (parcel->state != OTELMQ_PARCEL_WAITING) {
            continue;
        }
        if (has_come(due_time(sender, parcel))) {
            send_parcel(sender, i);
        } else {
            until = earlier(until, earlier(due_time(sender, parcel), parcel->deadline));
        }
    }
    return until;
}

static void settle_ended(otelmq_http_sender *sender)
{
    for (size_t i = 0; i < sender->parcel_count; i++) {
        const otelmq_http_answer *answer = otelmq_http_session_answer(sender->session, i);
        if (sender->parcels[i].state == OTELMQ_PARCEL_SENDING && answer != NULL) {
            settle(sender, &sender->parcels[i], answer);
        }
    }
}

static void give_up_late(otelmq_http_sender *sender)
{
    for (size_t i = 0; i < sender->parcel_count; i++) {
        otelmq_http_parcel *parcel = &sender->parcels[i];
        bool is_waiting = parcel->state == OTELMQ_PARCEL_WAITING;
        if (is_waiting && otelmq_http_session_is_interrupted(sender->session)) {
            give_up_interrupted(sender, parcel);
        } else if (is_waiting && has_come(parcel->deadline)) {
            if (parcel->sent_count == 0) {
                give_up_unsent(sender, parcel);
            } else {
                give_up(sender, parcel);
            }
        }
    }
}

/* Lets everything move on until something has ended, or until then. */
static void step(otelmq_http_sender *sender, otelmq_deadline until)
{
    otelmq_http_session_run(sender->session, send_due(sender, until));
    settle_ended(sender);
    give_up_late(sender);
}

/* A free parcel, NULL when none got free before the deadline. */
static otelmq_http_parcel *wait_for_free(otelmq_http_sender *sender, otelmq_deadline deadline)
{
    step(sender, AT_ONCE);
    for (;;) {
        for (size_t i = 0; i < sender->parcel_count; i++) {
            if (sender->parcels[i].state == OTELMQ_PARCEL_FREE) {
                return &sender->parcels[i];
            }
        }
        if (has_come(deadline)) {
            return NULL;
        }
        step(sender, deadline);
    }
}

static size_t under_way(const otelmq_http_sender *sender)
{
    size_t count = 0;
    for (size_t i = 0; i < sender->parcel_count; i++) {
        count += sender->parcels[i].span_count;
    }
    return count;
}

static otelmq_status tell(otelmq_http_sender *sender, otelmq_export_result *result)
{
    otelmq_status status = sender->status;
    result->failed = sender->failed;
    result->under_way = under_way(sender);
    sender->failed = 0;
    sender->status = OTELMQ_OK;
    return status;
}

static void lose_unsent(otelmq_http_sender *sender, size_t count, otelmq_status status)
{
    otelmq_http_report_unsent(sender->settings, count, status);
    count_lost(sender, count, status);
}

/*
 * Packs as many of count spans as a request may hold, and returns how many these were; *len is how
 * many to try, and is set for the next time. One that is too large alone is lost alone.
 */
static size_t pack_some(otelmq_http_sender *sender, otelmq_http_parcel *parcel,
                        const otelmq_span_data *const spans[], size_t count, size_t *len,
                        otelmq_deadline deadline)
{
    for (;;) {
        size_t tried = *len < count ? *len : count;
        otelmq_status status = otelmq_http_parcel_pack(parcel, sender->settings, sender->protocol,
                                                       sender->encoder, spans, tried, deadline);
        if (status == OTELMQ_ERROR_LIMIT && tried > 1) {
            *len = tried / 2;
            continue;
        }
        if (status != OTELMQ_OK) {
            lose_unsent(sender, tried, status);
        }
        *len = 2 * tried;
        return tried;
    }
}

otelmq_status otelmq_http_sender_send(otelmq_http_sender *sender,
                                      const otelmq_span_data *const spans[], size_t count,
                                      otelmq_deadline deadline, otelmq_export_result *result)
{
    size_t len = count;
    for (size_t packed = 0; packed < count;) {
        otelmq_http_parcel *parcel = wait_for_free(sender, deadline);
        if (parcel == NULL) {
            lose_unsent(sender, count - packed, OTELMQ_ERROR_TIMEOUT);
            break;
        }
        packed += pack_some(sender, parcel, spans + packed, count - packed, &len, deadline);
    }
    (void)wait_for_free(sender, deadline);
    return tell(sender, result);
}

otelmq_status otelmq_http_sender_flush(otelmq_http_sender *sender, otelmq_deadline deadline,
                                       otelmq_export_result *result)
{
    step(sender, AT_ONCE);
    while (under_way(sender) > 0 && !has_come(deadline)) {
        step(sender, deadline);
    }
    otelmq_status status = tell(sender, result);
    return status == OTELMQ_OK && result->under_way > 0 ? OTELMQ_ERROR_TIMEOUT : status;
}

void otelmq_http_sender_destroy(otelmq_http_sender *sender)
{
    if (sender == NULL) {
        return;
    }
    otelmq_http_session_destroy(sender->session);
    for (size_t i = 0; i < sender->parcel_count; i++) {
        if (sender->parcels[i].state != OTELMQ_PARCEL_FREE) {
            give_up_interrupted(sender, &sender->parcels[i]);
        }
        otelmq_http_parcel_clean(&sender->parcels[i]);
    }
    sender->protocol->destroy(sender->encoder);
    free(sender);
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
