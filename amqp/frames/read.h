/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reading frames in calls that wait for something: for confirms, for the next delivery, for a
 * reply. Such a call takes a frame, and hands those that are not for it to otelmq_amqp_keep, so
 * that no other call misses them:
 *
 *     int status = otelmq_amqp_read_frame(connection, &frame, &timeout);
 *     if (status == AMQP_STATUS_OK && !is_for_me(&frame)) {
 *         status = otelmq_amqp_keep(connection, &frame);
 *     }
 *
 * All return an amqp_status_enum. Belongs to the thread of the connection.
 */
#ifndef OTELMQ_AMQP_READ_H
#define OTELMQ_AMQP_READ_H

#include <otelmq/amqp_connection.h>

/*
 * The next method frame from the broker, watched already (watch.h), and not one that is held.
 * timeout NULL: waits without limit; AMQP_STATUS_TIMEOUT when there is none in time. Process spans
 * past their time limit end meanwhile. What frame points to is the library's, as ever.
 */
int otelmq_amqp_read_frame(otelmq_amqp_connection *connection, amqp_frame_t *frame,
                           const struct timeval *timeout);

/* The same for a frame of any type. */
int otelmq_amqp_read_any_frame(otelmq_amqp_connection *connection, amqp_frame_t *frame,
                               const struct timeval *timeout);

/*
 * Keeps a frame that the caller has no use for. The message of a basic.deliver is read and held for
 * otelmq_amqp_consume_message. That of a basic.return is read, and tells its publish span. Confirms
 * were taken as they were watched, on channels in confirm mode. A copy of anything else is held for
 * otelmq_amqp_simple_wait_frame.
 */
int otelmq_amqp_keep(otelmq_amqp_connection *connection, const amqp_frame_t *frame);

/*
 * Reads the message that follows a basic.deliver, as amqp_consume_message does. *envelope is yours
 * to destroy; all zero when it fails.
 */
int otelmq_amqp_read_delivery(otelmq_amqp_connection *connection, const amqp_frame_t *frame,
                              amqp_envelope_t *envelope);

/*
 * Reads the message that follows a basic.return, and tells its publish span. *message is yours to
 * destroy; all zero when it could not be copied, which is no failure, and when reading failed.
 */
int otelmq_amqp_read_return(otelmq_amqp_connection *connection, const amqp_frame_t *frame,
                            amqp_message_t *message);

/* Whether a close of the connection, or of this channel. */
bool otelmq_amqp_frame_is_close(const amqp_frame_t *frame, amqp_channel_t channel);

/* Whether such a message was read to its end and only could not be copied. */
bool otelmq_amqp_is_not_copied(int status);

/*
 * The same of the message of a basic.deliver, which is reported then: the connection goes on, and
 * the message stays with the broker until the channel closes. One of otelmq_amqp_run is counted.
 */
bool otelmq_amqp_passes_over(otelmq_amqp_connection *connection, const amqp_frame_t *frame,
                             int status);

/*
 * Keeps all the frames that the library has read and queued while it waited for the answer to a
 * call, so that what they say counts as having come before that.
 */
void otelmq_amqp_drain(otelmq_amqp_connection *connection);

#endif
