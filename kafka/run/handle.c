/* SPDX-License-Identifier: Apache-2.0 */
/* What becomes of one message. */
#include "base/clock.h"
#include "kafka/produce/awaited.h"
#include "kafka/run/copy.h"
#include "kafka/run/runner.h"

#include <otelmq/diagnostics.h>

enum { SLICE_MS = 100, PATIENCE_WHEN_STOPPED_MS = 5000 };

static const uint64_t NANOS_PER_MS = 1000000;

/* Why a message was not done with, as its process span and its copies say it. */
static const char RETRY[] = "retry";
static const char REJECTED[] = "rejected";
static const char TOO_MANY_RETRIES[] = "too-many-retries";

static bool has_too_many_retries(const otelmq_kafka_runner *runner,
                                 const otelmq_kafka_held_message *held)
{
    int count = runner->options.retry_topic != NULL ? otelmq_kafka_copy_retry_count(held->message)
                                                    : held->try_count;
    return count >= runner->options.max_retries;
}

/* NULL: the handler is done with it, or has stopped. */
static const char *reason_of(const otelmq_kafka_runner *runner,
                             const otelmq_kafka_held_message *held)
{
    switch (held->answer) {
    case OTELMQ_KAFKA_RETRY:
        return has_too_many_retries(runner, held) ? TOO_MANY_RETRIES : RETRY;
    case OTELMQ_KAFKA_DEAD_LETTER:
        return REJECTED;
    case OTELMQ_KAFKA_STOP:
    case OTELMQ_KAFKA_DONE:
        break;
    }
    return NULL;
}

/*
 * Waits until the broker has the copy, as long as the producer tries; a loop that is to stop leaves
 * it soon, with the message uncommitted.
 */
static rd_kafka_resp_err_t wait_for_delivery(otelmq_kafka_runner *runner,
                                             otelmq_kafka_awaited *awaited)
{
    rd_kafka_resp_err_t err = RD_KAFKA_RESP_ERR_NO_ERROR;
    int stopped_for_ms = 0;
    while (stopped_for_ms < PATIENCE_WHEN_STOPPED_MS) {
        if (otelmq_kafka_awaited_wait(awaited, SLICE_MS, &err)) {
            return err;
        }
        stopped_for_ms += otelmq_kafka_runner_is_stopped(runner) ? SLICE_MS : 0;
    }
    return RD_KAFKA_RESP_ERR__TIMED_OUT;
}

static rd_kafka_resp_err_t deliver(otelmq_kafka_runner *runner, const otelmq_kafka_copy *copy)
{
    otelmq_kafka_awaited awaited;
    otelmq_kafka_awaited_begin(&awaited);
    rd_kafka_resp_err_t err = otelmq_kafka_copy_produce(copy, runner->options.producer);
    if (err == RD_KAFKA_RESP_ERR_NO_ERROR) {
        err = wait_for_delivery(runner, &awaited);
    }
    otelmq_kafka_awaited_end(&awaited);
    return err;
}

static uint64_t after_delay(const otelmq_kafka_runner *runner)
{
    return otelmq_clock_monotonic_nano() + (uint64_t)runner->options.retry_delay_ms * NANOS_PER_MS;
}

/* Going on would skip the message, or block its partition for ever: somebody has to look at it. */
static otelmq_kafka_run_outcome give_up(otelmq_kafka_held_message *held,
                                        const otelmq_kafka_copy *copy, rd_kafka_resp_err_t err)
{
    otelmq_diagnostics_report(
        OTELMQ_SEVERITY_ERROR,
        "otelmq_kafka_run ends: a message can never be sent to topic %s (%s); "
        "it is not committed.",
        copy->topic, rd_kafka_err2str(err));
    held->err = err;
    return OTELMQ_KAFKA_RUN_STOP;
}

static otelmq_kafka_run_outcome send_copy(otelmq_kafka_runner *runner,
                                          otelmq_kafka_held_message *held,
                                          const otelmq_kafka_copy *copy)
{
    if (otelmq_kafka_runner_is_revoked(runner)) {
        return OTELMQ_KAFKA_RUN_REVOKED;
    }
    rd_kafka_resp_err_t err = deliver(runner, copy);
    if (err == RD_KAFKA_RESP_ERR_NO_ERROR) {
        return OTELMQ_KAFKA_RUN_DONE;
    }
    held->has_answer = true;
    if (otelmq_kafka_copy_is_refused(err)) {
        return give_up(held, copy, err);
    }
    otelmq_diagnostics_report(OTELMQ_SEVERITY_WARNING,
                              "otelmq_kafka_run could not send a message to topic %s (%s); it is "
                              "tried again, and the message's partition waits.",
                              copy->topic, rd_kafka_err2str(err));
    held->due_monotonic_nano = after_delay(runner);
    return OTELMQ_KAFKA_RUN_AGAIN;
}

