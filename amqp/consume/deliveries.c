/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A delivery is out of the table before its span ends, because the end calls a hook of the
 * application, which may settle or process other messages.
 */
#include "amqp/consume/deliveries.h"

#include "amqp/connection_state.h"

#include <stdlib.h>

enum { MAX_GOT = 64 };

static const uint64_t NANOS_PER_MS = 1000000;

static void end_kept(otelmq_amqp_connection *connection, otelmq_amqp_delivery *delivery,
                     const char *error_type)
{
    otelmq_amqp_delivery_table *table = &connection->deliveries.unsettled;
    otelmq_span *kept = otelmq_amqp_delivery_table_take_kept(table, delivery);
    otelmq_messaging_process_end(connection->client, kept, error_type, NULL);
}

static void forget(otelmq_amqp_connection *connection, otelmq_amqp_delivery *delivery,
                   const char *error_type)
{
    otelmq_amqp_delivery_table *table = &connection->deliveries.unsettled;
    otelmq_span *kept = otelmq_amqp_delivery_table_take_kept(table, delivery);
    otelmq_amqp_delivery_table_remove(table, delivery);
    otelmq_messaging_process_end(connection->client, kept, error_type, NULL);
}

static otelmq_amqp_delivery *add(otelmq_amqp_connection *connection, amqp_channel_t channel,
                                 uint64_t tag, const otelmq_amqp_message_ids *ids)
{
    otelmq_amqp_delivery_table *table = &connection->deliveries.unsettled;
    if (table->count == OTELMQ_AMQP_MAX_DELIVERIES) {
        forget(connection, table->by_age.first, "forgotten");
    }
    return otelmq_amqp_delivery_table_add(table, channel, tag, ids);
}

static void forget_got(otelmq_amqp_connection *connection, amqp_channel_t channel)
{
    otelmq_amqp_delivery_table *got = &connection->deliveries.got;
    otelmq_amqp_delivery *delivery;
    while ((delivery = otelmq_amqp_delivery_table_first(got, channel)) != NULL) {
        otelmq_amqp_delivery_table_remove(got, delivery);
    }
}

/* Ends what had this tag before: the channel was opened anew, and nobody told. */
static void make_way(otelmq_amqp_connection *connection, amqp_channel_t channel, uint64_t tag)
{
    if (otelmq_amqp_seen_tags_begins_anew(&connection->deliveries.seen, channel, tag)) {
        otelmq_amqp_deliveries_end(connection, channel, "channel-closed");
        return;
    }
    otelmq_amqp_delivery *former =
        otelmq_amqp_delivery_table_find(&connection->deliveries.unsettled, channel, tag);
    if (former != NULL) {
        forget(connection, former, "channel-closed");
    }
    otelmq_amqp_deliveries_forget_got(connection, channel, tag);
}

/* UINT64_MAX: never. */
static uint64_t expiry_from_now(const otelmq_amqp_connection *connection)
{
    int64_t timeout_ms = otelmq_messaging_client_options(connection->client)->process_timeout_ms;
    uint64_t now = otelmq_clock_monotonic_nano();
    if (timeout_ms < 0 || (uint64_t)timeout_ms > (UINT64_MAX - now) / NANOS_PER_MS) {
        return UINT64_MAX;
    }
    return now + (uint64_t)timeout_ms * NANOS_PER_MS;
}

void otelmq_amqp_deliveries_init(otelmq_amqp_deliveries *deliveries)
{
    otelmq_amqp_delivery_table_init(&deliveries->unsettled);
    otelmq_amqp_delivery_table_init(&deliveries->got);
    deliveries->seen = (otelmq_amqp_seen_tags){.channels = NULL};
    deliveries->links = NULL;
    deliveries->link_capacity = 0;
}

void otelmq_amqp_deliveries_clean(otelmq_amqp_connection *connection)
{
    otelmq_amqp_deliveries_end(connection, 0, "connection-closed");
    otelmq_amqp_delivery_table_clean(&connection->deliveries.unsettled);
    otelmq_amqp_delivery_table_clean(&connection->deliveries.got);
    otelmq_amqp_seen_tags_clean(&connection->deliveries.seen);
    free(connection->deliveries.links);
}

void otelmq_amqp_deliveries_received(otelmq_amqp_connection *connection, amqp_channel_t channel,
                                     uint64_t tag, const otelmq_amqp_message_ids *ids)
{
    make_way(connection, channel, tag);
    otelmq_amqp_seen_tags_add(&connection->deliveries.seen, channel, tag);
    add(connection, channel, tag, ids);
}

void otelmq_amqp_deliveries_got(otelmq_amqp_connection *connection, amqp_channel_t channel,
                                uint64_t tag, const otelmq_amqp_message_ids *ids)
{
    otelmq_amqp_delivery_table *got = &connection->deliveries.got;
    make_way(connection, channel, tag);
    otelmq_amqp_seen_tags_add(&connection->deliveries.seen, channel, tag);
    if (got->count == MAX_GOT) {
        otelmq_amqp_delivery_table_remove(got, got->by_age.first);
    }
    otelmq_amqp_delivery_table_add(got, channel, tag, ids);
}

