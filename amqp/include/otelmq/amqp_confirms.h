/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Publisher confirms: the broker tells what became of each message of a channel.
 *
 *     otelmq_amqp_confirm_select(connection, 1);
 *     for (...) {
 *         otelmq_amqp_basic_publish(connection, 1, ...);
 *     }
 *     otelmq_amqp_confirms confirms;
 *     amqp_rpc_reply_t reply = otelmq_amqp_wait_confirms(connection, 1, &timeout, &confirms);
 *     ...
 *     amqp_maybe_release_buffers(raw);
 *
 * librabbitmq keeps each frame that it read, also those of confirms, until its buffers are
 * released.
 * Asks nothing of librabbitmq that came with 0.15, which was the first to read confirms itself.
 */
#ifndef OTELMQ_AMQP_CONFIRMS_H
#define OTELMQ_AMQP_CONFIRMS_H

#include <otelmq/amqp_connection.h>

OTELMQ_BEGIN_C

/*
 * amqp_confirm_select. From here on the publish spans of the channel end at their confirm. NULL
 * also when there is no memory to count its messages; the broker is not asked then. From here on
 * publish on the channel by traced calls alone, and through one traced connection: a publish that
 * is not seen here takes a delivery tag all the same, and each later confirm counts for another
 * message. What an earlier opening of the channel left to be told is forgotten.
 */
OTELMQ_API amqp_confirm_select_ok_t *otelmq_amqp_confirm_select(otelmq_amqp_connection *connection,
                                                                amqp_channel_t channel);

/* What became of a message. */
typedef enum {
    OTELMQ_AMQP_ACKED, /* the broker has it */
    OTELMQ_AMQP_NACKED, /* the broker could not take it: publish it again */
    OTELMQ_AMQP_RETURNED, /* it was mandatory and no queue was there for it; reply_code says more */
    /*
     * The channel or the connection closed before, or more than a million later messages of the
     * channel wait for their confirms: publish it again.
     */
    OTELMQ_AMQP_UNKNOWN,
} otelmq_amqp_outcome;

typedef struct {
    uint64_t delivery_tag; /* the message's number on the channel since confirm.select, from 1 */
    otelmq_amqp_outcome outcome;
    uint16_t reply_code; /* AMQP_NO_ROUTE and the like; 0 unless it was returned */
} otelmq_amqp_confirm;

/* items is borrowed from the connection until the next call on it. */
typedef struct {
    const otelmq_amqp_confirm *items; /* in the order in which they were settled */
    size_t count;
    size_t pending; /* how many are not settled yet */
} otelmq_amqp_confirms;

/*
 * Waits until every message that was published on the channel in confirm mode is settled, at most
 * for timeout (NULL: without limit; {0, 0}: takes what is there, and of deliveries 1,024 at most).
 * *confirms has every message that was settled since the last call, also when it fails. When more
 * than a million are settled between two calls, the older ones are not told, which the diagnostics
 * report.
 *
 * reply_type is AMQP_RESPONSE_NORMAL when none is pending; AMQP_RESPONSE_LIBRARY_EXCEPTION with
 * AMQP_STATUS_TIMEOUT when the time is over; AMQP_RESPONSE_SERVER_EXCEPTION when the broker closed
 * the channel or the connection, as of any other call of librabbitmq. Deliveries that come while it
 * waits are kept for otelmq_amqp_consume_message; other frames for otelmq_amqp_simple_wait_frame.
 * Messages that come back are told here and by their spans, and are not kept.
 */
OTELMQ_API amqp_rpc_reply_t otelmq_amqp_wait_confirms(otelmq_amqp_connection *connection,
                                                      amqp_channel_t channel,
                                                      const struct timeval *timeout,
                                                      otelmq_amqp_confirms *confirms);

/* The delivery tag that the next message gets; 0 for a channel that is not in confirm mode. */
OTELMQ_API uint64_t otelmq_amqp_next_publish_tag(const otelmq_amqp_connection *connection,
                                                 amqp_channel_t channel);

OTELMQ_END_C

#endif
