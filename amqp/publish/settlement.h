/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What becomes of published messages: each is published once, may come back, and is settled once,
 * which ends its span and, in confirm mode, is told by otelmq_amqp_wait_confirms. Belongs to the
 * thread of the connection.
 */
#ifndef OTELMQ_AMQP_SETTLEMENT_H
#define OTELMQ_AMQP_SETTLEMENT_H

#include "amqp/publish/channels.h"

/*
 * A message went out on a channel in confirm mode or in a transaction; its span moves here. With
 * is_over the span has ended already.
 */
void otelmq_amqp_settle_later(otelmq_amqp_connection *connection, otelmq_amqp_channel *channel,
                              otelmq_amqp_published published);

/* A message came back: its span ends with error, unless it is over; its batch learns it later. */
void otelmq_amqp_settle_returned(otelmq_amqp_connection *connection, otelmq_amqp_channel *channel,
                                 otelmq_amqp_published *published, uint16_t reply_code,
                                 const char *error_type, const char *description);

/*
 * The broker settles tag or, with multiple, everything up to it (tag 0: everything). What came back
 * and is acknowledged is OTELMQ_AMQP_RETURNED.
 */
void otelmq_amqp_settle(otelmq_amqp_connection *connection, otelmq_amqp_channel *channel,
                        uint64_t tag, bool multiple, otelmq_amqp_outcome outcome);

/* Settles everything; error_type NULL: well. */
void otelmq_amqp_settle_all(otelmq_amqp_connection *connection, otelmq_amqp_channel *channel,
                            otelmq_amqp_outcome outcome, const char *error_type);

#endif
