/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Between two messages the kernel runs, and the caches hold its code and data instead of ours: a
 * publish waits less for what it computes than for the cache lines that it does so with. So here
 * all is done in few functions, one after the other, on the stack; everything that is not needed
 * for each message is left to the general way.
 */
#include "amqp/connection_state.h"
#include "amqp/properties.h"
#include "amqp/publish/publish_any.h"
#include "amqp/publish/published.h"
#include "amqp/text.h"
#include "base/likely.h"
#include "base/unconst.h"

enum { HEADERS_MAX = 15, KEY_LEN_MAX = 255, TEXT_LEN_MAX = 65535 };

/* More than a content header can take without its headers: eight short strings, and the rest. */
enum { FIELDS_SIZE_MAX = 8 * 256 + 64 };

/* More than an entry can take besides its key and text. */
enum { ENTRY_SIZE_MAX = 16 };

/* What goes out; properties and entries borrow from the application's and from here. */
typedef struct {
    amqp_basic_properties_t properties;
    amqp_table_entry_t entries[HEADERS_MAX + 1];
    size_t size_max; /* what its content header takes at most */
    char traceparent[OTELMQ_MESSAGING_TRACEPARENT_LEN];
} plain_message;

/* False for what is nested, or unknown to librabbitmq. */
static inline bool has_plain_value(const amqp_table_entry_t *entry, size_t *text_len)
{
    switch (entry->value.kind) {
    case AMQP_FIELD_KIND_UTF8:
    case AMQP_FIELD_KIND_BYTES:
        *text_len = entry->value.value.bytes.len;
        return true;
    case AMQP_FIELD_KIND_BOOLEAN:
    case AMQP_FIELD_KIND_I32:
    case AMQP_FIELD_KIND_I64:
    case AMQP_FIELD_KIND_TIMESTAMP:
        *text_len = 0;
        return true;
    default:
        return false;
    }
}

/* Whether all of the headers are plain ones; they are then in plain, but for ours. */
static inline bool take_headers(plain_message *plain, const amqp_table_t *headers)
{
    plain->size_max = FIELDS_SIZE_MAX + 2 * ENTRY_SIZE_MAX + OTELMQ_MESSAGING_TRACEPARENT_LEN;
    if (OTELMQ_UNLIKELY(headers->num_entries < 0 || headers->num_entries > HEADERS_MAX)) {
        return false;
    }
    for (int i = 0; i < headers->num_entries; i++) {
        const amqp_table_entry_t *entry = &headers->entries[i];
        size_t text_len;
        if (OTELMQ_UNLIKELY(entry->key.len > KEY_LEN_MAX || !has_plain_value(entry, &text_len) ||
                            text_len > TEXT_LEN_MAX ||
                            otelmq_messaging_may_be_propagated(otelmq_amqp_str(entry->key)))) {
            return false;
        }
        plain->size_max += ENTRY_SIZE_MAX + entry->key.len + text_len;
        plain->entries[i] = *entry;
    }
    return true;
}

static inline bool take_properties(plain_message *plain, const amqp_basic_properties_t *properties)
{
    static const amqp_basic_properties_t none;
    const amqp_flags_t ids = AMQP_BASIC_MESSAGE_ID_FLAG | AMQP_BASIC_CORRELATION_ID_FLAG;
    const amqp_basic_properties_t *own = properties != NULL ? properties : &none;
    const amqp_table_t *headers = otelmq_amqp_properties_headers(own);
    if (OTELMQ_UNLIKELY((own->_flags & ids) != 0 ||
                        !take_headers(plain, headers != NULL ? headers : &none.headers))) {
        return false;
    }
    plain->properties = *own;
    plain->properties.headers.num_entries = headers != NULL ? headers->num_entries : 0;
    return true;
}

