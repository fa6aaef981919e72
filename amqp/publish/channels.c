/* SPDX-License-Identifier: Apache-2.0 */
#include "amqp/publish/channels.h"

#include "amqp/connection_state.h"
#include "amqp/publish/settlement.h"

#include <stdlib.h>

enum { FIRST_TAG = 1 };

/* Most programs publish on one channel, and then on it again. */
otelmq_amqp_channel *otelmq_amqp_channels_find(otelmq_amqp_connection *connection,
                                               amqp_channel_t number)
{
    otelmq_amqp_channels *channels = &connection->channels;
    if (channels->latest != NULL && channels->latest->number == number) {
        return channels->latest;
    }
    otelmq_amqp_channel *channel = channels->first;
    while (channel != NULL && channel->number != number) {
        channel = channel->next;
    }
    if (channel != NULL) {
        channels->latest = channel;
    }
    return channel;
}

static otelmq_amqp_channel *create(amqp_channel_t number)
{
    otelmq_amqp_channel *channel = calloc(1, sizeof(*channel));
    if (channel == NULL) {
        return NULL;
    }
    channel->number = number;
    channel->references = 1;
    channel->oldest_open = FIRST_TAG;
    channel->after_returned = FIRST_TAG;
    otelmq_amqp_unsettled_init(&channel->unsettled);
    if (!otelmq_amqp_unsettled_reserve(&channel->unsettled)) {
        free(channel);
        return NULL;
    }
    return channel;
}

otelmq_amqp_channel *otelmq_amqp_channels_add(otelmq_amqp_connection *connection,
                                              amqp_channel_t number)
{
    otelmq_amqp_channel *channel = otelmq_amqp_channels_find(connection, number);
    if (channel != NULL) {
        return channel;
    }
    channel = create(number);
    if (channel != NULL) {
        channel->next = connection->channels.first;
        connection->channels.first = channel;
    }
    return channel;
}

void otelmq_amqp_channel_retain(otelmq_amqp_channel *channel)
{
    channel->references++;
}

void otelmq_amqp_channel_release(otelmq_amqp_channel *channel)
{
    if (--channel->references == 0) {
        otelmq_amqp_unsettled_clean(&channel->unsettled);
        otelmq_amqp_outcomes_clean(&channel->outcomes);
        free(channel);
    }
}

/* Tags of the next opening count from 1 again; the memory stays for them. */
static void end(otelmq_amqp_connection *connection, otelmq_amqp_channel *channel,
                const char *error_type)
{
    if (channel->is_ending) {
        return;
    }
    otelmq_amqp_channel_retain(channel);
    channel->is_ending = true;
    otelmq_amqp_settle_all(connection, channel, OTELMQ_AMQP_UNKNOWN, error_type);
    channel->is_ending = false;
    channel->openings++;
    channel->mode = OTELMQ_AMQP_MODE_PLAIN;
    channel->unsettled.oldest = FIRST_TAG;
    channel->unsettled.next = FIRST_TAG;
    channel->oldest_open = FIRST_TAG;
    channel->after_returned = FIRST_TAG;
    otelmq_amqp_channel_release(channel);
}

static bool is_meant(const otelmq_amqp_channel *channel, amqp_channel_t number)
{
    return number == 0 || channel->number == number;
}

static otelmq_amqp_channel *next_to_end(const otelmq_amqp_connection *connection,
                                        amqp_channel_t number)
{
    otelmq_amqp_channel *channel = connection->channels.first;
    while (channel != NULL && !(channel->is_to_end && is_meant(channel, number))) {
        channel = channel->next;
    }
    return channel;
}

/*
 * What the hooks open meanwhile is not meant, and what they forget is in the list no more. A hook
 * that opens a channel comes here too, while the turn of others has not come yet: they keep it.
 */
void otelmq_amqp_channels_end(otelmq_amqp_connection *connection, amqp_channel_t number,
                              const char *error_type)
{
    otelmq_amqp_channel *channel = connection->channels.first;
    for (; channel != NULL; channel = channel->next) {
        channel->is_to_end = channel->is_to_end || is_meant(channel, number);
    }
    while ((channel = next_to_end(connection, number)) != NULL) {
        channel->is_to_end = false;
        end(connection, channel, error_type);
    }
}

/* One whose spans end now goes on with that without the list. */
static bool is_removable(const otelmq_amqp_channel *channel)
{
    return channel->unsettled.pending == 0 || channel->is_ending;
}

static void remove_settled(otelmq_amqp_connection *connection, amqp_channel_t number)
{
    connection->channels.latest = NULL;
    otelmq_amqp_channel **place = &connection->channels.first;
    while (*place != NULL) {
        otelmq_amqp_channel *channel = *place;
        if (!is_meant(channel, number) || !is_removable(channel)) {
            place = &channel->next;
            continue;
        }
        *place = channel->next;
        otelmq_amqp_channel_release(channel);
    }
}

/* What hooks have published meanwhile, on channels that they opened, ends as well. */
void otelmq_amqp_channels_forget(otelmq_amqp_connection *connection, amqp_channel_t number,
                                 const char *error_type)
{
    do {
        otelmq_amqp_channels_end(connection, number, error_type);
        remove_settled(connection, number);
    } while (otelmq_amqp_channels_has_unsettled(connection, number));
}

bool otelmq_amqp_channels_has_unsettled(const otelmq_amqp_connection *connection,
                                        amqp_channel_t number)
{
    const otelmq_amqp_channel *channel = connection->channels.first;
    while (channel != NULL && !(is_meant(channel, number) && channel->unsettled.pending > 0)) {
        channel = channel->next;
    }
    return channel != NULL;
}

bool otelmq_amqp_channels_has_unconfirmed(const otelmq_amqp_connection *connection,
                                          amqp_channel_t number)
{
    const otelmq_amqp_channel *channel = connection->channels.first;
    while (channel != NULL && !(is_meant(channel, number) && channel->unsettled.pending > 0 &&
                                channel->mode == OTELMQ_AMQP_MODE_CONFIRM)) {
        channel = channel->next;
    }
    return channel != NULL;
}

bool otelmq_amqp_channel_has_mandatory(const otelmq_amqp_channel *channel)
{
    const otelmq_amqp_unsettled *unsettled = &channel->unsettled;
    uint64_t tag = unsettled->oldest;
    while (tag < unsettled->next && !otelmq_amqp_unsettled_at(unsettled, tag)->is_mandatory) {
        tag++;
    }
    return tag < unsettled->next;
}

/* A batch has one span for messages that lie side by side. */
static void add_event(const otelmq_amqp_channel *channel, const char *name,
                      const otelmq_attribute attributes[], size_t count)
{
    const otelmq_amqp_batch *told = NULL;
    for (uint64_t tag = channel->unsettled.oldest; tag < channel->unsettled.next; tag++) {
        const otelmq_amqp_published *entry = otelmq_amqp_unsettled_at(&channel->unsettled, tag);
        if (entry->is_settled) {
            continue;
        }
        if (entry->span != NULL && !entry->is_over) {
            otelmq_span_add_event(entry->span, name, attributes, count);
        }
        if (entry->batch != NULL && entry->batch != told) {
            otelmq_span_add_event(entry->batch->span, name, attributes, count);
            told = entry->batch;
        }
    }
}

void otelmq_amqp_channels_add_event(otelmq_amqp_connection *connection, const char *name,
                                    const otelmq_attribute attributes[], size_t count)
{
    const otelmq_amqp_channel *channel = connection->channels.first;
    for (; channel != NULL; channel = channel->next) {
        add_event(channel, name, attributes, count);
    }
}
