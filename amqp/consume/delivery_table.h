/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Where deliveries are kept: found by channel and tag, and in order of their age, of the tags of
 * their channel, and of the end of their time limit. What is removed is used again, with its texts,
 * so that nothing is allocated for a message once there was one of its size.
 *
 *     slots in blocks --> free --add--> buckets, and up to three lists --remove--> free
 *
 * Knows nothing of spans but their contexts. Belongs to the thread of its connection.
 */
#ifndef OTELMQ_AMQP_DELIVERY_TABLE_H
#define OTELMQ_AMQP_DELIVERY_TABLE_H

#include <otelmq/rabbitmq.h>
#include <otelmq/span.h>

/* What is remembered of the message itself; any of it may be empty. */
typedef struct {
    otelmq_str destination;
    otelmq_str message_id;
    otelmq_str conversation_id;
    bool is_anonymous;
    bool is_temporary;
} otelmq_amqp_message_ids;

typedef enum {
    OTELMQ_AMQP_BY_AGE,
    OTELMQ_AMQP_BY_TAG, /* of one channel */
    OTELMQ_AMQP_BY_EXPIRY, /* those whose process span waits for settlement */
    OTELMQ_AMQP_DELIVERY_ORDERS,
} otelmq_amqp_delivery_order;

typedef struct otelmq_amqp_delivery {
    struct otelmq_amqp_delivery *before[OTELMQ_AMQP_DELIVERY_ORDERS];
    struct otelmq_amqp_delivery *after[OTELMQ_AMQP_DELIVERY_ORDERS];
    struct otelmq_amqp_delivery *next; /* in its bucket, or free */
    amqp_channel_t channel;
    uint64_t tag;
    otelmq_amqp_message_ids ids; /* in text */
    otelmq_span_context process; /* invalid until there is one; holds its tracestate */
    otelmq_span *kept; /* the process span that settlement ends; NULL: none */
    uint64_t expiry_monotonic_nano; /* of kept */
    char *text;
    size_t text_capacity;
} otelmq_amqp_delivery;

typedef struct {
    otelmq_amqp_delivery *first;
    otelmq_amqp_delivery *last;
} otelmq_amqp_delivery_list;

typedef struct otelmq_amqp_delivery_block otelmq_amqp_delivery_block;

typedef struct {
    size_t count;
    size_t bucket_count; /* a power of two; 0 before the first delivery */
    otelmq_amqp_delivery **buckets;
    otelmq_amqp_delivery *free;
    otelmq_amqp_delivery_block *blocks;
    otelmq_amqp_delivery_list by_age;
    otelmq_amqp_delivery_list by_expiry;
    otelmq_amqp_delivery_list *by_tag; /* for each channel, by its number */
    size_t channel_count;
} otelmq_amqp_delivery_table;

void otelmq_amqp_delivery_table_init(otelmq_amqp_delivery_table *table);

/* No delivery may have a kept span any more. */
void otelmq_amqp_delivery_table_clean(otelmq_amqp_delivery_table *table);

/* NULL when it is not there. Borrowed from the table. */
otelmq_amqp_delivery *otelmq_amqp_delivery_table_find(const otelmq_amqp_delivery_table *table,
                                                      amqp_channel_t channel, uint64_t tag);

/* Adds one that is not there yet, and copies ids. NULL without memory. */
otelmq_amqp_delivery *otelmq_amqp_delivery_table_add(otelmq_amqp_delivery_table *table,
                                                     amqp_channel_t channel, uint64_t tag,
                                                     const otelmq_amqp_message_ids *ids);

/* It must have no kept span any more. */
void otelmq_amqp_delivery_table_remove(otelmq_amqp_delivery_table *table,
                                       otelmq_amqp_delivery *delivery);

/* The one with the lowest tag of the channel, and the one with the highest; NULL: none. */
otelmq_amqp_delivery *otelmq_amqp_delivery_table_first(const otelmq_amqp_delivery_table *table,
                                                       amqp_channel_t channel);
otelmq_amqp_delivery *otelmq_amqp_delivery_table_last(const otelmq_amqp_delivery_table *table,
                                                      amqp_channel_t channel);

/* Keeps span, whose reference moves here, until expiry (UINT64_MAX: without limit). */
void otelmq_amqp_delivery_table_keep(otelmq_amqp_delivery_table *table,
                                     otelmq_amqp_delivery *delivery, otelmq_span *span,
                                     uint64_t expiry_monotonic_nano);

/* Takes the kept span out, yours; NULL when there is none. */
otelmq_span *otelmq_amqp_delivery_table_take_kept(otelmq_amqp_delivery_table *table,
                                                  otelmq_amqp_delivery *delivery);

#endif
