/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The consumer of direct reply-to, which a channel gets with its first otelmq_amqp_call: its tag is
 * always the same, so that what comes for it is known everywhere.
 */
#ifndef OTELMQ_AMQP_RPC_PRIVATE_H
#define OTELMQ_AMQP_RPC_PRIVATE_H

#include <otelmq/amqp_connection.h>

/*
 * Whether a delivery is a reply to otelmq_amqp_call. To any other call that meets it, it is one
 * that came too late, and is to be dropped.
 */
bool otelmq_amqp_is_rpc_reply(amqp_bytes_t consumer_tag);

#endif
