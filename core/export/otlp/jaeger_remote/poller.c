/* SPDX-License-Identifier: Apache-2.0 */
#include "export/otlp/jaeger_remote/poller.h"

#include "base/clock.h"
#include "export/otlp/jaeger_remote/strategy_json.h"

#include <otelmq/diagnostics.h>

#include <errno.h>
#include <signal.h>

static void report(const otelmq_jaeger_poller *poller, const char *why)
{
    otelmq_diagnostics_report(OTELMQ_SEVERITY_WARNING,
                              "There is no new sampling strategy from %s, the last one stays: %s.",
                              poller->shown_url, why);
}

/* A request that the stop can find; NULL when there is to be none. */
static otelmq_jaeger_request *begin_request(otelmq_jaeger_poller *poller)
{
    otelmq_jaeger_request *request = otelmq_jaeger_request_create(poller->url, poller->timeout_ms);
    if (request == NULL) {
        report(poller, "libcurl cannot be set up");
        return NULL;
    }
    pthread_mutex_lock(&poller->mutex);
    bool stops = poller->stops;
    poller->under_way = stops ? NULL : request;
    pthread_mutex_unlock(&poller->mutex);
    if (stops) {
        otelmq_jaeger_request_destroy(request);
        return NULL;
    }
    return request;
}

/* Whether the poller was stopped meanwhile. */
static bool end_request(otelmq_jaeger_poller *poller)
{
    pthread_mutex_lock(&poller->mutex);
    poller->under_way = NULL;
    bool stops = poller->stops;
    pthread_mutex_unlock(&poller->mutex);
    return stops;
}

static void apply(otelmq_jaeger_poller *poller, otelmq_buffer *answer)
{
    otelmq_jaeger_strategy *strategy = NULL;
    otelmq_status status = otelmq_jaeger_strategy_parse(otelmq_buffer_str(answer), &strategy);
    if (status != OTELMQ_OK) {
        report(poller, status == OTELMQ_ERROR_MALFORMED ? "the answer is no sampling strategy"
                                                        : otelmq_status_text(status));
        return;
    }
    otelmq_jaeger_current_replace(poller->current, strategy);
    otelmq_buffer swapped = poller->last_answer;
    poller->last_answer = *answer;
    *answer = swapped;
}

/* An answer that says what the last one did would only reset what the strategy has learnt. */
static void ask(otelmq_jaeger_poller *poller)
{
    otelmq_jaeger_request *request = begin_request(poller);
    if (request == NULL) {
        return;
    }
    otelmq_buffer answer;
    otelmq_buffer_init(&answer);
    const char *error = otelmq_jaeger_request_run(request, &answer);
    bool stops = end_request(poller);
    if (error != NULL && !stops) {
        report(poller, error);
    } else if (error == NULL && !otelmq_str_equal(otelmq_buffer_str(&answer),
                                                  otelmq_buffer_str(&poller->last_answer))) {
        apply(poller, &answer);
    }
    otelmq_buffer_clean(&answer);
    otelmq_jaeger_request_destroy(request);
}

/* False once the poller is stopped. */
static bool sleep_for_interval(otelmq_jaeger_poller *poller)
{
    struct timespec until = otelmq_deadline_timespec(otelmq_deadline_after(poller->interval_ms));
    pthread_mutex_lock(&poller->mutex);
    while (!poller->stops &&
           pthread_cond_timedwait(&poller->stopped, &poller->mutex, &until) != ETIMEDOUT) {
    }
    bool stops = poller->stops;
    pthread_mutex_unlock(&poller->mutex);
    return !stops;
}

static void *run(void *of_poller)
{
    otelmq_jaeger_poller *poller = of_poller;
    do {
        ask(poller);
    } while (sleep_for_interval(poller));
    return NULL;
}

static void init_waiting(otelmq_jaeger_poller *poller)
{
    pthread_condattr_t attributes;
    pthread_condattr_init(&attributes);
    pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
    pthread_mutex_init(&poller->mutex, NULL);
    pthread_cond_init(&poller->stopped, &attributes);
    pthread_condattr_destroy(&attributes);
}

/* A new thread inherits the mask: the application's handlers never run on it. */
static bool create_thread(otelmq_jaeger_poller *poller)
{
    sigset_t all;
    sigset_t before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    bool is_created = pthread_create(&poller->thread, NULL, run, poller) == 0;
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    if (is_created) {
        pthread_setname_np(poller->thread, "otelmq-sampling");
    }
    return is_created;
}

bool otelmq_jaeger_poller_start(otelmq_jaeger_poller *poller)
{
    atomic_store(&poller->generation, otelmq_jaeger_process_generation());
    poller->stops = false;
    poller->under_way = NULL;
    init_waiting(poller);
    poller->has_thread = create_thread(poller);
    if (!poller->has_thread) {
        otelmq_diagnostics_report(OTELMQ_SEVERITY_ERROR,
                                  "%s cannot be asked for a sampling strategy: the thread for that "
                                  "could not be started.",
                                  poller->shown_url);
    }
    return poller->has_thread;
}

/*
 * A fork copies neither the thread nor, in a usable state, what it was at: the mutex is made anew,
 * and the request under way and the last answer, which may be half written, are left behind.
 */
void otelmq_jaeger_poller_revive(otelmq_jaeger_poller *poller)
{
    unsigned now = otelmq_jaeger_process_generation();
    unsigned before = atomic_load_explicit(&poller->generation, memory_order_relaxed);
    if (before == now || !atomic_compare_exchange_strong(&poller->generation, &before, now)) {
        return;
    }
    otelmq_buffer_init(&poller->last_answer);
    (void)otelmq_jaeger_poller_start(poller);
}

void otelmq_jaeger_poller_stop(otelmq_jaeger_poller *poller)
{
    if (atomic_load(&poller->generation) != otelmq_jaeger_process_generation()) {
        return;
    }
    pthread_mutex_lock(&poller->mutex);
    poller->stops = true;
    if (poller->under_way != NULL) {
        otelmq_jaeger_request_interrupt(poller->under_way);
    }
    pthread_cond_signal(&poller->stopped);
    pthread_mutex_unlock(&poller->mutex);
    if (poller->has_thread) {
        pthread_join(poller->thread, NULL);
    }
    pthread_cond_destroy(&poller->stopped);
    pthread_mutex_destroy(&poller->mutex);
}
