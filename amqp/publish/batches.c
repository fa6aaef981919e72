/* SPDX-License-Identifier: Apache-2.0 */
#include "amqp/publish/batches.h"

#include <stdio.h>
#include <stdlib.h>

enum { DESCRIPTION_SIZE = 80 };

void otelmq_amqp_batches_clean(otelmq_amqp_batches *batches)
{
    while (batches->spare != NULL) {
        otelmq_amqp_batch *batch = batches->spare;
        batches->spare = batch->next_spare;
        free(batch);
    }
}

otelmq_amqp_batch *otelmq_amqp_batches_add(otelmq_amqp_batches *batches, otelmq_span *span,
                                           size_t count)
{
    otelmq_amqp_batch *batch = batches->spare;
    if (batch != NULL) {
        batches->spare = batch->next_spare;
    } else {
        batch = malloc(sizeof(*batch));
    }
    if (batch != NULL) {
        *batch = (otelmq_amqp_batch){.span = span, .count = count, .pending = count};
    }
    return batch;
}

static void end(otelmq_messaging_client *client, const otelmq_amqp_batch *batch)
{
    char description[DESCRIPTION_SIZE];
    snprintf(description, sizeof(description), "%zu of %zu messages failed", batch->failed,
             batch->count);
    otelmq_messaging_send_end(client, batch->span, batch->error_type,
                              batch->error_type != NULL ? description : NULL);
}

void otelmq_amqp_batch_settle(otelmq_amqp_batches *batches, otelmq_messaging_client *client,
                              otelmq_amqp_batch *batch, const char *error_type)
{
    if (error_type != NULL) {
        batch->failed++;
        batch->error_type = batch->error_type != NULL ? batch->error_type : error_type;
    }
    batch->pending--;
    if (batch->pending == 0) {
        end(client, batch);
        batch->next_spare = batches->spare;
        batches->spare = batch;
    }
}
