/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Tags count what the broker has taken in whole. A publish that fails has sent nothing, or a half
 * that costs the connection: either way there is no tag for it.
 */
#include "amqp/publish/published.h"

#include "amqp/connection_state.h"
#include "amqp/errors.h"
#include "amqp/frames/watch.h"
#include "amqp/publish/settlement.h"

/* NULL when nothing is answered there. */
static otelmq_amqp_channel *find_answered(otelmq_amqp_connection *connection, amqp_channel_t number)
{
    otelmq_amqp_channel *channel = otelmq_amqp_channels_find(connection, number);
    bool is_answered =
        channel != NULL && channel->mode != OTELMQ_AMQP_MODE_PLAIN && !channel->is_ending;
    return is_answered ? channel : NULL;
}

/* What a message is known by when it comes back is only noted of those that may. */
static otelmq_amqp_published note(otelmq_amqp_connection *connection,
                                  const otelmq_amqp_publishing *message,
                                  const otelmq_messaging_send *send)
{
    otelmq_amqp_published published = {.is_mandatory = message->mandatory || message->immediate};
    if (published.is_mandatory) {
        published.span_id = otelmq_amqp_carried_span_id(connection, message, send);
        published.destination_hash =
            otelmq_amqp_destination_hash(message->exchange, message->routing_key);
    }
    return published;
}

/* The commit links to a span that does not wait for it. */
static void keep_for_links(const otelmq_amqp_channel *channel, otelmq_amqp_published *published,
                           otelmq_span *span)
{
    if (channel->mode == OTELMQ_AMQP_MODE_TX) {
        published->span = otelmq_span_retain(span);
        published->is_over = true;
    }
}

/* The hook at the end of the span may close the channel: the message is counted before. */
static void end_at_return(otelmq_amqp_connection *connection, otelmq_amqp_channel *channel,
                          otelmq_amqp_published published, otelmq_span *span)
{
    keep_for_links(channel, &published, span);
    otelmq_amqp_settle_later(connection, channel, published);
    otelmq_messaging_send_end(connection->client, span, NULL, NULL);
}

static void went_out(otelmq_amqp_connection *connection, amqp_channel_t number,
                     const otelmq_amqp_publishing *message, const otelmq_messaging_send *send)
{
    otelmq_amqp_channel *channel = find_answered(connection, number);
    if (channel == NULL) {
        otelmq_messaging_send_end(connection->client, send->span, NULL, NULL);
        return;
    }
    otelmq_amqp_published published = note(connection, message, send);
    if (otelmq_messaging_client_options(connection->client)->ends_send_at_return) {
        end_at_return(connection, channel, published, send->span);
        return;
    }
    published.span = send->span;
    otelmq_amqp_settle_later(connection, channel, published);
}

bool otelmq_amqp_is_answered(otelmq_amqp_connection *connection, amqp_channel_t channel)
{
    return find_answered(connection, channel) != NULL;
}

__attribute__((hot)) bool otelmq_amqp_keep_until_confirm(otelmq_amqp_connection *connection,
                                                         amqp_channel_t number, otelmq_span *span)
{
    otelmq_amqp_channel *channel = connection->channels.latest;
    if (channel == NULL || channel->number != number || channel->mode != OTELMQ_AMQP_MODE_CONFIRM ||
        channel->is_ending || channel->open_spans >= OTELMQ_AMQP_MAX_OPEN_SPANS ||
        !otelmq_amqp_unsettled_has_room(&channel->unsettled) ||
        otelmq_messaging_client_options(connection->client)->ends_send_at_return) {
        return false;
    }
    channel->open_spans++;
    otelmq_amqp_unsettled_add(&channel->unsettled, &(otelmq_amqp_published){.span = span});
    return true;
}

int otelmq_amqp_publish_returned(otelmq_amqp_connection *connection, amqp_channel_t channel,
                                 const otelmq_amqp_publishing *message,
                                 const otelmq_messaging_send *send, int status)
{
    otelmq_amqp_run_published(connection, message, send);
    if (status == AMQP_STATUS_OK) {
        went_out(connection, channel, message, send);
        return status;
    }
    otelmq_amqp_error error = otelmq_amqp_error_from_status(status);
    otelmq_messaging_send_end(connection->client, send->span, error.type, error.description);
    return otelmq_amqp_watch_status(connection, status);
}

void otelmq_amqp_batch_published(otelmq_amqp_connection *connection, amqp_channel_t number,
                                 const otelmq_amqp_publishing *message,
                                 const otelmq_messaging_send *send, otelmq_span *batch_span,
                                 otelmq_amqp_batch *batch)
{
    otelmq_amqp_run_published(connection, message, send);
    otelmq_amqp_channel *channel = find_answered(connection, number);
    if (channel == NULL && batch != NULL) {
        otelmq_amqp_batch_settle(&connection->batches, connection->client, batch, "channel-closed");
    }
    if (channel == NULL) {
        return;
    }
    otelmq_amqp_published published = note(connection, message, send);
    published.batch = batch;
    if (batch == NULL) {
        keep_for_links(channel, &published, batch_span);
    }
    otelmq_amqp_settle_later(connection, channel, published);
}