const otelmq_amqp_delivery *otelmq_amqp_deliveries_find(const otelmq_amqp_connection *connection,
                                                        amqp_channel_t channel, uint64_t tag)
{
    return otelmq_amqp_delivery_table_find(&connection->deliveries.unsettled, channel, tag);
}

const otelmq_amqp_delivery *
otelmq_amqp_deliveries_find_got(const otelmq_amqp_connection *connection, amqp_channel_t channel,
                                uint64_t tag)
{
    return otelmq_amqp_delivery_table_find(&connection->deliveries.got, channel, tag);
}

bool otelmq_amqp_deliveries_is_settled(const otelmq_amqp_connection *connection,
                                       amqp_channel_t channel, uint64_t tag)
{
    const otelmq_amqp_deliveries *deliveries = &connection->deliveries;
    return otelmq_amqp_seen_tags_has(&deliveries->seen, channel, tag) &&
           otelmq_amqp_delivery_table_find(&deliveries->unsettled, channel, tag) == NULL;
}

void otelmq_amqp_deliveries_processed(otelmq_amqp_connection *connection, amqp_channel_t channel,
                                      uint64_t tag, const otelmq_amqp_message_ids *ids,
                                      const otelmq_span_context *process, otelmq_span *kept)
{
    otelmq_amqp_delivery_table *table = &connection->deliveries.unsettled;
    otelmq_amqp_delivery *delivery = otelmq_amqp_delivery_table_find(table, channel, tag);
    if (delivery != NULL) {
        /* Processed once more, without having been settled: the first attempt is over. */
        end_kept(connection, delivery, NULL);
        delivery = otelmq_amqp_delivery_table_find(table, channel, tag);
    }
    bool is_settled = otelmq_amqp_deliveries_is_settled(connection, channel, tag);
    if (delivery == NULL && !is_settled) {
        delivery = add(connection, channel, tag, ids);
    }
    if (delivery == NULL) {
        otelmq_messaging_process_end(connection->client, kept, is_settled ? NULL : "forgotten",
                                     NULL);
        return;
    }
    otelmq_tracestate_release(delivery->process.tracestate);
    delivery->process = *process;
    otelmq_tracestate_retain(process->tracestate);
    if (kept != NULL) {
        otelmq_amqp_delivery_table_keep(table, delivery, kept, expiry_from_now(connection));
    }
}

void otelmq_amqp_deliveries_forget_got(otelmq_amqp_connection *connection, amqp_channel_t channel,
                                       uint64_t tag)
{
    otelmq_amqp_delivery_table *got = &connection->deliveries.got;
    otelmq_amqp_delivery *delivery = otelmq_amqp_delivery_table_find(got, channel, tag);
    if (delivery != NULL) {
        otelmq_amqp_delivery_table_remove(got, delivery);
    }
}

void otelmq_amqp_deliveries_settle(otelmq_amqp_connection *connection, amqp_channel_t channel,
                                   uint64_t tag, bool multiple, const char *error_type)
{
    otelmq_amqp_delivery_table *table = &connection->deliveries.unsettled;
    otelmq_amqp_delivery *delivery;
    if (!multiple) {
        delivery = otelmq_amqp_delivery_table_find(table, channel, tag);
        if (delivery != NULL) {
            forget(connection, delivery, error_type);
        }
        return;
    }
    while ((delivery = otelmq_amqp_delivery_table_first(table, channel)) != NULL &&
           (tag == 0 || delivery->tag <= tag)) {
        forget(connection, delivery, error_type);
    }
}

void otelmq_amqp_deliveries_end(otelmq_amqp_connection *connection, amqp_channel_t channel,
                                const char *error_type)
{
    otelmq_amqp_delivery_table *table = &connection->deliveries.unsettled;
    otelmq_amqp_delivery_table *got = &connection->deliveries.got;
    otelmq_amqp_seen_tags_forget(&connection->deliveries.seen, channel);
    if (channel != 0) {
        forget_got(connection, channel);
        otelmq_amqp_deliveries_settle(connection, channel, 0, true, error_type);
        return;
    }
    while (got->by_age.first != NULL) {
        otelmq_amqp_delivery_table_remove(got, got->by_age.first);
    }
    while (table->by_age.first != NULL) {
        forget(connection, table->by_age.first, error_type);
    }
}

void otelmq_amqp_deliveries_expire(otelmq_amqp_connection *connection)
{
    otelmq_deadline expiry;
    if (!otelmq_amqp_deliveries_next_expiry(connection, &expiry)) {
        return;
    }
    uint64_t now = otelmq_clock_monotonic_nano();
    while (otelmq_amqp_deliveries_next_expiry(connection, &expiry) &&
           expiry.monotonic_nano <= now) {
        end_kept(connection, connection->deliveries.unsettled.by_expiry.first, "timeout");
    }
}

bool otelmq_amqp_deliveries_next_expiry(const otelmq_amqp_connection *connection,
                                        otelmq_deadline *expiry)
{
    const otelmq_amqp_delivery *next = connection->deliveries.unsettled.by_expiry.first;
    if (next == NULL || next->expiry_monotonic_nano == UINT64_MAX) {
        return false;
    }
    expiry->monotonic_nano = next->expiry_monotonic_nano;
    return true;
}
