/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A loop that consumes a queue and calls a handler for each message, inside the message's process
 * span; what the handler answers settles the message.
 *
 *     static otelmq_amqp_answer handle(void *user, otelmq_amqp_connection *connection,
 *                                      const amqp_envelope_t *envelope) { ... }
 *
 *     amqp_rpc_reply_t reply = otelmq_amqp_run(connection, handle, user,
 *         &(otelmq_amqp_run_options){.queue = amqp_cstring_bytes("orders"), .prefetch = 50});
 *
 * It returns when it is stopped or the connection is lost. Then connect again, tell the connection
 * by otelmq_amqp_connection_replace, and call it again: what the handler had acknowledged is known,
 * the newest 65,536 of it, and a redelivery is acknowledged without the handler seeing it twice.
 *
 * A message is known by its message id or trace context together with all else in it; one that has
 * neither is not known. Where producers send several that are equal in every byte, context
 * included, let them give each a message id, or set repeats_acknowledged: one could be taken for
 * another.
 */
#ifndef OTELMQ_AMQP_RUN_H
#define OTELMQ_AMQP_RUN_H

#include <otelmq/amqp_connection.h>

OTELMQ_BEGIN_C

/*
 * What becomes of a message. The process span of one that is given back or rejected fails, with
 * error.type "nack" or "reject", whatever ends it and whatever status the handler gave it.
 */
typedef enum {
    OTELMQ_AMQP_ACK, /* done */
    OTELMQ_AMQP_REQUEUE, /* basic.nack: back into its queue, at once */
    OTELMQ_AMQP_REJECT, /* basic.reject: to the dead-letter exchange, or away */
    /* The handler settled it, or will, by otelmq_amqp_basic_ack and the like: not remembered. */
    OTELMQ_AMQP_LEAVE,
} otelmq_amqp_answer;

/*
 * envelope is borrowed for the call, and with it all that librabbitmq gave out before: the loop
 * releases its buffers (amqp_maybe_release_buffers) before each message. The handler may publish,
 * settle and otelmq_amqp_call on connection; it must not consume on it.
 */
typedef otelmq_amqp_answer (*otelmq_amqp_handler)(void *user, otelmq_amqp_connection *connection,
                                                  const amqp_envelope_t *envelope);

/* Borrowed for the call. {0} but for queue: the defaults. */
typedef struct {
    amqp_bytes_t queue;
    amqp_channel_t channel; /* 0: channel 1 */
    amqp_bytes_t consumer_tag; /* empty: the broker makes one */
    amqp_table_t arguments; /* of basic.consume */
    uint16_t prefetch; /* 0: 32; how many messages may be under way */
    bool is_exclusive;
    /*
     * true: the broker forgets what it sends; answers have no effect but on the process span, and
     * after a stop the handler still gets what had come.
     */
    bool no_ack;
    /*
     * true: a redelivered message goes to the handler even when the handler has acknowledged it
     * before, and the connection was lost before the broker knew.
     */
    bool repeats_acknowledged;
    /* 0: never; returns as if stopped when no message came for so long. */
    int64_t stop_when_idle_ms;
} otelmq_amqp_run_options;

/*
 * Consumes until otelmq_amqp_stop. reply_type is AMQP_RESPONSE_NORMAL when it was stopped, after
 * cancelling the consumer and giving back what was prefetched; else what made it end, with
 * reply.reply.id AMQP_BASIC_CANCEL_METHOD when the broker cancelled the consumer (its queue was
 * deleted, say; told only to a client that logged in with the capability consumer_cancel_notify).
 * AMQP_STATUS_INVALID_PARAMETER, and a report to the diagnostics: without connection, handler or
 * queue, for a stop_when_idle_ms below 0, and from its own handler. A message that librabbitmq
 * cannot read (one of its headers has an empty name) is reported and stays unacknowledged; when as
 * many as prefetch are such, nothing can come any more, and it returns AMQP_STATUS_BAD_AMQP_DATA.
 * What reply points to is valid until the next otelmq_amqp_run on connection.
 *
 * Confirms of the handler's publishes are read on the way, for otelmq_amqp_wait_confirms. Messages
 * of other consumers on the connection are kept for otelmq_amqp_consume_message.
 */
OTELMQ_API amqp_rpc_reply_t otelmq_amqp_run(otelmq_amqp_connection *connection,
                                            otelmq_amqp_handler handler, void *user,
                                            const otelmq_amqp_run_options *options);

/*
 * Makes otelmq_amqp_run return after the message that it is at; within 250 ms when it waits. From
 * the handler, any thread, or a signal handler. When none is running, or the one that is running
 * ends otherwise, the next one returns at once.
 */
OTELMQ_API void otelmq_amqp_stop(otelmq_amqp_connection *connection);

OTELMQ_END_C

#endif
