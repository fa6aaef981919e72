/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The keeper wakes up a few times in the time that makes a handler slow, and is never woken for a
 * message: a wake-up costs more than most handlers do.
 */
#include "base/clock.h"
#include "kafka/run/runner.h"

#include <otelmq/diagnostics.h>

#include <signal.h>

enum { LOOKS = 8, SLICE_MS = 100 };

static const uint64_t NANOS_PER_MS = 1000000;

static uint64_t slow_nano(const otelmq_kafka_runner *runner)
{
    return (uint64_t)runner->options.slow_handler_ms * NANOS_PER_MS;
}

static void wait_until(otelmq_kafka_runner *runner, uint64_t monotonic_nano)
{
    struct timespec until = otelmq_deadline_timespec((otelmq_deadline){monotonic_nano});
    (void)pthread_cond_timedwait(&runner->changed, &runner->lock, &until);
}

/* With the lock. */
static bool is_slow(const otelmq_kafka_runner *runner)
{
    return runner->message != NULL &&
           otelmq_clock_monotonic_nano() - runner->message_since_monotonic_nano >=
               slow_nano(runner);
}

static bool is_handling(otelmq_kafka_runner *runner)
{
    (void)pthread_mutex_lock(&runner->lock);
    bool is = runner->message != NULL;
    (void)pthread_mutex_unlock(&runner->lock);
    return is;
}

/*
 * A message that comes in spite of the pause is of a partition that was assigned since, or again,
 * which ends a pause.
 */
void otelmq_kafka_runner_poll_paused(otelmq_kafka_runner *runner)
{
    rd_kafka_message_t *message = otelmq_kafka_consumer_poll(runner->consumer, SLICE_MS);
    otelmq_kafka_offsets_take_answer(&runner->offsets);
    if (message == NULL) {
        return;
    }
    if (message->err != RD_KAFKA_RESP_ERR_NO_ERROR) {
        otelmq_kafka_runner_hear_error(runner, message);
        return;
    }
    (void)otelmq_kafka_runner_defer(runner, message, true);
    otelmq_kafka_runner_pause_all(runner);
}

/* The thread that polls, until the handler returns. */
static void keep_membership(otelmq_kafka_runner *runner)
{
    otelmq_kafka_runner_pause_all(runner);
    while (is_handling(runner)) {
        otelmq_kafka_runner_poll_paused(runner);
    }
    otelmq_kafka_runner_release_all(runner);
}

static void *keep(void *of_runner)
{
    otelmq_kafka_runner *runner = of_runner;
    uint64_t interval = slow_nano(runner) / LOOKS + NANOS_PER_MS;
    (void)pthread_mutex_lock(&runner->lock);
    while (!runner->is_over) {
        if (is_slow(runner)) {
            runner->keeper_polls = true;
            (void)pthread_mutex_unlock(&runner->lock);
            keep_membership(runner);
            (void)pthread_mutex_lock(&runner->lock);
            runner->keeper_polls = false;
            (void)pthread_cond_broadcast(&runner->changed);
        } else {
            wait_until(runner, otelmq_clock_monotonic_nano() + interval);
        }
    }
    (void)pthread_mutex_unlock(&runner->lock);
    return NULL;
}

static void init_condition(pthread_cond_t *condition)
{
    pthread_condattr_t attributes;
    (void)pthread_condattr_init(&attributes);
    (void)pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
    (void)pthread_cond_init(condition, &attributes);
    (void)pthread_condattr_destroy(&attributes);
}

/* Signals are for the application's own threads. */
static bool start_thread(otelmq_kafka_runner *runner)
{
    sigset_t every;
    sigset_t before;
    (void)sigfillset(&every);
    (void)pthread_sigmask(SIG_SETMASK, &every, &before);
    int status = pthread_create(&runner->keeper, NULL, keep, runner);
    (void)pthread_sigmask(SIG_SETMASK, &before, NULL);
    return status == 0;
}

void otelmq_kafka_runner_init(otelmq_kafka_runner *runner)
{
    (void)pthread_mutex_init(&runner->lock, NULL);
    init_condition(&runner->changed);
    otelmq_kafka_offsets_init(&runner->offsets, runner->consumer);
    runner->paused = rd_kafka_topic_partition_list_new(8);
    runner->has_keeper = start_thread(runner);
    if (!runner->has_keeper) {
        otelmq_diagnostics_report(OTELMQ_SEVERITY_WARNING,
                                  "otelmq_kafka_run could not start a thread: a handler that takes "
                                  "longer than max.poll.interval.ms loses its partitions.");
    }
}

void otelmq_kafka_runner_clean(otelmq_kafka_runner *runner)
{
    if (runner->has_keeper) {
        (void)pthread_mutex_lock(&runner->lock);
        runner->is_over = true;
        (void)pthread_cond_broadcast(&runner->changed);
        (void)pthread_mutex_unlock(&runner->lock);
        (void)pthread_join(runner->keeper, NULL);
    }
    otelmq_kafka_held_drop_all(&runner->held);
    otelmq_kafka_offsets_clean(&runner->offsets);
    rd_kafka_topic_partition_list_destroy(runner->paused);
    (void)pthread_cond_destroy(&runner->changed);
    (void)pthread_mutex_destroy(&runner->lock);
}

void otelmq_kafka_runner_begin_handling(otelmq_kafka_runner *runner,
                                        const rd_kafka_message_t *message)
{
    (void)pthread_mutex_lock(&runner->lock);
    runner->message = message;
    runner->message_since_monotonic_nano = otelmq_clock_monotonic_nano();
    runner->is_message_revoked = false;
    (void)pthread_mutex_unlock(&runner->lock);
}

otelmq_kafka_run_outcome otelmq_kafka_runner_end_handling(otelmq_kafka_runner *runner,
                                                          otelmq_kafka_run_outcome outcome)
{
    (void)pthread_mutex_lock(&runner->lock);
    runner->handled = runner->message;
    runner->outcome = outcome;
    runner->message = NULL;
    if (runner->keeper_polls) {
        (void)pthread_cond_broadcast(&runner->changed);
    }
    while (runner->keeper_polls) {
        (void)pthread_cond_wait(&runner->changed, &runner->lock);
    }
    outcome = runner->is_message_revoked ? OTELMQ_KAFKA_RUN_REVOKED : runner->outcome;
    runner->handled = NULL;
    (void)pthread_mutex_unlock(&runner->lock);
    return outcome;
}

bool otelmq_kafka_runner_is_revoked(otelmq_kafka_runner *runner)
{
    (void)pthread_mutex_lock(&runner->lock);
    bool is_revoked = runner->is_message_revoked;
    (void)pthread_mutex_unlock(&runner->lock);
    return is_revoked;
}
