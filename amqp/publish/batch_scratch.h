/* SPDX-License-Identifier: Apache-2.0 */
/* Memory for one batch publish at a time, which the connection keeps for the next one. */
#ifndef OTELMQ_AMQP_BATCH_SCRATCH_H
#define OTELMQ_AMQP_BATCH_SCRATCH_H

#include <otelmq/messaging.h>

#include "amqp/destination.h"

/* What tells a message from the others: two ids, the destination, the routing key. */
enum { OTELMQ_AMQP_MAX_LINK_ATTRIBUTES = 4 };

typedef struct {
    otelmq_attribute items[OTELMQ_AMQP_MAX_LINK_ATTRIBUTES];
} otelmq_amqp_link_attributes;

/* {NULL} is an empty one. */
typedef struct {
    otelmq_messaging_send *sends; /* what goes into each message; their spans have ended */
    otelmq_link *links; /* to them */
    otelmq_amqp_link_attributes *link_attributes; /* of each link */
    size_t capacity;
    otelmq_amqp_destination *destinations; /* of each message, when they differ */
    size_t destination_capacity;
} otelmq_amqp_batch_scratch;

void otelmq_amqp_batch_scratch_clean(otelmq_amqp_batch_scratch *scratch);

/* Room for count messages; false without memory. */
bool otelmq_amqp_batch_scratch_reserve(otelmq_amqp_batch_scratch *scratch, size_t count);

/* The same for their destinations. */
bool otelmq_amqp_batch_scratch_reserve_destinations(otelmq_amqp_batch_scratch *scratch,
                                                    size_t count);

#endif
