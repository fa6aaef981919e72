/* SPDX-License-Identifier: Apache-2.0 */
#include "kafka/consume/settled.h"

#include "base/clock.h"
#include "kafka/consume/kept.h"
#include "kafka/consume/processed.h"

static const otelmq_kafka_end_reason REVOKED = {
    "partition-revoked", "the partition went to another consumer before a commit"};
static const otelmq_kafka_end_reason CLOSED = {"client-closed",
                                               "the consumer was destroyed before a commit"};

/* What went wrong with the commit, or with one of its partitions. */
static rd_kafka_resp_err_t first_error(const rd_kafka_topic_partition_list_t *offsets,
                                       rd_kafka_resp_err_t err)
{
    for (int i = 0; err == RD_KAFKA_RESP_ERR_NO_ERROR && i < offsets->cnt; i++) {
        err = offsets->elems[i].err;
    }
    return err;
}

static void settle(otelmq_kafka_client *client, const rd_kafka_topic_partition_t *committed)
{
    otelmq_str topic = otelmq_str_from(committed->topic);
    otelmq_kafka_position position = {topic, committed->partition, committed->offset};
    otelmq_kafka_processed_settle(&client->partitions, topic, committed->partition,
                                  committed->offset);
    otelmq_kafka_kept_settle(&client->partitions, client->messaging, &position);
}

/* When no partition says that it was it, a request that failed has failed for all of them. */
static bool is_failure_of_all(const rd_kafka_topic_partition_list_t *offsets,
                              rd_kafka_resp_err_t err)
{
    return err != RD_KAFKA_RESP_ERR_NO_ERROR &&
           first_error(offsets, RD_KAFKA_RESP_ERR_NO_ERROR) == RD_KAFKA_RESP_ERR_NO_ERROR;
}

/*
 * To a commit of what is stored, librdkafka gives no answer when that is nothing, which is no
 * failure.
 */
void otelmq_kafka_end_unanswered(otelmq_kafka_client *client)
{
    otelmq_span *span;
    bool has_list;
    uint64_t now = otelmq_clock_monotonic_nano();
    while ((span = otelmq_kafka_commits_take_unanswered(&client->commits, now, &has_list)) !=
           NULL) {
        otelmq_messaging_operation_end(span, has_list ? "timeout" : NULL,
                                       has_list ? "no answer came to the commit" : NULL);
    }
}

static void answer(otelmq_kafka_client *client, const rd_kafka_topic_partition_list_t *offsets,
                   rd_kafka_resp_err_t err)
{
    for (int i = 0; !is_failure_of_all(offsets, err) && i < offsets->cnt; i++) {
        const rd_kafka_topic_partition_t *committed = &offsets->elems[i];
        if (committed->err == RD_KAFKA_RESP_ERR_NO_ERROR && committed->offset >= 0) {
            settle(client, committed);
        }
    }
    otelmq_kafka_end_unanswered(client);
    otelmq_span *span = otelmq_kafka_commits_take(&client->commits, offsets);
    rd_kafka_resp_err_t failed = first_error(offsets, err);
    if (failed == RD_KAFKA_RESP_ERR_NO_ERROR) {
        otelmq_messaging_operation_end(span, NULL, NULL);
    } else {
        otelmq_messaging_operation_end(span, rd_kafka_err2name(failed), rd_kafka_err2str(failed));
    }
}

void otelmq_kafka_on_commit(otelmq_kafka_client *client, const rd_kafka_t *rk,
                            const rd_kafka_topic_partition_list_t *offsets, rd_kafka_resp_err_t err)
{
    if (offsets != NULL && otelmq_kafka_client_enter(client, rk)) {
        answer(client, offsets, err);
        otelmq_kafka_client_leave(client);
    }
}

void otelmq_kafka_on_revoke(otelmq_kafka_client *client,
                            const rd_kafka_topic_partition_list_t *partitions)
{
    for (int i = 0; i < partitions->cnt; i++) {
        const rd_kafka_topic_partition_t *revoked = &partitions->elems[i];
        otelmq_str topic = otelmq_str_from(revoked->topic);
        otelmq_kafka_processed_forget(&client->partitions, topic, revoked->partition);
        otelmq_kafka_kept_end(&client->partitions, client->messaging, topic, revoked->partition,
                              &REVOKED);
    }
}

void otelmq_kafka_end_unsettled(otelmq_kafka_client *client)
{
    otelmq_span *span;
    otelmq_kafka_kept_end_all(&client->partitions, client->messaging, &CLOSED);
    while ((span = otelmq_kafka_commits_take_any(&client->commits)) != NULL) {
        otelmq_messaging_operation_end(span, CLOSED.type,
                                       "the consumer was destroyed before the answer");
    }
}