static otelmq_kafka_run_outcome to_dead_letters(otelmq_kafka_runner *runner,
                                                otelmq_kafka_held_message *held, const char *reason)
{
    const rd_kafka_message_t *message = held->message;
    if (runner->options.dead_letter_topic == NULL) {
        otelmq_diagnostics_report(OTELMQ_SEVERITY_WARNING,
                                  "otelmq_kafka_run skips a message of topic %s (%s): it has no "
                                  "dead-letter topic.",
                                  rd_kafka_topic_name(message->rkt), reason);
        return OTELMQ_KAFKA_RUN_DONE;
    }
    int retry_count = otelmq_kafka_copy_retry_count(message);
    otelmq_kafka_copy copy = {
        .message = message,
        .group_id = runner->client->group_id,
        .topic = runner->options.dead_letter_topic,
        .reason = reason,
        .retry_count = retry_count > held->try_count ? retry_count : held->try_count,
    };
    return send_copy(runner, held, &copy);
}

static otelmq_kafka_run_outcome to_retry_topic(otelmq_kafka_runner *runner,
                                               otelmq_kafka_held_message *held)
{
    int64_t now_ms = (int64_t)(otelmq_clock_unix_nano() / NANOS_PER_MS);
    otelmq_kafka_copy copy = {
        .message = held->message,
        .group_id = runner->client->group_id,
        .topic = runner->options.retry_topic,
        .reason = RETRY,
        .retry_count = otelmq_kafka_copy_retry_count(held->message) + 1,
        .retry_at_unix_ms = now_ms + runner->options.retry_delay_ms,
    };
    return send_copy(runner, held, &copy);
}

static otelmq_kafka_run_outcome retry_here(otelmq_kafka_runner *runner,
                                           otelmq_kafka_held_message *held)
{
    held->try_count++;
    held->has_answer = false;
    held->due_monotonic_nano = after_delay(runner);
    return OTELMQ_KAFKA_RUN_AGAIN;
}

static otelmq_kafka_run_outcome carry_out(otelmq_kafka_runner *runner,
                                          otelmq_kafka_held_message *held)
{
    const char *reason = reason_of(runner, held);
    if (reason == NULL) {
        return held->answer == OTELMQ_KAFKA_STOP ? OTELMQ_KAFKA_RUN_STOP : OTELMQ_KAFKA_RUN_DONE;
    }
    if (reason != RETRY) {
        return to_dead_letters(runner, held, reason);
    }
    return runner->options.retry_topic != NULL ? to_retry_topic(runner, held)
                                               : retry_here(runner, held);
}

static void mark_failed(otelmq_span *span, const char *reason)
{
    if (reason != NULL) {
        otelmq_span_set_string(span, "error.type", otelmq_str_from(reason));
        otelmq_span_set_status(span, OTELMQ_STATUS_ERROR,
                               "the handler was not done with the message");
    }
}

/* The copies are sent inside of the process span, whose children their spans are. */
static otelmq_kafka_run_outcome process(otelmq_kafka_runner *runner,
                                        otelmq_kafka_held_message *held)
{
    if (held->has_answer) {
        return carry_out(runner, held);
    }
    otelmq_scope scope = otelmq_kafka_process_start(runner->consumer, held->message);
    held->answer = runner->handler(runner->user, runner->consumer, held->message);
    mark_failed(scope.span, reason_of(runner, held));
    otelmq_kafka_run_outcome outcome = carry_out(runner, held);
    otelmq_scope_end(&scope);
    return outcome;
}

bool otelmq_kafka_runner_handle(otelmq_kafka_runner *runner,
                                const otelmq_kafka_held_message *message)
{
    otelmq_kafka_held_message held = *message;
    otelmq_kafka_runner_begin_handling(runner, held.message);
    otelmq_kafka_run_outcome outcome = process(runner, &held);
    bool is_stopped = outcome == OTELMQ_KAFKA_RUN_STOP;
    outcome = otelmq_kafka_runner_end_handling(runner, outcome);
    if (held.err != RD_KAFKA_RESP_ERR_NO_ERROR) {
        runner->fatal_err = held.err;
    }
    if (outcome == OTELMQ_KAFKA_RUN_AGAIN || outcome == OTELMQ_KAFKA_RUN_STOP) {
        otelmq_kafka_runner_hold(runner, &held);
        return is_stopped;
    }
    if (outcome == OTELMQ_KAFKA_RUN_DONE) {
        otelmq_kafka_offsets_add(&runner->offsets, held.message);
    }
    rd_kafka_message_destroy(held.message);
    return is_stopped;
}

void otelmq_kafka_runner_hear_error(otelmq_kafka_runner *runner, rd_kafka_message_t *message)
{
    char text[256] = "";
    if (message->err == RD_KAFKA_RESP_ERR__FATAL) {
        runner->fatal_err = rd_kafka_fatal_error(runner->consumer, text, sizeof(text));
    } else if (message->err != RD_KAFKA_RESP_ERR__PARTITION_EOF) {
        otelmq_diagnostics_report(OTELMQ_SEVERITY_WARNING,
                                  "otelmq_kafka_run goes on after an error of the consumer: %s.",
                                  rd_kafka_message_errstr(message));
    }
    rd_kafka_message_destroy(message);
}
