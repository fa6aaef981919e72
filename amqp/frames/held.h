/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What one call has read from the broker and another one is to give out: a call that waits for a
 * confirm or for a reply meets deliveries, cancels and closes, and librabbitmq cannot take a frame
 * back.
 *
 *     read.h --+--> messages (whole) --> otelmq_amqp_consume_message, otelmq_amqp_run
 *              +--> frames (copied) ---> otelmq_amqp_simple_wait_frame
 *
 * Each in the order in which it came. Belongs to the thread of its connection.
 */
#ifndef OTELMQ_AMQP_HELD_H
#define OTELMQ_AMQP_HELD_H

#include <otelmq/amqp_connection.h>

/* Beyond that, what only tells how things stand is not held: confirms, and blocked or not. */
enum { OTELMQ_AMQP_MAX_HELD_FRAMES = 65536 };

typedef struct otelmq_amqp_held_message otelmq_amqp_held_message;
typedef struct otelmq_amqp_held_frame otelmq_amqp_held_frame;

typedef struct {
    otelmq_amqp_held_message *first_message;
    otelmq_amqp_held_message *last_message;
    otelmq_amqp_held_frame *first_frame;
    otelmq_amqp_held_frame *last_frame;
    size_t frame_count;
    otelmq_amqp_held_frame *given; /* the one that was given out last; freed at the next call */
} otelmq_amqp_held;

void otelmq_amqp_held_clean(otelmq_amqp_held *held);

/* The oldest delivery that another call has read, yours to destroy; false when there is none. */
bool otelmq_amqp_held_take_message(otelmq_amqp_connection *connection, amqp_envelope_t *envelope);

/* The same for the oldest one of this consumer. */
bool otelmq_amqp_held_take_message_of(otelmq_amqp_connection *connection, amqp_channel_t channel,
                                      amqp_bytes_t consumer_tag, amqp_envelope_t *envelope);

/* Whether a frame waits for otelmq_amqp_simple_wait_frame. */
bool otelmq_amqp_held_has_frame(const otelmq_amqp_connection *connection);

/* Keeps envelope, *owned* from here on, on failure too; an amqp_status_enum. */
int otelmq_amqp_held_add_message(otelmq_amqp_connection *connection,
                                 const amqp_envelope_t *envelope);

/*
 * Keeps a copy of a method frame, with all that it points to; an amqp_status_enum. Of a program
 * that never reads them, confirms that nobody counts here may come without end: of those there is a
 * limit, and what goes beyond is reported and dropped.
 */
int otelmq_amqp_held_add_frame(otelmq_amqp_connection *connection, const amqp_frame_t *frame);

/* The oldest frame that is held, valid until the next call of this; false when there is none. */
bool otelmq_amqp_held_take_frame(otelmq_amqp_connection *connection, amqp_frame_t *frame);

/* Forgets what is held of a channel that opens anew; 0: of all. */
void otelmq_amqp_held_forget(otelmq_amqp_connection *connection, amqp_channel_t channel);

#endif
