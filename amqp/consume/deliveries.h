/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The deliveries of one connection that are not settled yet: where each came from and, once it was
 * started, its process span. An ack carries nothing but a number, so this is how the span of an ack
 * gets a destination and a parent, and how it finds the process span that it ends.
 *
 *     receive ---> [ newest ... oldest ] ---> pushed out by a newer one ("forgotten")
 *     process -+         |        |
 *              |         |        +---------> settled ("nack", "reject", or well)
 *     kept <---+         +------------------> channel or connection closed
 *      +----------------------- time limit -> the span alone ends ("timeout")
 *
 * Belongs to the thread of its connection.
 */
#ifndef OTELMQ_AMQP_DELIVERIES_H
#define OTELMQ_AMQP_DELIVERIES_H

#include <otelmq/amqp_connection.h>

#include "amqp/consume/delivery_table.h"
#include "amqp/consume/seen_tags.h"
#include "base/clock.h"

enum { OTELMQ_AMQP_MAX_DELIVERIES = 65536 };

typedef struct {
    otelmq_amqp_delivery_table unsettled;
    /* Messages that basic.get took without acknowledgement, until they are processed: a few. */
    otelmq_amqp_delivery_table got;
    otelmq_amqp_seen_tags seen;
    otelmq_link *links; /* for the span of one settlement at a time */
    size_t link_capacity;
} otelmq_amqp_deliveries;

void otelmq_amqp_deliveries_init(otelmq_amqp_deliveries *deliveries);

/* Ends what is open, with error.type "connection-closed"; the client must still be there. */
void otelmq_amqp_deliveries_clean(otelmq_amqp_connection *connection);

/*
 * Remembers a message that was just received. Each opening of a channel counts its tags from 1:
 * when that comes again, what is remembered of an earlier one ends. Without memory the message is
 * not remembered.
 */
void otelmq_amqp_deliveries_received(otelmq_amqp_connection *connection, amqp_channel_t channel,
                                     uint64_t tag, const otelmq_amqp_message_ids *ids);

/* The same for one that basic.get took and that needs no acknowledgement. */
void otelmq_amqp_deliveries_got(otelmq_amqp_connection *connection, amqp_channel_t channel,
                                uint64_t tag, const otelmq_amqp_message_ids *ids);

/* NULL when it is not remembered. Borrowed. */
const otelmq_amqp_delivery *otelmq_amqp_deliveries_find(const otelmq_amqp_connection *connection,
                                                        amqp_channel_t channel, uint64_t tag);
const otelmq_amqp_delivery *
otelmq_amqp_deliveries_find_got(const otelmq_amqp_connection *connection, amqp_channel_t channel,
                                uint64_t tag);

/* Whether a traced call has received it, and it was settled since. */
bool otelmq_amqp_deliveries_is_settled(const otelmq_amqp_connection *connection,
                                       amqp_channel_t channel, uint64_t tag);

/*
 * Remembers the process span of a message, and the message itself if it was received by a call that
 * is not traced; ids is used only then. kept, which moves here, is ended by settlement (at once, if
 * a hook has settled the message while its span started); NULL: it ends with its scope.
 */
void otelmq_amqp_deliveries_processed(otelmq_amqp_connection *connection, amqp_channel_t channel,
                                      uint64_t tag, const otelmq_amqp_message_ids *ids,
                                      const otelmq_span_context *process, otelmq_span *kept);

/* Forgets a message that needed no acknowledgement, once its processing has started. */
void otelmq_amqp_deliveries_forget_got(otelmq_amqp_connection *connection, amqp_channel_t channel,
                                       uint64_t tag);

/*
 * Settles tag alone or, with multiple, everything up to it on the channel (0: everything): kept
 * spans end with error_type (NULL: well), and the messages are forgotten.
 */
void otelmq_amqp_deliveries_settle(otelmq_amqp_connection *connection, amqp_channel_t channel,
                                   uint64_t tag, bool multiple, const char *error_type);

/* Ends and forgets all that is open on the channel; 0: on all. */
void otelmq_amqp_deliveries_end(otelmq_amqp_connection *connection, amqp_channel_t channel,
                                const char *error_type);

/* Whether a process span has a time limit; in line, because each publish asks. */
static inline bool otelmq_amqp_deliveries_can_expire(const otelmq_amqp_deliveries *deliveries)
{
    return deliveries->unsettled.by_expiry.first != NULL;
}

/*
 * Ends the process spans whose time limit has passed, with error.type "timeout"; every traced call
 * does this. Cheap when there is none.
 */
void otelmq_amqp_deliveries_expire(otelmq_amqp_connection *connection);

/* When the next time limit passes; false when none is set. Calls that wait wake up for it. */
bool otelmq_amqp_deliveries_next_expiry(const otelmq_amqp_connection *connection,
                                        otelmq_deadline *expiry);

#endif
