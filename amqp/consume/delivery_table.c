/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Messages come and are settled nearly in the order of their tags, so each list is added to and
 * taken from at its ends; the buckets are for those who work on many messages at once, and settle
 * them in any order.
 */
#include "amqp/consume/delivery_table.h"

#include <stdlib.h>

enum { BLOCK_DELIVERIES = 64, FIRST_BUCKETS = 64, TEXT_STEP = 64 };

struct otelmq_amqp_delivery_block {
    otelmq_amqp_delivery_block *next;
    otelmq_amqp_delivery deliveries[BLOCK_DELIVERIES];
};

/* before NULL: at the front. */
static void insert_after(otelmq_amqp_delivery_list *list, otelmq_amqp_delivery_order order,
                         otelmq_amqp_delivery *before, otelmq_amqp_delivery *delivery)
{
    otelmq_amqp_delivery *after = before != NULL ? before->after[order] : list->first;
    delivery->before[order] = before;
    delivery->after[order] = after;
    *(before != NULL ? &before->after[order] : &list->first) = delivery;
    *(after != NULL ? &after->before[order] : &list->last) = delivery;
}

static void unlink_from(otelmq_amqp_delivery_list *list, otelmq_amqp_delivery_order order,
                        otelmq_amqp_delivery *delivery)
{
    otelmq_amqp_delivery *before = delivery->before[order];
    otelmq_amqp_delivery *after = delivery->after[order];
    *(before != NULL ? &before->after[order] : &list->first) = after;
    *(after != NULL ? &after->before[order] : &list->last) = before;
}

/* Of messages that another call has read before, an older one may come after a newer. */
static void insert_by_tag(otelmq_amqp_delivery_list *list, otelmq_amqp_delivery *delivery)
{
    otelmq_amqp_delivery *before = list->last;
    while (before != NULL && before->tag > delivery->tag) {
        before = before->before[OTELMQ_AMQP_BY_TAG];
    }
    insert_after(list, OTELMQ_AMQP_BY_TAG, before, delivery);
}

static otelmq_amqp_delivery **bucket_of(const otelmq_amqp_delivery_table *table,
                                        amqp_channel_t channel, uint64_t tag)
{
    uint64_t mixed = (tag ^ (uint64_t)channel << 48) * UINT64_C(0x9e3779b97f4a7c15);
    return &table->buckets[(size_t)(mixed >> 32) & (table->bucket_count - 1)];
}

static void put_into_bucket(otelmq_amqp_delivery_table *table, otelmq_amqp_delivery *delivery)
{
    otelmq_amqp_delivery **bucket = bucket_of(table, delivery->channel, delivery->tag);
    delivery->next = *bucket;
    *bucket = delivery;
}

static void take_from_bucket(otelmq_amqp_delivery_table *table,
                             const otelmq_amqp_delivery *delivery)
{
    otelmq_amqp_delivery **place = bucket_of(table, delivery->channel, delivery->tag);
    while (*place != delivery) {
        place = &(*place)->next;
    }
    *place = delivery->next;
}

/* Without memory the buckets only become fuller, unless there is none yet. */
static bool reserve_bucket(otelmq_amqp_delivery_table *table)
{
    if (table->count < table->bucket_count) {
        return true;
    }
    size_t count = table->bucket_count > 0 ? table->bucket_count * 2 : FIRST_BUCKETS;
    otelmq_amqp_delivery **buckets = calloc(count, sizeof(*buckets));
    if (buckets == NULL) {
        return table->bucket_count > 0;
    }
    free(table->buckets);
    table->buckets = buckets;
    table->bucket_count = count;
    for (otelmq_amqp_delivery *delivery = table->by_age.first; delivery != NULL;
         delivery = delivery->after[OTELMQ_AMQP_BY_AGE]) {
        put_into_bucket(table, delivery);
    }
    return true;
}

static bool reserve_channel(otelmq_amqp_delivery_table *table, amqp_channel_t channel)
{
    if (channel < table->channel_count) {
        return true;
    }
    size_t count = (size_t)channel + 1;
    otelmq_amqp_delivery_list *lists = realloc(table->by_tag, count * sizeof(*lists));
    if (lists == NULL) {
        return false;
    }
    memset(lists + table->channel_count, 0, (count - table->channel_count) * sizeof(*lists));
    table->by_tag = lists;
    table->channel_count = count;
    return true;
}

static bool reserve_free(otelmq_amqp_delivery_table *table)
{
    if (table->free != NULL) {
        return true;
    }
    otelmq_amqp_delivery_block *block = calloc(1, sizeof(*block));
    if (block == NULL) {
        return false;
    }
    block->next = table->blocks;
    table->blocks = block;
    for (size_t i = 0; i < BLOCK_DELIVERIES; i++) {
        block->deliveries[i].next = table->free;
        table->free = &block->deliveries[i];
    }
    return true;
}

static bool reserve_text(otelmq_amqp_delivery *delivery, size_t len)
{
    if (len <= delivery->text_capacity) {
        return true;
    }
    size_t capacity = (len + TEXT_STEP - 1) / TEXT_STEP * TEXT_STEP;
    char *text = malloc(capacity);
    if (text == NULL) {
        return false;
    }
    free(delivery->text);
    delivery->text = text;
    delivery->text_capacity = capacity;
    return true;
}

