/* SPDX-License-Identifier: Apache-2.0 */
#include "kafka/share/settled.h"

#include "base/clock.h"

static const otelmq_kafka_end_reason WELL;
static const otelmq_kafka_end_reason RELEASED = {"release",
                                                 "the message was released, and comes again"};
static const otelmq_kafka_end_reason REJECTED = {"reject", "the message was rejected"};
static const otelmq_kafka_end_reason TIMEOUT = {
    "timeout", "no acknowledgement came within process_timeout_ms"};
static const otelmq_kafka_end_reason CLOSED = {
    "client-closed", "the consumer was destroyed before an acknowledgement"};

static const otelmq_kafka_end_reason *reason_of(rd_kafka_share_AcknowledgeType_t type)
{
    switch (type) {
    case RD_KAFKA_SHARE_ACKNOWLEDGE_TYPE_RELEASE:
        return &RELEASED;
    case RD_KAFKA_SHARE_ACKNOWLEDGE_TYPE_REJECT:
        return &REJECTED;
    default:
        return &WELL;
    }
}

static void end_until(otelmq_kafka_share *share, uint64_t monotonic_nano,
                      const otelmq_kafka_end_reason *reason)
{
    size_t index = 0;
    otelmq_span *span;
    while ((span = otelmq_kafka_acquired_next_kept(&share->acquired, &index, monotonic_nano)) !=
           NULL) {
        otelmq_messaging_process_end(share->client->messaging, span, reason->type,
                                     reason->description);
    }
}

void otelmq_kafka_share_settle(otelmq_kafka_share *share, const otelmq_kafka_position *position,
                               rd_kafka_share_AcknowledgeType_t type)
{
    const otelmq_kafka_end_reason *reason = reason_of(type);
    otelmq_messaging_process_end(share->client->messaging,
                                 otelmq_kafka_acquired_acknowledge(&share->acquired, position),
                                 reason->type, reason->description);
}

void otelmq_kafka_share_accept_all(otelmq_kafka_share *share)
{
    if (share != NULL && !share->is_explicit) {
        end_until(share, UINT64_MAX, &WELL);
        otelmq_kafka_acquired_acknowledge_all(&share->acquired);
    }
}

void otelmq_kafka_share_forget_all(otelmq_kafka_share *share)
{
    end_until(share, UINT64_MAX, &WELL);
    otelmq_kafka_acquired_acknowledge_all(&share->acquired);
    otelmq_kafka_acquired_forget(&share->acquired);
}

void otelmq_kafka_share_expire(otelmq_kafka_share *share)
{
    if (share != NULL) {
        end_until(share, otelmq_clock_monotonic_nano(), &TIMEOUT);
    }
}

void otelmq_kafka_share_end_all(otelmq_kafka_share *share)
{
    otelmq_span *span;
    end_until(share, UINT64_MAX, &CLOSED);
    while ((span = otelmq_kafka_answers_take_any(&share->answers)) != NULL) {
        otelmq_messaging_operation_end(span, CLOSED.type,
                                       "the consumer was destroyed before the answer");
    }
}

void otelmq_kafka_share_end_span(otelmq_span *span, rd_kafka_resp_err_t err)
{
    bool is_error = err != RD_KAFKA_RESP_ERR_NO_ERROR;
    otelmq_messaging_operation_end(span, is_error ? rd_kafka_err2name(err) : NULL,
                                   is_error ? rd_kafka_err2str(err) : NULL);
}

static void end_answered(otelmq_kafka_share *share,
                         const rd_kafka_share_partition_offsets_t *answered,
                         rd_kafka_resp_err_t err)
{
    otelmq_span *span = otelmq_kafka_answers_take(&share->answers, answered, &err);
    if (span != NULL) {
        otelmq_kafka_share_end_span(span, err);
    }
}

void otelmq_kafka_share_on_answer(rd_kafka_share_t *consumer,
                                  rd_kafka_share_partition_offsets_list_t *partitions,
                                  rd_kafka_resp_err_t err, void *share)
{
    otelmq_kafka_share *self = share;
    size_t count = rd_kafka_share_partition_offsets_list_count(partitions);
    for (size_t i = 0; i < count; i++) {
        end_answered(self, rd_kafka_share_partition_offsets_list_get(partitions, i), err);
    }
    if (self->callback != NULL) {
        self->callback(consumer, partitions, err, self->opaque);
    }
}
