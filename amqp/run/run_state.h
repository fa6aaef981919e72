/* SPDX-License-Identifier: Apache-2.0 */
/* What a connection knows of otelmq_amqp_run. {0}: none was ever called. */
#ifndef OTELMQ_AMQP_RUN_STATE_H
#define OTELMQ_AMQP_RUN_STATE_H

#include <otelmq/amqp_publish.h>

#include "amqp/run/ending.h"
#include "amqp/run/handled.h"

#include <stdatomic.h>

/* Set by any thread and by signal handlers, which may set nothing else. */
_Static_assert(ATOMIC_BOOL_LOCK_FREE == 2, "a signal handler must not wait for a lock");

typedef struct {
    atomic_bool is_stop_asked;
    bool is_running;
    amqp_channel_t channel;
    amqp_bytes_t consumer_tag; /* in tag */
    char tag[OTELMQ_AMQP_SHORT_STRING_SIZE];
    char queue[OTELMQ_AMQP_SHORT_STRING_SIZE];
    otelmq_amqp_ending ending;
    size_t passed_over; /* messages of the consumer that could not be read and are not settled */
    const amqp_envelope_t *message; /* that the handler has; NULL: it is not called */
    bool is_passed_on; /* the handler has published that message again, as it is */
    otelmq_amqp_handled handled;
    size_t unanswered_calls; /* of otelmq_amqp_call, whose replies may still come */
} otelmq_amqp_run_state;

void otelmq_amqp_run_state_clean(otelmq_amqp_run_state *run);

/* Whether a basic.deliver is for the consumer of the loop that runs. */
bool otelmq_amqp_run_is_ours(const otelmq_amqp_connection *connection, const amqp_frame_t *frame);

/* The message of such a frame was passed over; that of another consumer is not counted. */
void otelmq_amqp_run_passed_over(otelmq_amqp_connection *connection, const amqp_frame_t *frame);

/*
 * A message goes out with send. When it keeps the creation context that it had, and is the message
 * that the handler has, there are two of it now, and what comes again may be either.
 */
void otelmq_amqp_run_published(otelmq_amqp_connection *connection,
                               const otelmq_amqp_publishing *message,
                               const otelmq_messaging_send *send);

#endif
