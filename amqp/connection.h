/* SPDX-License-Identifier: Apache-2.0 */
/* What the calls of a traced connection share. */
#ifndef OTELMQ_AMQP_CONNECTION_H
#define OTELMQ_AMQP_CONNECTION_H

#include <otelmq/amqp.h>

#include "deliveries.h"
#include "peer.h"

struct otelmq_amqp_connection {
    amqp_connection_state_t raw;
    otelmq_messaging_client *client;
    otelmq_amqp_peer peer;
    otelmq_amqp_deliveries deliveries;
};

#endif
