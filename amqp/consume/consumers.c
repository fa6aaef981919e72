/* SPDX-License-Identifier: Apache-2.0 */
#include "amqp/consume/consumers.h"

#include "amqp/connection_state.h"
#include "amqp/run/rpc.h"
#include "amqp/text.h"

#include <stdlib.h>

/* Far more than a connection has; a limit for programs that cancel and delete by other means. */
enum { MAX_CONSUMERS = 16384, MAX_CANCELLED = 64, MAX_CHANNELS = 65536, MAX_TEMPORARY = 1024 };

/* One bit for each channel. */
struct otelmq_amqp_reply_channels {
    uint8_t bits[MAX_CHANNELS / 8];
};

static bool begins_with(amqp_bytes_t name, otelmq_str prefix)
{
    return name.len >= prefix.len && memcmp(name.bytes, prefix.data, prefix.len) == 0;
}

static bool is_direct_reply_to(amqp_bytes_t queue)
{
    return begins_with(queue, OTELMQ_STR("amq.rabbitmq.reply-to"));
}

void otelmq_amqp_consumers_init(otelmq_amqp_consumers *consumers)
{
    otelmq_amqp_names_init(&consumers->active, MAX_CONSUMERS);
    otelmq_amqp_names_init(&consumers->cancelled, MAX_CANCELLED);
    otelmq_amqp_names_init(&consumers->declared, MAX_CHANNELS);
    otelmq_amqp_names_init(&consumers->temporary, MAX_TEMPORARY);
}

void otelmq_amqp_consumers_clean(otelmq_amqp_consumers *consumers)
{
    free(consumers->replies);
    consumers->replies = NULL;
    otelmq_amqp_names_clean(&consumers->active);
    otelmq_amqp_names_clean(&consumers->cancelled);
    otelmq_amqp_names_clean(&consumers->declared);
    otelmq_amqp_names_clean(&consumers->temporary);
}

bool otelmq_amqp_consumers_reserve_replies(otelmq_amqp_connection *connection)
{
    otelmq_amqp_consumers *consumers = &connection->consumers;
    if (consumers->replies == NULL) {
        consumers->replies = calloc(1, sizeof(*consumers->replies));
    }
    return consumers->replies != NULL;
}

void otelmq_amqp_consumers_set_replies(otelmq_amqp_connection *connection, amqp_channel_t channel,
                                       bool has_replies)
{
    otelmq_amqp_reply_channels *replies = connection->consumers.replies;
    uint8_t bit = (uint8_t)(1U << channel % 8);
    if (replies != NULL && has_replies) {
        replies->bits[channel / 8] |= bit;
    } else if (replies != NULL) {
        replies->bits[channel / 8] &= (uint8_t)~bit;
    }
}

bool otelmq_amqp_consumers_has_replies(const otelmq_amqp_connection *connection,
                                       amqp_channel_t channel)
{
    const otelmq_amqp_reply_channels *replies = connection->consumers.replies;
    return replies != NULL && (replies->bits[channel / 8] >> channel % 8 & 1) != 0;
}

/* The consumer of otelmq_amqp_call is known without its name; of any other nothing is. */
static otelmq_amqp_consumer find_forgotten(const otelmq_amqp_connection *connection,
                                           amqp_channel_t channel, amqp_bytes_t consumer_tag)
{
    static char queue[] = "amq.rabbitmq.reply-to";
    if (otelmq_amqp_is_rpc_reply(consumer_tag) &&
        otelmq_amqp_consumers_has_replies(connection, channel)) {
        return (otelmq_amqp_consumer){{sizeof(queue) - 1, queue}, true};
    }
    return (otelmq_amqp_consumer){amqp_empty_bytes, false};
}

otelmq_amqp_consumer otelmq_amqp_consumers_find(const otelmq_amqp_connection *connection,
                                                amqp_channel_t channel, amqp_bytes_t consumer_tag)
{
    const otelmq_amqp_consumers *consumers = &connection->consumers;
    const otelmq_amqp_name *entry =
        otelmq_amqp_names_find(&consumers->active, channel, consumer_tag);
    if (entry == NULL) {
        entry = otelmq_amqp_names_find(&consumers->cancelled, channel, consumer_tag);
    }
    if (entry == NULL) {
        return find_forgotten(connection, channel, consumer_tag);
    }
    return (otelmq_amqp_consumer){entry->value, entry->flag};
}

void otelmq_amqp_consumers_cancelled(otelmq_amqp_connection *connection, amqp_channel_t channel,
                                     amqp_bytes_t consumer_tag)
{
    otelmq_amqp_consumers *consumers = &connection->consumers;
    const otelmq_amqp_name *entry =
        otelmq_amqp_names_find(&consumers->active, channel, consumer_tag);
    if (otelmq_amqp_is_rpc_reply(consumer_tag)) {
        otelmq_amqp_consumers_set_replies(connection, channel, false);
    }
    if (entry != NULL) {
        otelmq_amqp_names_set(&consumers->cancelled, channel, consumer_tag, entry->value,
                              entry->flag);
        otelmq_amqp_names_remove(&consumers->active, channel, consumer_tag);
    }
}

void otelmq_amqp_consumers_forget(otelmq_amqp_connection *connection, amqp_channel_t channel)
{
    otelmq_amqp_consumers *consumers = &connection->consumers;
    if (channel != 0) {
        otelmq_amqp_consumers_set_replies(connection, channel, false);
    } else if (consumers->replies != NULL) {
        memset(consumers->replies, 0, sizeof(*consumers->replies));
    }
    otelmq_amqp_names_remove_channel(&consumers->active, channel);
    otelmq_amqp_names_remove_channel(&consumers->cancelled, channel);
    otelmq_amqp_names_remove_channel(&consumers->declared, channel);
    if (channel == 0) {
        otelmq_amqp_names_clean(&consumers->temporary);
    }
}

amqp_bytes_t otelmq_amqp_queue_of(const otelmq_amqp_connection *connection, amqp_channel_t channel,
                                  amqp_bytes_t queue)
{
    if (queue.len > 0) {
        return queue;
    }
    const otelmq_amqp_name *entry =
        otelmq_amqp_names_find(&connection->consumers.declared, channel, amqp_empty_bytes);
    return entry != NULL ? entry->value : amqp_empty_bytes;
}

bool otelmq_amqp_queue_is_anonymous(amqp_bytes_t queue)
{
    return begins_with(queue, OTELMQ_STR("amq.gen-")) || is_direct_reply_to(queue);
}

bool otelmq_amqp_queue_is_temporary(const otelmq_amqp_connection *connection, amqp_bytes_t queue)
{
    return is_direct_reply_to(queue) ||
           otelmq_amqp_names_find(&connection->consumers.temporary, 0, queue) != NULL;
}

void otelmq_amqp_operation_mark_queue(otelmq_messaging_operation *operation,
                                      const otelmq_amqp_connection *connection, amqp_bytes_t queue)
{
    operation->is_anonymous = otelmq_amqp_queue_is_anonymous(queue);
    operation->is_temporary = otelmq_amqp_queue_is_temporary(connection, queue);
}
