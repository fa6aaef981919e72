/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The thread that asks the collector, at once and then after each interval, and replaces the
 * current strategy by its answer. A forked child has none until it asks for one.
 *
 *     asks --- a new answer --> replaces the strategy -.
 *      ^   --- an error ------> reports it ------------+-> sleeps for the interval --.
 *      |   --- the same ------------------------------'         |                    |
 *      '-------------------------------------------------------'+--------------------'
 *                                              a stop ends it wherever it is
 */
#ifndef OTELMQ_JAEGER_REMOTE_POLLER_H
#define OTELMQ_JAEGER_REMOTE_POLLER_H

#include "base/buffer.h"
#include "export/otlp/jaeger_remote/current_strategy.h"
#include "export/otlp/jaeger_remote/request.h"

#include <pthread.h>
#include <stdatomic.h>

typedef struct {
    char *url;
    char *shown_url; /* for messages */
    uint32_t interval_ms;
    uint32_t timeout_ms;
    otelmq_jaeger_current *current;
    otelmq_buffer last_answer; /* the thread's */
    atomic_uint generation; /* of the process that the thread belongs to */
    pthread_t thread;
    bool has_thread;

    pthread_mutex_t mutex; /* of all below */
    pthread_cond_t stopped;
    bool stops;
    otelmq_jaeger_request *under_way;
} otelmq_jaeger_poller;

/* Starts the thread; false, after reporting it, if there can be none. */
bool otelmq_jaeger_poller_start(otelmq_jaeger_poller *poller);

/* Starts it again in a child that was forked since. Any thread, at any time. */
void otelmq_jaeger_poller_revive(otelmq_jaeger_poller *poller);

/* Ends the thread, soon. */
void otelmq_jaeger_poller_stop(otelmq_jaeger_poller *poller);

#endif
