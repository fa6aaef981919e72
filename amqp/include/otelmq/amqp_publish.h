/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Publishing. The context goes into a copy of the message's headers; your properties and tables are
 * never changed. Headers that do not fit into a frame go out without baggage, then without
 * tracestate, then without context, and are counted.
 *
 * A publish span ends when the broker has taken the message: at its confirm on a channel in confirm
 * mode (amqp_confirms.h), at the commit on one in a transaction, and at the return of the call on
 * any other, or when otelmq_messaging_options.ends_send_at_return says so. What the broker could
 * not take has error.type "nack"; what came back, "no-route" and the like; what was open when its
 * channel or connection ended, "channel-closed" or "connection-closed". Of more than 65,536 that
 * wait on one channel the oldest end, with "unconfirmed".
 */
#ifndef OTELMQ_AMQP_PUBLISH_H
#define OTELMQ_AMQP_PUBLISH_H

#include <otelmq/amqp_connection.h>

OTELMQ_BEGIN_C

/*
 * amqp_basic_publish with a span "publish {exchange}:{routing key}", whose context goes into the
 * headers. A traceparent that properties->headers already has stays, and is linked to. Returns what
 * amqp_basic_publish returns; properties may be NULL.
 */
OTELMQ_API int otelmq_amqp_basic_publish(otelmq_amqp_connection *connection, amqp_channel_t channel,
                                         amqp_bytes_t exchange, amqp_bytes_t routing_key,
                                         amqp_boolean_t mandatory, amqp_boolean_t immediate,
                                         const amqp_basic_properties_t *properties,
                                         amqp_bytes_t body);

/* One message of a batch: the arguments of amqp_basic_publish. */
typedef struct {
    amqp_bytes_t exchange;
    amqp_bytes_t routing_key;
    amqp_boolean_t mandatory;
    amqp_boolean_t immediate;
    const amqp_basic_properties_t *properties; /* may be NULL */
    amqp_bytes_t body;
} otelmq_amqp_publishing;

/*
 * Publishes count messages in their order, up to the first that fails, whose status it returns;
 * AMQP_STATUS_OK: all. *published (may be NULL) is how many went out. One span "publish" with
 * messaging.batch.message_count, and links to one span "create" for each message; with
 * otelmq_messaging_options.omits_create_spans there is the one span only. In confirm mode it ends
 * when the last of its messages is settled.
 */
OTELMQ_API int otelmq_amqp_basic_publish_batch(otelmq_amqp_connection *connection,
                                               amqp_channel_t channel,
                                               const otelmq_amqp_publishing messages[],
                                               size_t count, size_t *published);

/*
 * amqp_tx_select, amqp_tx_commit and amqp_tx_rollback; the latter two with spans "commit" and
 * "rollback" that link to what they settle. The publish spans of the transaction end with it, after
 * a rollback with error.type "rolled-back". A commit of mandatory messages reads what has come
 * before its answer, and keeps deliveries for otelmq_amqp_consume_message.
 */
OTELMQ_API amqp_tx_select_ok_t *otelmq_amqp_tx_select(otelmq_amqp_connection *connection,
                                                      amqp_channel_t channel);
OTELMQ_API amqp_tx_commit_ok_t *otelmq_amqp_tx_commit(otelmq_amqp_connection *connection,
                                                      amqp_channel_t channel);
OTELMQ_API amqp_tx_rollback_ok_t *otelmq_amqp_tx_rollback(otelmq_amqp_connection *connection,
                                                          amqp_channel_t channel);

OTELMQ_END_C

#endif