static otelmq_str copy_into(char **text, otelmq_str str)
{
    otelmq_str copy = {*text, str.len};
    if (str.len > 0) {
        memcpy(*text, str.data, str.len);
        *text += str.len;
    }
    return copy;
}

static bool copy_ids(otelmq_amqp_delivery *delivery, const otelmq_amqp_message_ids *ids)
{
    size_t len = ids->destination.len + ids->message_id.len + ids->conversation_id.len;
    if (!reserve_text(delivery, len)) {
        return false;
    }
    char *text = delivery->text;
    delivery->ids = *ids;
    delivery->ids.destination = copy_into(&text, ids->destination);
    delivery->ids.message_id = copy_into(&text, ids->message_id);
    delivery->ids.conversation_id = copy_into(&text, ids->conversation_id);
    return true;
}

void otelmq_amqp_delivery_table_init(otelmq_amqp_delivery_table *table)
{
    memset(table, 0, sizeof(*table));
}

void otelmq_amqp_delivery_table_clean(otelmq_amqp_delivery_table *table)
{
    while (table->by_age.first != NULL) {
        otelmq_amqp_delivery_table_remove(table, table->by_age.first);
    }
    while (table->blocks != NULL) {
        otelmq_amqp_delivery_block *block = table->blocks;
        table->blocks = block->next;
        for (size_t i = 0; i < BLOCK_DELIVERIES; i++) {
            free(block->deliveries[i].text);
        }
        free(block);
    }
    free(table->buckets);
    free(table->by_tag);
    otelmq_amqp_delivery_table_init(table);
}

otelmq_amqp_delivery *otelmq_amqp_delivery_table_find(const otelmq_amqp_delivery_table *table,
                                                      amqp_channel_t channel, uint64_t tag)
{
    if (table->count == 0) {
        return NULL;
    }
    otelmq_amqp_delivery *delivery = *bucket_of(table, channel, tag);
    while (delivery != NULL && (delivery->channel != channel || delivery->tag != tag)) {
        delivery = delivery->next;
    }
    return delivery;
}

otelmq_amqp_delivery *otelmq_amqp_delivery_table_add(otelmq_amqp_delivery_table *table,
                                                     amqp_channel_t channel, uint64_t tag,
                                                     const otelmq_amqp_message_ids *ids)
{
    if (!reserve_bucket(table) || !reserve_channel(table, channel) || !reserve_free(table)) {
        return NULL;
    }
    otelmq_amqp_delivery *delivery = table->free;
    if (!copy_ids(delivery, ids)) {
        return NULL;
    }
    table->free = delivery->next;
    delivery->channel = channel;
    delivery->tag = tag;
    put_into_bucket(table, delivery);
    insert_after(&table->by_age, OTELMQ_AMQP_BY_AGE, table->by_age.last, delivery);
    insert_by_tag(&table->by_tag[channel], delivery);
    table->count++;
    return delivery;
}

void otelmq_amqp_delivery_table_remove(otelmq_amqp_delivery_table *table,
                                       otelmq_amqp_delivery *delivery)
{
    otelmq_tracestate_release(delivery->process.tracestate);
    memset(&delivery->process, 0, sizeof(delivery->process));
    take_from_bucket(table, delivery);
    unlink_from(&table->by_age, OTELMQ_AMQP_BY_AGE, delivery);
    unlink_from(&table->by_tag[delivery->channel], OTELMQ_AMQP_BY_TAG, delivery);
    delivery->next = table->free;
    table->free = delivery;
    table->count--;
}

otelmq_amqp_delivery *otelmq_amqp_delivery_table_first(const otelmq_amqp_delivery_table *table,
                                                       amqp_channel_t channel)
{
    return channel < table->channel_count ? table->by_tag[channel].first : NULL;
}

otelmq_amqp_delivery *otelmq_amqp_delivery_table_last(const otelmq_amqp_delivery_table *table,
                                                      amqp_channel_t channel)
{
    return channel < table->channel_count ? table->by_tag[channel].last : NULL;
}

/* The limit is the same for all of a connection: what is kept last ends last. */
void otelmq_amqp_delivery_table_keep(otelmq_amqp_delivery_table *table,
                                     otelmq_amqp_delivery *delivery, otelmq_span *span,
                                     uint64_t expiry_monotonic_nano)
{
    delivery->kept = span;
    delivery->expiry_monotonic_nano = expiry_monotonic_nano;
    insert_after(&table->by_expiry, OTELMQ_AMQP_BY_EXPIRY, table->by_expiry.last, delivery);
}

otelmq_span *otelmq_amqp_delivery_table_take_kept(otelmq_amqp_delivery_table *table,
                                                  otelmq_amqp_delivery *delivery)
{
    otelmq_span *kept = delivery->kept;
    if (kept != NULL) {
        delivery->kept = NULL;
        unlink_from(&table->by_expiry, OTELMQ_AMQP_BY_EXPIRY, delivery);
    }
    return kept;
}
