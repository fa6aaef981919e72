/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A plain list, because what is asked for is nearly always at one of its ends: the message that is
 * processed is the newest, the one that is settled the oldest.
 */
#include "deliveries.h"

#include <stdlib.h>

enum { FIRST_TAG = 1 };

static void push(otelmq_amqp_deliveries *deliveries, otelmq_amqp_delivery *delivery)
{
    delivery->newer = NULL;
    delivery->older = deliveries->newest;
    if (deliveries->newest != NULL) {
        deliveries->newest->newer = delivery;
    } else {
        deliveries->oldest = delivery;
    }
    deliveries->newest = delivery;
    deliveries->count++;
}

static void unlink_delivery(otelmq_amqp_deliveries *deliveries, otelmq_amqp_delivery *delivery)
{
    if (delivery->newer != NULL) {
        delivery->newer->older = delivery->older;
    } else {
        deliveries->newest = delivery->older;
    }
    if (delivery->older != NULL) {
        delivery->older->newer = delivery->newer;
    } else {
        deliveries->oldest = delivery->newer;
    }
    deliveries->count--;
}

static void forget(otelmq_amqp_deliveries *deliveries, otelmq_amqp_delivery *delivery)
{
    unlink_delivery(deliveries, delivery);
    otelmq_tracestate_release(delivery->process.tracestate);
    free(delivery);
}

static otelmq_str copy_into(char **text, otelmq_str str)
{
    otelmq_str copy = {*text, str.len};
    if (str.len > 0) {
        memcpy(*text, str.data, str.len);
    }
    *text += str.len;
    return copy;
}

static otelmq_amqp_delivery *create(amqp_channel_t channel, uint64_t tag,
                                    const otelmq_amqp_message_ids *ids)
{
    size_t text_len = ids->destination.len + ids->message_id.len + ids->conversation_id.len;
    otelmq_amqp_delivery *delivery = malloc(sizeof(*delivery) + text_len);
    if (delivery == NULL) {
        return NULL;
    }
    char *text = delivery->text;
    delivery->channel = channel;
    delivery->tag = tag;
    delivery->ids.destination = copy_into(&text, ids->destination);
    delivery->ids.message_id = copy_into(&text, ids->message_id);
    delivery->ids.conversation_id = copy_into(&text, ids->conversation_id);
    memset(&delivery->process, 0, sizeof(delivery->process));
    return delivery;
}

static otelmq_amqp_delivery *add(otelmq_amqp_deliveries *deliveries, amqp_channel_t channel,
                                 uint64_t tag, const otelmq_amqp_message_ids *ids)
{
    otelmq_amqp_delivery *delivery = create(channel, tag, ids);
    if (delivery == NULL) {
        return NULL;
    }
    if (deliveries->count == OTELMQ_AMQP_MAX_DELIVERIES) {
        forget(deliveries, deliveries->oldest);
    }
    push(deliveries, delivery);
    return delivery;
}

static otelmq_amqp_delivery *find(const otelmq_amqp_deliveries *deliveries, amqp_channel_t channel,
                                  uint64_t tag)
{
    otelmq_amqp_delivery *delivery = deliveries->newest;
    while (delivery != NULL && (delivery->channel != channel || delivery->tag != tag)) {
        delivery = delivery->older;
    }
    return delivery;
}

static void forget_channel(otelmq_amqp_deliveries *deliveries, amqp_channel_t channel)
{
    otelmq_amqp_delivery *older;
    for (otelmq_amqp_delivery *delivery = deliveries->newest; delivery != NULL; delivery = older) {
        older = delivery->older;
        if (delivery->channel == channel) {
            forget(deliveries, delivery);
        }
    }
}

static bool is_settled_by(const otelmq_amqp_delivery *delivery, amqp_channel_t channel,
                          uint64_t tag, bool multiple)
{
    if (delivery->channel != channel) {
        return false;
    }
    return multiple ? tag == 0 || delivery->tag <= tag : delivery->tag == tag;
}

void otelmq_amqp_deliveries_init(otelmq_amqp_deliveries *deliveries)
{
    *deliveries = (otelmq_amqp_deliveries){NULL, NULL, 0};
}

void otelmq_amqp_deliveries_clean(otelmq_amqp_deliveries *deliveries)
{
    while (deliveries->oldest != NULL) {
        forget(deliveries, deliveries->oldest);
    }
}

void otelmq_amqp_deliveries_received(otelmq_amqp_deliveries *deliveries, amqp_channel_t channel,
                                     uint64_t tag, const otelmq_amqp_message_ids *ids)
{
    if (tag == FIRST_TAG) {
        forget_channel(deliveries, channel);
    }
    add(deliveries, channel, tag, ids);
}

void otelmq_amqp_deliveries_processed(otelmq_amqp_deliveries *deliveries, amqp_channel_t channel,
                                      uint64_t tag, const otelmq_amqp_message_ids *ids,
                                      const otelmq_span_context *process)
{
    otelmq_amqp_delivery *delivery = find(deliveries, channel, tag);
    if (delivery == NULL) {
        delivery = add(deliveries, channel, tag, ids);
    }
    if (delivery == NULL) {
        return;
    }
    otelmq_tracestate_release(delivery->process.tracestate);
    delivery->process = *process;
    otelmq_tracestate_retain(process->tracestate);
}

const otelmq_amqp_delivery *otelmq_amqp_deliveries_find(const otelmq_amqp_deliveries *deliveries,
                                                        amqp_channel_t channel, uint64_t tag)
{
    return find(deliveries, channel, tag);
}

otelmq_amqp_deliveries otelmq_amqp_deliveries_take(otelmq_amqp_deliveries *deliveries,
                                                   amqp_channel_t channel, uint64_t tag,
                                                   bool multiple)
{
    otelmq_amqp_deliveries taken = {NULL, NULL, 0};
    otelmq_amqp_delivery *newer;
    for (otelmq_amqp_delivery *delivery = deliveries->oldest; delivery != NULL; delivery = newer) {
        newer = delivery->newer;
        if (!is_settled_by(delivery, channel, tag, multiple)) {
            continue;
        }
        unlink_delivery(deliveries, delivery);
        push(&taken, delivery);
        if (!multiple) {
            break;
        }
    }
    return taken;
}
