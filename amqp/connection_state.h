/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the calls of a traced connection share.
 *
 *     publish/ ... channels: the mode of each channel and what is published on it and not settled
 *     consume/ ... consumers: which queue a consumer tag reads; deliveries: what is not settled
 *     frames/ .... held: what one call has read and another is to give out
 *     run/ ....... handled: what the handler of otelmq_amqp_run has acknowledged
 */
#ifndef OTELMQ_AMQP_CONNECTION_STATE_H
#define OTELMQ_AMQP_CONNECTION_STATE_H

#include <otelmq/amqp.h>

#include "amqp/clients.h"
#include "amqp/consume/consumers.h"
#include "amqp/consume/deliveries.h"
#include "amqp/frames/held.h"
#include "amqp/own_names.h"
#include "amqp/peer.h"
#include "amqp/publish/batch_scratch.h"
#include "amqp/publish/batches.h"
#include "amqp/publish/blocked.h"
#include "amqp/publish/channels.h"
#include "amqp/publish/prepared.h"
#include "amqp/run/run_state.h"

struct otelmq_amqp_connection {
    amqp_connection_state_t raw;
    otelmq_messaging_client *client; /* of clients */
    otelmq_amqp_channels channels;
    otelmq_amqp_prepared prepared;
    otelmq_amqp_clients clients;
    otelmq_amqp_peer peer;
    otelmq_amqp_own_names own_names;
    otelmq_amqp_consumers consumers;
    otelmq_amqp_deliveries deliveries;
    otelmq_amqp_batches batches;
    otelmq_amqp_batch_scratch batch_scratch;
    otelmq_amqp_blocked blocked;
    otelmq_amqp_held held;
    otelmq_amqp_run_state run;
};

/*
 * What every traced call of the library begins with: false when there is no connection to call it
 * on. Process spans past their time limit end.
 */
bool otelmq_amqp_can_call(otelmq_amqp_connection *connection);

#endif
