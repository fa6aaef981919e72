/* SPDX-License-Identifier: Apache-2.0 */
/*
 * RabbitMQ routes the messages of a transaction at its commit, and returns what it cannot route
 * before it answers: such returns wait in the library's queue when the answer is there, and are
 * taken before the spans end. Where nothing can come back, the queue is left alone: deliveries in
 * it may be for a program that reads frames itself.
 */
#include <otelmq/amqp_publish.h>

#include "amqp/attributes.h"
#include "amqp/connection_state.h"
#include "amqp/errors.h"
#include "amqp/frames/read.h"
#include "amqp/frames/watch.h"
#include "amqp/publish/settlement.h"

/* As many links as a span keeps by default. */
enum { MAX_LINKS = 128 };

static const otelmq_span *span_of(const otelmq_amqp_published *published)
{
    return published->batch != NULL ? published->batch->span : published->span;
}

/* To each publish span of the transaction; the span of a batch once. */
static size_t link_published(const otelmq_amqp_unsettled *unsettled, otelmq_link links[MAX_LINKS])
{
    size_t count = 0;
    const otelmq_span *linked = NULL;
    for (uint64_t tag = unsettled->oldest; tag < unsettled->next && count < MAX_LINKS; tag++) {
        const otelmq_span *span = span_of(otelmq_amqp_unsettled_at(unsettled, tag));
        if (span != NULL && span != linked) {
            links[count++] = (otelmq_link){.span_context = *otelmq_span_get_context(span)};
            linked = span;
        }
    }
    return count;
}

static otelmq_span *start_span(otelmq_amqp_connection *connection,
                               const otelmq_amqp_channel *channel, const char *name)
{
    if (otelmq_messaging_is_off(connection->client)) {
        return NULL;
    }
    otelmq_amqp_attributes attributes = {.count = 0};
    otelmq_amqp_attributes_add_client(&attributes, &connection->own_names);
    otelmq_amqp_attributes_add_peer(&attributes, &connection->peer);
    otelmq_messaging_operation operation = {
        .name = name,
        .attributes = attributes.items,
        .attribute_count = attributes.count,
    };
    otelmq_link links[MAX_LINKS];
    size_t count = 0;
    if (channel != NULL) {
        operation.message_count = channel->unsettled.pending;
        count = link_published(&channel->unsettled, links);
    }
    return otelmq_messaging_settle_start(connection->client, &operation, NULL, links, count);
}

/* NULL for a channel that is in no transaction: the broker will say so. */
static otelmq_amqp_channel *find_transaction(otelmq_amqp_connection *connection,
                                             amqp_channel_t number)
{
    otelmq_amqp_channel *channel = otelmq_amqp_channels_find(connection, number);
    return channel != NULL && channel->mode == OTELMQ_AMQP_MODE_TX ? channel : NULL;
}

/* Ends the transaction: error_type NULL is a commit. */
static void settle(otelmq_amqp_connection *connection, amqp_channel_t number,
                   const char *error_type)
{
    otelmq_amqp_channel *channel = find_transaction(connection, number);
    if (channel != NULL) {
        otelmq_amqp_settle_all(connection, channel, OTELMQ_AMQP_ACKED, error_type);
    }
}

static void take_returns(otelmq_amqp_connection *connection, amqp_channel_t number)
{
    const otelmq_amqp_channel *channel = find_transaction(connection, number);
    if (channel != NULL && otelmq_amqp_channel_has_mandatory(channel)) {
        otelmq_amqp_drain(connection);
    }
}

static void finish(otelmq_amqp_connection *connection, amqp_channel_t number, otelmq_span *span,
                   const amqp_rpc_reply_t *reply, const char *error_type)
{
    otelmq_amqp_error error = otelmq_amqp_error_from_reply(reply);
    settle(connection, number, error.type != NULL ? error.type : error_type);
    otelmq_messaging_operation_end(span, error.type, error.description);
    otelmq_amqp_watch_reply(connection, number, reply);
}

amqp_tx_select_ok_t *otelmq_amqp_tx_select(otelmq_amqp_connection *connection,
                                           amqp_channel_t channel)
{
    if (!otelmq_amqp_can_call(connection)) {
        return NULL;
    }
    amqp_tx_select_ok_t *ok = amqp_tx_select(connection->raw, channel);
    if (ok == NULL) {
        amqp_rpc_reply_t reply = amqp_get_rpc_reply(connection->raw);
        otelmq_amqp_watch_reply(connection, channel, &reply);
        return NULL;
    }
    /* Without memory its publish spans end at the return of their calls. */
    otelmq_amqp_channel *added = otelmq_amqp_channels_add(connection, channel);
    if (added != NULL) {
        added->mode = OTELMQ_AMQP_MODE_TX;
    }
    return ok;
}

amqp_tx_commit_ok_t *otelmq_amqp_tx_commit(otelmq_amqp_connection *connection,
                                           amqp_channel_t channel)
{
    if (!otelmq_amqp_can_call(connection)) {
        return NULL;
    }
    otelmq_span *span = start_span(connection, find_transaction(connection, channel), "commit");
    amqp_tx_commit_ok_t *ok = amqp_tx_commit(connection->raw, channel);
    amqp_rpc_reply_t reply = amqp_get_rpc_reply(connection->raw);
    take_returns(connection, channel);
    finish(connection, channel, span, &reply, NULL);
    return ok;
}

amqp_tx_rollback_ok_t *otelmq_amqp_tx_rollback(otelmq_amqp_connection *connection,
                                               amqp_channel_t channel)
{
    if (!otelmq_amqp_can_call(connection)) {
        return NULL;
    }
    otelmq_span *span = start_span(connection, find_transaction(connection, channel), "rollback");
    amqp_tx_rollback_ok_t *ok = amqp_tx_rollback(connection->raw, channel);
    amqp_rpc_reply_t reply = amqp_get_rpc_reply(connection->raw);
    finish(connection, channel, span, &reply, "rolled-back");
    return ok;
}
