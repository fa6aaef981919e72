/* SPDX-License-Identifier: Apache-2.0 */
/* Memory for one batch publish at a time, which the connection keeps for the next one. */
#ifndef OTELMQ_AMQP_BATCH_SCRATCH_H
#define OTELMQ_AMQP_BATCH_SCRATCH_H

#include <otelmq/messaging.h>

/* {NULL} is an empty one. */
typedef struct {
    otelmq_messaging_send *sends; /* what goes into each message; their spans have ended */
    otelmq_link *links; /* to them */
    otelmq_attribute *ids; /* the attribute of each link */
    size_t capacity;
} otelmq_amqp_batch_scratch;

void otelmq_amqp_batch_scratch_clean(otelmq_amqp_batch_scratch *scratch);

/* Room for count messages; false without memory. */
bool otelmq_amqp_batch_scratch_reserve(otelmq_amqp_batch_scratch *scratch, size_t count);

#endif
