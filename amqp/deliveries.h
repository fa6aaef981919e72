/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The deliveries of one connection that are not settled yet: where each came from and, once it was
 * started, its process span. An ack carries nothing but a number, so this is how the span of an ack
 * gets a destination and a parent. The newest OTELMQ_AMQP_MAX_DELIVERIES are kept: those of a
 * consumer without acknowledgements are never settled, and fall off the old end.
 *
 *     receive --> [ newest ... oldest ] --> pushed out by a newer one
 *                       |
 *                       +-----------------> taken out by ack, nack, reject
 *
 * Belongs to the thread of its connection.
 */
#ifndef OTELMQ_AMQP_DELIVERIES_H
#define OTELMQ_AMQP_DELIVERIES_H

#include <otelmq/rabbitmq.h>
#include <otelmq/span_context.h>

enum { OTELMQ_AMQP_MAX_DELIVERIES = 1024 };

/* What is remembered of the message itself; any of it may be empty. */
typedef struct {
    otelmq_str destination;
    otelmq_str message_id;
    otelmq_str conversation_id;
} otelmq_amqp_message_ids;

typedef struct otelmq_amqp_delivery {
    struct otelmq_amqp_delivery *older;
    struct otelmq_amqp_delivery *newer;
    amqp_channel_t channel;
    uint64_t tag;
    otelmq_amqp_message_ids ids; /* in text */
    otelmq_span_context process; /* invalid until there is one; holds its tracestate */
    char text[];
} otelmq_amqp_delivery;

typedef struct {
    otelmq_amqp_delivery *newest;
    otelmq_amqp_delivery *oldest;
    size_t count;
} otelmq_amqp_deliveries;

void otelmq_amqp_deliveries_init(otelmq_amqp_deliveries *deliveries);
void otelmq_amqp_deliveries_clean(otelmq_amqp_deliveries *deliveries);

/*
 * Remembers a message that was just received. Each opening of a channel counts its tags from 1:
 * with that tag, what is remembered of an earlier one is forgotten. Without memory the message is
 * not remembered.
 */
void otelmq_amqp_deliveries_received(otelmq_amqp_deliveries *deliveries, amqp_channel_t channel,
                                     uint64_t tag, const otelmq_amqp_message_ids *ids);

/*
 * Remembers the process span of a message (its tracestate is retained), and the message itself if
 * it was received by a call that is not traced. ids is used only then.
 */
void otelmq_amqp_deliveries_processed(otelmq_amqp_deliveries *deliveries, amqp_channel_t channel,
                                      uint64_t tag, const otelmq_amqp_message_ids *ids,
                                      const otelmq_span_context *process);

/* NULL when it is not remembered. Borrowed from deliveries. */
const otelmq_amqp_delivery *otelmq_amqp_deliveries_find(const otelmq_amqp_deliveries *deliveries,
                                                        amqp_channel_t channel, uint64_t tag);

/*
 * Takes out what a settlement of tag settles: it alone or, with multiple, everything up to it on
 * the channel (tag 0: everything). What is taken is a list of its own, yours, to be cleaned.
 */
otelmq_amqp_deliveries otelmq_amqp_deliveries_take(otelmq_amqp_deliveries *deliveries,
                                                   amqp_channel_t channel, uint64_t tag,
                                                   bool multiple);

#endif
