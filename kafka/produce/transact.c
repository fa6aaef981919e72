/* SPDX-License-Identifier: Apache-2.0 */
#include <otelmq/kafka_transaction.h>

#include "kafka/produce/produce.h"

/* As many links as a span keeps by default. */
enum { MAX_LINKS = 128 };

/* A call of the four that is under way. */
typedef struct {
    otelmq_kafka_client *client; /* NULL: nobody traces it */
    otelmq_span *span;
} transaction_call;

static bool is_one_topic(const rd_kafka_topic_partition_list_t *offsets)
{
    for (int i = 1; i < offsets->cnt; i++) {
        if (strcmp(offsets->elems[i].topic, offsets->elems[0].topic) != 0) {
            return false;
        }
    }
    return offsets->cnt > 0;
}

/* offsets NULL: of a call that is about no topic. */
static transaction_call begin_call(rd_kafka_t *producer, const char *name,
                                   const rd_kafka_topic_partition_list_t *offsets)
{
    otelmq_kafka_client *client = otelmq_kafka_client_of(producer);
    if (client == NULL || otelmq_messaging_is_off(client->messaging)) {
        return (transaction_call){NULL, NULL};
    }
    otelmq_kafka_attributes attributes;
    otelmq_kafka_attributes_of_settled(&attributes, client,
                                       otelmq_kafka_client_cluster_id(client, producer));
    otelmq_kafka_attributes_add_transactional_id(&attributes, client);
    otelmq_messaging_operation operation = {
        .name = name, .attributes = attributes.items, .attribute_count = attributes.count};
    if (offsets != NULL) {
        bool has_one = is_one_topic(offsets);
        operation.destination = otelmq_str_from(has_one ? offsets->elems[0].topic : NULL);
        operation.has_several_destinations = offsets->cnt > 0 && !has_one;
    }
    return (transaction_call){
        client, otelmq_messaging_settle_start(client->messaging, &operation, NULL, NULL, 0)};
}

static rd_kafka_error_t *end_call(const transaction_call *call, rd_kafka_error_t *error)
{
    if (error == NULL) {
        otelmq_messaging_operation_end(call->span, NULL, NULL);
    } else {
        otelmq_messaging_operation_end(call->span, rd_kafka_error_name(error),
                                       rd_kafka_error_string(error));
    }
    return error;
}

/* One that is not traced holds no spans. */
static bool has_transaction(const transaction_call *call, const rd_kafka_t *producer)
{
    return call->client != NULL && otelmq_kafka_client_serves(call->client, producer);
}

static void set_state(const transaction_call *call, otelmq_kafka_transaction_state state)
{
    atomic_store(&call->client->producing.transaction.state, state);
}

/* Ends the send spans of the transaction, with a link to each of the first. */
static void settle(const transaction_call *call, const char *error_type, const char *description)
{
    otelmq_kafka_transaction *transaction = &call->client->producing.transaction;
    otelmq_span *span;
    set_state(call, OTELMQ_KAFKA_NO_TRANSACTION);
    for (size_t i = 0; (span = otelmq_kafka_transaction_take(transaction)) != NULL; i++) {
        if (i < MAX_LINKS) {
            otelmq_link link = {.span_context = *otelmq_span_get_context(span)};
            otelmq_span_add_link(call->span, &link);
        }
        otelmq_messaging_send_end(call->client->messaging, span, error_type, description);
    }
}

rd_kafka_error_t *otelmq_kafka_begin_transaction(rd_kafka_t *producer)
{
    transaction_call call = begin_call(producer, "begin", NULL);
    rd_kafka_error_t *error = rd_kafka_begin_transaction(producer);
    if (error == NULL && has_transaction(&call, producer)) {
        /* What is left is of one that librdkafka's own call has ended, nobody knows how. */
        settle(&(transaction_call){call.client, NULL}, NULL, NULL);
        set_state(&call, OTELMQ_KAFKA_IN_TRANSACTION);
    }
    return end_call(&call, error);
}

rd_kafka_error_t *otelmq_kafka_send_offsets_to_transaction(
    rd_kafka_t *producer, const rd_kafka_topic_partition_list_t *offsets,
    const rd_kafka_consumer_group_metadata_t *group, int timeout_ms)
{
    transaction_call call = begin_call(producer, "send_offsets", offsets);
    rd_kafka_error_t *error =
        rd_kafka_send_offsets_to_transaction(producer, offsets, group, timeout_ms);
    return end_call(&call, error);
}

/* After an error that is not fatal the transaction is still to be committed again, or aborted. */
static bool is_over(const rd_kafka_error_t *error)
{
    return error == NULL || rd_kafka_error_is_fatal(error) != 0;
}

rd_kafka_error_t *otelmq_kafka_commit_transaction(rd_kafka_t *producer, int timeout_ms)
{
    transaction_call call = begin_call(producer, "commit", NULL);
    rd_kafka_error_t *error = rd_kafka_commit_transaction(producer, timeout_ms);
    if (has_transaction(&call, producer) && is_over(error)) {
        settle(&call, error != NULL ? rd_kafka_error_name(error) : NULL,
               "the transaction could not be committed");
    }
    return end_call(&call, error);
}

rd_kafka_error_t *otelmq_kafka_abort_transaction(rd_kafka_t *producer, int timeout_ms)
{
    transaction_call call = begin_call(producer, "abort", NULL);
    if (has_transaction(&call, producer)) {
        set_state(&call, OTELMQ_KAFKA_IN_ABORT);
    }
    rd_kafka_error_t *error = rd_kafka_abort_transaction(producer, timeout_ms);
    if (has_transaction(&call, producer) && is_over(error)) {
        settle(&call, "aborted", "the transaction was aborted");
    }
    return end_call(&call, error);
}