static inline void add_traceparent(plain_message *plain)
{
    amqp_table_t *headers = &plain->properties.headers;
    amqp_table_entry_t *entry = &plain->entries[headers->num_entries++];
    otelmq_str key = otelmq_messaging_traceparent();
    entry->key = (amqp_bytes_t){key.len, otelmq_unconst(key.data)};
    entry->value.kind = AMQP_FIELD_KIND_UTF8;
    entry->value.value.bytes = (amqp_bytes_t){sizeof(plain->traceparent), plain->traceparent};
    headers->entries = plain->entries;
    plain->properties._flags |= AMQP_BASIC_HEADERS_FLAG;
}

/* A queue with the name of one that was lasting may have come since. */
static inline bool is_still_lasting(const otelmq_amqp_connection *connection, amqp_bytes_t exchange,
                                    amqp_bytes_t routing_key)
{
    return exchange.len > 0 || !otelmq_amqp_queue_is_temporary(connection, routing_key);
}

/* No connection has smaller frames than those that the protocol demands of all. */
static inline bool fits(const otelmq_amqp_connection *connection, const plain_message *plain)
{
    if (OTELMQ_LIKELY(plain->size_max <= AMQP_FRAME_MIN_SIZE)) {
        return true;
    }
    int frame_max = amqp_get_frame_max(connection->raw);
    return frame_max > 0 && plain->size_max <= (size_t)frame_max;
}

/*
 * The span of the message, which is then plain with its traceparent in the headers; NULL, and
 * nothing was done, when it is not: its destination is not prepared, it has ids, which are
 * attributes of its own, or headers that are many, large, nested or propagated, or a traceparent is
 * not all that it needs.
 */
static inline otelmq_span *start_plain(plain_message *plain, otelmq_amqp_connection *connection,
                                       amqp_bytes_t exchange, amqp_bytes_t routing_key,
                                       const amqp_basic_properties_t *properties)
{
    const otelmq_amqp_prepared_destination *item =
        otelmq_amqp_prepared_find_latest(&connection->prepared, exchange, routing_key);
    if (OTELMQ_UNLIKELY(item == NULL || connection->raw == NULL ||
                        !is_still_lasting(connection, exchange, routing_key) ||
                        !take_properties(plain, properties) || !fits(connection, plain))) {
        return NULL;
    }
    otelmq_span *span =
        otelmq_messaging_send_start_plain(connection->client, item->spans, plain->traceparent);
    if (OTELMQ_LIKELY(span != NULL)) {
        add_traceparent(plain);
    }
    return span;
}

__attribute__((hot)) int
otelmq_amqp_basic_publish(otelmq_amqp_connection *connection, amqp_channel_t channel,
                          amqp_bytes_t exchange, amqp_bytes_t routing_key, amqp_boolean_t mandatory,
                          amqp_boolean_t immediate, const amqp_basic_properties_t *properties,
                          amqp_bytes_t body)
{
    if (OTELMQ_UNLIKELY(connection == NULL)) {
        return AMQP_STATUS_INVALID_PARAMETER;
    }
    if (OTELMQ_UNLIKELY(otelmq_amqp_deliveries_can_expire(&connection->deliveries))) {
        otelmq_amqp_deliveries_expire(connection);
    }
    plain_message plain;
    otelmq_span *span = start_plain(&plain, connection, exchange, routing_key, properties);
    if (OTELMQ_UNLIKELY(span == NULL)) {
        return otelmq_amqp_publish_any(connection, channel, exchange, routing_key, mandatory,
                                       immediate, properties, body);
    }
    int status = amqp_basic_publish(connection->raw, channel, exchange, routing_key, mandatory,
                                    immediate, &plain.properties, body);
    if (OTELMQ_LIKELY(status == AMQP_STATUS_OK && connection->channels.first == NULL)) {
        otelmq_span_end(span);
        return status;
    }
    if (status == AMQP_STATUS_OK && !mandatory && !immediate &&
        otelmq_amqp_keep_until_confirm(connection, channel, span)) {
        return status;
    }
    otelmq_amqp_publishing message = {exchange,  routing_key, mandatory,
                                      immediate, properties,  body};
    otelmq_messaging_send send = {.span = span, .has_no_fields = true};
    return otelmq_amqp_publish_returned(connection, channel, &message, &send, status);
}
