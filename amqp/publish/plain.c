/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Between two messages the kernel runs, and the caches hold its code and data instead of ours: a
 * publish waits less for what it computes than for the cache lines that it does so with. So here
 * all is done in few functions, one after the other, on the stack; everything that is not needed
 * for each message is left to the general way.
 */
#include "amqp/publish/plain.h"

#include "amqp/connection_state.h"
#include "amqp/properties.h"
#include "amqp/publish/published.h"
#include "amqp/text.h"
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
    if (headers->num_entries < 0 || headers->num_entries > HEADERS_MAX) {
        return false;
    }
    for (int i = 0; i < headers->num_entries; i++) {
        const amqp_table_entry_t *entry = &headers->entries[i];
        size_t text_len;
        if (entry->key.len > KEY_LEN_MAX || !has_plain_value(entry, &text_len) ||
            text_len > TEXT_LEN_MAX ||
            otelmq_messaging_may_be_propagated(otelmq_amqp_str(entry->key))) {
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
    if ((own->_flags & ids) != 0 ||
        !take_headers(plain, headers != NULL ? headers : &none.headers)) {
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

static inline bool fits(const otelmq_amqp_connection *connection, const plain_message *plain)
{
    int frame_max = amqp_get_frame_max(connection->raw);
    return frame_max > 0 && plain->size_max <= (size_t)frame_max;
}

__attribute__((hot)) bool otelmq_amqp_publish_plain(otelmq_amqp_connection *connection,
                                                    amqp_channel_t channel,
                                                    const otelmq_amqp_publishing *message,
                                                    int *status)
{
    plain_message plain;
    const otelmq_amqp_prepared_destination *item = otelmq_amqp_prepared_find(connection, message);
    if (item == NULL || connection->raw == NULL || !take_properties(&plain, message->properties) ||
        !fits(connection, &plain)) {
        return false;
    }
    otelmq_messaging_send send = {.has_no_fields = true};
    send.span =
        otelmq_messaging_send_start_plain(connection->client, item->spans, plain.traceparent);
    if (send.span == NULL) {
        return false;
    }
    add_traceparent(&plain);
    *status = otelmq_amqp_publish_with(connection, channel, message, &plain.properties);
    if (*status == AMQP_STATUS_OK && connection->channels.first == NULL) {
        otelmq_span_end(send.span);
    } else {
        *status = otelmq_amqp_publish_returned(connection, channel, message, &send, *status);
    }
    return true;
}
