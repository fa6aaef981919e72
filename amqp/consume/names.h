/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Short texts by channel and name, as many as a limit allows: the oldest gives way. For what is set
 * up seldom and looked up for each message.
 */
#ifndef OTELMQ_AMQP_NAMES_H
#define OTELMQ_AMQP_NAMES_H

#include <otelmq/rabbitmq.h>

#include <stdbool.h>

typedef struct otelmq_amqp_name {
    struct otelmq_amqp_name *older;
    struct otelmq_amqp_name *newer;
    struct otelmq_amqp_name *next; /* in its bucket */
    amqp_channel_t channel;
    bool flag;
    amqp_bytes_t name; /* in text */
    amqp_bytes_t value; /* in text */
    char text[];
} otelmq_amqp_name;

enum { OTELMQ_AMQP_NAME_BUCKETS = 64 };

typedef struct {
    otelmq_amqp_name *buckets[OTELMQ_AMQP_NAME_BUCKETS];
    otelmq_amqp_name *newest;
    otelmq_amqp_name *oldest;
    size_t count;
    size_t max;
} otelmq_amqp_names;

void otelmq_amqp_names_init(otelmq_amqp_names *names, size_t max);
void otelmq_amqp_names_clean(otelmq_amqp_names *names);

/* Copies; replaces what was there under this name. Without memory nothing is there. */
void otelmq_amqp_names_set(otelmq_amqp_names *names, amqp_channel_t channel, amqp_bytes_t name,
                           amqp_bytes_t value, bool flag);

/* NULL when there is none. Borrowed until the next set or remove. */
const otelmq_amqp_name *otelmq_amqp_names_find(const otelmq_amqp_names *names,
                                               amqp_channel_t channel, amqp_bytes_t name);

void otelmq_amqp_names_remove(otelmq_amqp_names *names, amqp_channel_t channel, amqp_bytes_t name);

/* Removes all of the channel; 0: all. */
void otelmq_amqp_names_remove_channel(otelmq_amqp_names *names, amqp_channel_t channel);

#endif
