/* SPDX-License-Identifier: Apache-2.0 */
#include "amqp/publish/settlement.h"

#include <otelmq/diagnostics.h>

#include "amqp/connection_state.h"
#include "amqp/errors.h"

/*
 * The links of a commit are made of spans that may be over before it: they are kept until then. The
 * hook that is called at the end may publish, which moves what published points to, and may close
 * the channel: nothing of both is touched after it.
 */
static void end_span(otelmq_amqp_connection *connection, otelmq_amqp_channel *channel,
                     otelmq_amqp_published *published, const char *error_type,
                     const char *description)
{
    otelmq_span *span = published->span;
    if (span == NULL || published->is_over) {
        return;
    }
    if (channel->mode == OTELMQ_AMQP_MODE_TX) {
        otelmq_span_retain(span);
    } else {
        published->span = NULL;
    }
    published->is_over = true;
    channel->open_spans--;
    otelmq_messaging_send_end(connection->client, span, error_type, description);
}

static void tell(otelmq_amqp_channel *channel, const otelmq_amqp_published *published, uint64_t tag,
                 otelmq_amqp_outcome outcome)
{
    if (channel->mode != OTELMQ_AMQP_MODE_CONFIRM) {
        return;
    }
    bool is_returned = outcome == OTELMQ_AMQP_ACKED && published->reply_code != 0;
    otelmq_amqp_outcomes_add(
        &channel->outcomes, (otelmq_amqp_confirm){tag, is_returned ? OTELMQ_AMQP_RETURNED : outcome,
                                                  is_returned ? published->reply_code : 0});
}

/*
 * The entry may stay in the ring until older ones are settled: span and batch move out of it. The
 * place of a tag that is older than all of them may be that of a newer message, which the hook of
 * one that was settled just before has published.
 */
static void settle_one(otelmq_amqp_connection *connection, otelmq_amqp_channel *channel,
                       uint64_t tag, otelmq_amqp_outcome outcome, const char *error_type)
{
    otelmq_amqp_published *entry = otelmq_amqp_unsettled_at(&channel->unsettled, tag);
    if (tag < channel->unsettled.oldest || entry->is_settled) {
        return;
    }
    otelmq_amqp_published published = *entry;
    entry->span = NULL;
    entry->batch = NULL;
    if (published.reply_code != 0) {
        error_type = otelmq_amqp_error_from_code(published.reply_code, amqp_empty_bytes).type;
    }
    otelmq_amqp_unsettled_remove(&channel->unsettled, tag);
    tell(channel, &published, tag, outcome);
    end_span(connection, channel, &published, error_type, NULL);
    otelmq_span_release(published.span);
    if (published.batch != NULL) {
        otelmq_amqp_batch_settle(&connection->batches, connection->client, published.batch,
                                 error_type);
    }
}

/* A hook that closes the channel meanwhile has settled the others. */
static void settle_to(otelmq_amqp_connection *connection, otelmq_amqp_channel *channel,
                      uint64_t end, otelmq_amqp_outcome outcome, const char *error_type)
{
    size_t openings = channel->openings;
    otelmq_amqp_channel_retain(channel);
    for (uint64_t tag = channel->unsettled.oldest; tag < end && channel->openings == openings;
         tag++) {
        settle_one(connection, channel, tag, outcome, error_type);
    }
    otelmq_amqp_channel_release(channel);
}

/*
 * A program that never reads its confirms must not use up the memory. The hook at the end of a span
 * may publish, which settles the oldest when there is no memory left.
 */
static void give_up_oldest_span(otelmq_amqp_connection *connection, otelmq_amqp_channel *channel)
{
    while (channel->open_spans >= OTELMQ_AMQP_MAX_OPEN_SPANS) {
        if (channel->oldest_open < channel->unsettled.oldest) {
            channel->oldest_open = channel->unsettled.oldest;
        }
        uint64_t tag = channel->oldest_open++;
        end_span(connection, channel, otelmq_amqp_unsettled_at(&channel->unsettled, tag),
                 "unconfirmed", "too many messages wait for their confirms");
        otelmq_diagnostics_report(OTELMQ_SEVERITY_WARNING,
                                  "The span of a message published to RabbitMQ ended before its "
                                  "confirm: too many wait for theirs.");
    }
}

/*
 * Without room the oldest makes place: what nobody knows of can be published again. The hook that
 * is called at its end may take the place for a message of its own.
 */
static void make_room(otelmq_amqp_connection *connection, otelmq_amqp_channel *channel)
{
    otelmq_amqp_unsettled *unsettled = &channel->unsettled;
    while (!otelmq_amqp_unsettled_reserve(unsettled)) {
        settle_one(connection, channel, unsettled->oldest, OTELMQ_AMQP_UNKNOWN, "unconfirmed");
        otelmq_diagnostics_report(OTELMQ_SEVERITY_ERROR,
                                  "What became of a message published to RabbitMQ will not be "
                                  "known: too many wait for their confirms.");
    }
}

/* The channel that it was published on is another one now. */
static void settle_as_closed(otelmq_amqp_connection *connection,
                             const otelmq_amqp_published *published)
{
    static const char CLOSED[] = "channel-closed";
    if (published->is_over) {
        otelmq_span_release(published->span);
    } else {
        otelmq_messaging_send_end(connection->client, published->span, CLOSED, NULL);
    }
    if (published->batch != NULL) {
        otelmq_amqp_batch_settle(&connection->batches, connection->client, published->batch,
                                 CLOSED);
    }
}

void otelmq_amqp_settle_later(otelmq_amqp_connection *connection, otelmq_amqp_channel *channel,
                              otelmq_amqp_published published)
{
    bool has_span = published.span != NULL && !published.is_over;
    size_t openings = channel->openings;
    otelmq_amqp_channel_retain(channel);
    if (has_span) {
        give_up_oldest_span(connection, channel);
    }
    make_room(connection, channel);
    if (channel->openings == openings) {
        channel->open_spans += has_span ? 1 : 0;
        otelmq_amqp_unsettled_add(&channel->unsettled, &published);
    } else {
        settle_as_closed(connection, &published);
    }
    otelmq_amqp_channel_release(channel);
}

void otelmq_amqp_settle_returned(otelmq_amqp_connection *connection, otelmq_amqp_channel *channel,
                                 otelmq_amqp_published *published, uint16_t reply_code,
                                 const char *error_type, const char *description)
{
    published->reply_code = reply_code;
    end_span(connection, channel, published, error_type, description);
}

void otelmq_amqp_settle(otelmq_amqp_connection *connection, otelmq_amqp_channel *channel,
                        uint64_t tag, bool multiple, otelmq_amqp_outcome outcome)
{
    const otelmq_amqp_unsettled *unsettled = &channel->unsettled;
    const char *error_type = outcome == OTELMQ_AMQP_NACKED ? "nack" : NULL;
    if (multiple) {
        bool is_all = tag == 0 || tag >= unsettled->next;
        settle_to(connection, channel, is_all ? unsettled->next : tag + 1, outcome, error_type);
    } else if (tag >= unsettled->oldest && tag < unsettled->next) {
        settle_one(connection, channel, tag, outcome, error_type);
    }
}

void otelmq_amqp_settle_all(otelmq_amqp_connection *connection, otelmq_amqp_channel *channel,
                            otelmq_amqp_outcome outcome, const char *error_type)
{
    settle_to(connection, channel, channel->unsettled.next, outcome, error_type);
}
