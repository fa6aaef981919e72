/* SPDX-License-Identifier: Apache-2.0 */
#include "kafka/produce/batches.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void destroy(otelmq_kafka_batch *batch)
{
    if (batch != NULL) {
        free(batch->messages);
        free(batch->links);
        free(batch);
    }
}

void otelmq_kafka_batches_init(otelmq_kafka_batches *batches)
{
    (void)pthread_mutex_init(&batches->lock, NULL);
    batches->spare = NULL;
}

static otelmq_kafka_batch *take_spare(otelmq_kafka_batches *batches)
{
    (void)pthread_mutex_lock(&batches->lock);
    otelmq_kafka_batch *batch = batches->spare;
    if (batch != NULL) {
        batches->spare = batch->next_spare;
    }
    (void)pthread_mutex_unlock(&batches->lock);
    return batch;
}

void otelmq_kafka_batches_clean(otelmq_kafka_batches *batches)
{
    otelmq_kafka_batch *batch;
    while ((batch = take_spare(batches)) != NULL) {
        destroy(batch);
    }
}

static bool reserve(otelmq_kafka_batch *batch, size_t count)
{
    if (count <= batch->capacity) {
        return true;
    }
    free(batch->messages);
    free(batch->links);
    batch->messages = calloc(count, sizeof(*batch->messages));
    batch->links = calloc(count, sizeof(*batch->links));
    bool has_room = batch->messages != NULL && batch->links != NULL;
    batch->capacity = has_room ? count : 0;
    return has_room;
}

otelmq_kafka_batch *otelmq_kafka_batches_take(otelmq_kafka_batches *batches, size_t count)
{
    otelmq_kafka_batch *batch = take_spare(batches);
    if (batch == NULL) {
        batch = calloc(1, sizeof(*batch));
    }
    if (batch == NULL || !reserve(batch, count)) {
        destroy(batch);
        return NULL;
    }
    memset(batch->messages, 0, count * sizeof(*batch->messages));
    batch->span = NULL;
    batch->error_type[0] = '\0';
    batch->count = count;
    batch->failed = 0;
    batch->pending = count + 1; /* the call */
    return batch;
}

bool otelmq_kafka_batch_settle(otelmq_kafka_batches *batches, otelmq_kafka_batch *batch,
                               const char *error_type)
{
    (void)pthread_mutex_lock(&batches->lock);
    /* The name of a code that librdkafka does not know is in a buffer of this thread's. */
    if (error_type != NULL && batch->failed++ == 0) {
        (void)snprintf(batch->error_type, sizeof(batch->error_type), "%s", error_type);
    }
    bool is_last = --batch->pending == 0;
    (void)pthread_mutex_unlock(&batches->lock);
    return is_last;
}

void otelmq_kafka_batches_give(otelmq_kafka_batches *batches, otelmq_kafka_batch *batch)
{
    (void)pthread_mutex_lock(&batches->lock);
    batch->next_spare = batches->spare;
    batches->spare = batch;
    (void)pthread_mutex_unlock(&batches->lock);
}
