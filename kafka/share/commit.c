/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A commit tells the broker of all acknowledgements that it has not heard of. Those that go out
 * with a poll have no span of their own.
 */
#include "kafka/consume/commit.h"
#include "kafka/share/settled.h"

/* A commit under way. */
typedef struct {
    otelmq_kafka_share *share;
    otelmq_kafka_processed_partition *records; /* that it is about, as far as is known */
    size_t count;
    otelmq_span *span;
} settlement;

static bool has_span(const settlement *self, const otelmq_kafka_client *client)
{
    return client != NULL && (self->share == NULL || self->count > 0) &&
           !otelmq_messaging_is_off(client->messaging) &&
           !otelmq_messaging_client_options(client->messaging)->omits_settle_spans;
}

static settlement begin(const rd_kafka_share_t *consumer)
{
    settlement self = {.share = otelmq_kafka_share_find(consumer)};
    otelmq_kafka_client *client = otelmq_kafka_share_client(self.share);
    otelmq_kafka_share_expire(self.share);
    otelmq_kafka_share_accept_all(self.share);
    if (self.share != NULL) {
        self.count = otelmq_kafka_acquired_list(&self.share->acquired, &self.records);
    }
    if (has_span(&self, client)) {
        self.span = otelmq_kafka_commit_span_start(client, self.records, self.count);
    }
    return self;
}

static void finish(settlement *self, const rd_kafka_error_t *error)
{
    if (self->share != NULL && error == NULL) {
        otelmq_kafka_acquired_forget(&self->share->acquired);
    }
    otelmq_kafka_acquired_release(self->records, self->count);
}

static rd_kafka_resp_err_t first_error(const rd_kafka_error_t *error,
                                       const rd_kafka_topic_partition_list_t *partitions)
{
    rd_kafka_resp_err_t err = rd_kafka_error_code(error);
    for (int i = 0; partitions != NULL && err == RD_KAFKA_RESP_ERR_NO_ERROR && i < partitions->cnt;
         i++) {
        err = partitions->elems[i].err;
    }
    return err;
}

rd_kafka_error_t *otelmq_kafka_share_commit_sync(rd_kafka_share_t *consumer, int timeout_ms,
                                                 rd_kafka_topic_partition_list_t **partitions)
{
    settlement self = begin(consumer);
    rd_kafka_error_t *error = rd_kafka_share_commit_sync(consumer, timeout_ms, partitions);
    otelmq_kafka_share_end_span(self.span, first_error(error, *partitions));
    finish(&self, error);
    return error;
}

/* librdkafka serves the answer in a later call of this consumer. */
rd_kafka_error_t *otelmq_kafka_share_commit_async(rd_kafka_share_t *consumer)
{
    settlement self = begin(consumer);
    rd_kafka_error_t *error = rd_kafka_share_commit_async(consumer);
    bool is_awaited =
        self.span != NULL && self.share != NULL && error == NULL &&
        otelmq_kafka_answers_await(&self.share->answers, self.span, self.records, self.count);
    if (!is_awaited) {
        otelmq_kafka_share_end_span(self.span, rd_kafka_error_code(error));
    }
    finish(&self, error);
    return error;
}
