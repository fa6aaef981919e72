/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The send spans of batches, which end when the last message of the batch is settled. Records of
 * batches that are over are used again.
 */
#ifndef OTELMQ_AMQP_BATCHES_H
#define OTELMQ_AMQP_BATCHES_H

#include <otelmq/messaging.h>

typedef struct otelmq_amqp_batch {
    struct otelmq_amqp_batch *next_spare;
    otelmq_span *span;
    size_t count; /* of its messages */
    size_t pending; /* how many of them are not settled */
    size_t failed;
    const char *error_type; /* of the first that failed; static */
} otelmq_amqp_batch;

/* {NULL} is an empty one. */
typedef struct {
    otelmq_amqp_batch *spare;
} otelmq_amqp_batches;

void otelmq_amqp_batches_clean(otelmq_amqp_batches *batches);

/* A batch of count messages, all pending. span moves into it, unless NULL says: no memory. */
otelmq_amqp_batch *otelmq_amqp_batches_add(otelmq_amqp_batches *batches, otelmq_span *span,
                                           size_t count);

/*
 * One of its messages is settled (error_type NULL: well). The last one ends the span, and the batch
 * is no more.
 */
void otelmq_amqp_batch_settle(otelmq_amqp_batches *batches, otelmq_messaging_client *client,
                              otelmq_amqp_batch *batch, const char *error_type);

#endif
