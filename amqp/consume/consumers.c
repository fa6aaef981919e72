/* SPDX-License-Identifier: Apache-2.0 */
#include "amqp/consume/consumers.h"

#include "amqp/connection_state.h"
#include "amqp/text.h"

/* Far more than a connection has; a limit for programs that cancel and delete by other means. */
enum { MAX_CONSUMERS = 16384, MAX_CANCELLED = 64, MAX_CHANNELS = 65536, MAX_TEMPORARY = 1024 };

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
    otelmq_amqp_names_clean(&consumers->active);
    otelmq_amqp_names_clean(&consumers->cancelled);
    otelmq_amqp_names_clean(&consumers->declared);
    otelmq_amqp_names_clean(&consumers->temporary);
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
    return entry != NULL ? (otelmq_amqp_consumer){entry->value, entry->flag}
                         : (otelmq_amqp_consumer){amqp_empty_bytes, false};
}

void otelmq_amqp_consumers_cancelled(otelmq_amqp_connection *connection, amqp_channel_t channel,
                                     amqp_bytes_t consumer_tag)
{
    otelmq_amqp_consumers *consumers = &connection->consumers;
    const otelmq_amqp_name *entry =
        otelmq_amqp_names_find(&consumers->active, channel, consumer_tag);
    if (entry != NULL) {
        otelmq_amqp_names_set(&consumers->cancelled, channel, consumer_tag, entry->value,
                              entry->flag);
        otelmq_amqp_names_remove(&consumers->active, channel, consumer_tag);
    }
}

void otelmq_amqp_consumers_forget(otelmq_amqp_connection *connection, amqp_channel_t channel)
{
    otelmq_amqp_consumers *consumers = &connection->consumers;
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
