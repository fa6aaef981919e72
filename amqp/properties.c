/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The frame of a content header, which cannot be split:
 *
 *     | type 1, channel 2, size 4 | class 2, weight 2, body 8 | flags 2 or 4 | fields | end 1 |
 */
#include "amqp/properties.h"

#include "amqp/text.h"
#include "carriers/amqp/table_size.h"

#include <stddef.h>

enum { FRAME_HEADER = 7, CONTENT_HEADER = 12, FLAGS_WORD = 2, FRAME_END = 1 };
enum { FIRST_FLAGS_WORD_BITS = 16, MAX_SHORT_STRING_LEN = 255 };

typedef struct {
    amqp_flags_t flag;
    size_t offset;
} short_string;

static const short_string short_strings[] = {
    {AMQP_BASIC_CONTENT_TYPE_FLAG, offsetof(amqp_basic_properties_t, content_type)},
    {AMQP_BASIC_CONTENT_ENCODING_FLAG, offsetof(amqp_basic_properties_t, content_encoding)},
    {AMQP_BASIC_CORRELATION_ID_FLAG, offsetof(amqp_basic_properties_t, correlation_id)},
    {AMQP_BASIC_REPLY_TO_FLAG, offsetof(amqp_basic_properties_t, reply_to)},
    {AMQP_BASIC_EXPIRATION_FLAG, offsetof(amqp_basic_properties_t, expiration)},
    {AMQP_BASIC_MESSAGE_ID_FLAG, offsetof(amqp_basic_properties_t, message_id)},
    {AMQP_BASIC_TYPE_FLAG, offsetof(amqp_basic_properties_t, type)},
    {AMQP_BASIC_USER_ID_FLAG, offsetof(amqp_basic_properties_t, user_id)},
    {AMQP_BASIC_APP_ID_FLAG, offsetof(amqp_basic_properties_t, app_id)},
    {AMQP_BASIC_CLUSTER_ID_FLAG, offsetof(amqp_basic_properties_t, cluster_id)},
};

static bool has(const amqp_basic_properties_t *properties, amqp_flags_t flag)
{
    return properties != NULL && (properties->_flags & flag) != 0;
}

static const amqp_bytes_t *field_at(const amqp_basic_properties_t *properties, size_t offset)
{
    return (const amqp_bytes_t *)(const void *)((const char *)properties + offset);
}

static const amqp_flags_t NOT_SHORT_STRINGS = AMQP_BASIC_HEADERS_FLAG |
                                              AMQP_BASIC_DELIVERY_MODE_FLAG |
                                              AMQP_BASIC_PRIORITY_FLAG | AMQP_BASIC_TIMESTAMP_FLAG;

/* SIZE_MAX when one of them is too long to be encoded. */
static size_t short_strings_size(const amqp_basic_properties_t *properties)
{
    size_t size = 0;
    if (!has(properties, ~NOT_SHORT_STRINGS)) {
        return size;
    }
    for (size_t i = 0; i < sizeof(short_strings) / sizeof(short_strings[0]); i++) {
        if (!has(properties, short_strings[i].flag)) {
            continue;
        }
        size_t len = field_at(properties, short_strings[i].offset)->len;
        if (len > MAX_SHORT_STRING_LEN) {
            return SIZE_MAX;
        }
        size += 1 + len;
    }
    return size;
}

static size_t flags_and_numbers_size(const amqp_basic_properties_t *properties)
{
    size_t size = FLAGS_WORD;
    if (properties != NULL && properties->_flags >> FIRST_FLAGS_WORD_BITS != 0) {
        size += FLAGS_WORD;
    }
    size += has(properties, AMQP_BASIC_DELIVERY_MODE_FLAG) ? 1 : 0;
    size += has(properties, AMQP_BASIC_PRIORITY_FLAG) ? 1 : 0;
    size += has(properties, AMQP_BASIC_TIMESTAMP_FLAG) ? 8 : 0;
    return size;
}

otelmq_str otelmq_amqp_properties_message_id(const amqp_basic_properties_t *properties)
{
    bool is_set = has(properties, AMQP_BASIC_MESSAGE_ID_FLAG);
    return otelmq_amqp_str(is_set ? properties->message_id : amqp_empty_bytes);
}

otelmq_str otelmq_amqp_properties_correlation_id(const amqp_basic_properties_t *properties)
{
    bool is_set = has(properties, AMQP_BASIC_CORRELATION_ID_FLAG);
    return otelmq_amqp_str(is_set ? properties->correlation_id : amqp_empty_bytes);
}

uint64_t otelmq_amqp_properties_timestamp(const amqp_basic_properties_t *properties)
{
    return has(properties, AMQP_BASIC_TIMESTAMP_FLAG) ? properties->timestamp : 0;
}

size_t otelmq_amqp_properties_envelope_size(const amqp_basic_properties_t *properties,
                                            size_t body_len)
{
    size_t strings = short_strings_size(properties);
    const amqp_table_t *headers = otelmq_amqp_properties_headers(properties);
    size_t table = headers != NULL ? otelmq_amqp_table_size(headers, INT32_MAX) : 0;
    if (strings == SIZE_MAX || table == SIZE_MAX) {
        return 0;
    }
    return body_len + flags_and_numbers_size(properties) + strings + table;
}

bool otelmq_amqp_properties_fit(const amqp_basic_properties_t *properties, int frame_max)
{
    size_t room = frame_max > 0 ? (size_t)frame_max : 0;
    size_t strings = short_strings_size(properties);
    size_t fixed = FRAME_HEADER + CONTENT_HEADER + flags_and_numbers_size(properties) + FRAME_END;
    if (strings > room || fixed > room - strings) {
        return false;
    }
    room -= strings + fixed;
    const amqp_table_t *headers = otelmq_amqp_properties_headers(properties);
    return headers == NULL || otelmq_amqp_table_size(headers, room) <= room;
}
