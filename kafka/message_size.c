/* SPDX-License-Identifier: Apache-2.0 */
#include "kafka/message_size.h"

#include <string.h>

/* What librdkafka counts for a message beside key, value and headers. */
enum { RECORD_OVERHEAD = 36 };

static size_t varint_size(size_t len)
{
    size_t size = 1;
    for (size_t zigzag = len * 2; zigzag >= 0x80; zigzag >>= 7) {
        size++;
    }
    return size;
}

size_t otelmq_kafka_header_size(size_t name_len, size_t value_len)
{
    return varint_size(name_len) + name_len + varint_size(value_len) + value_len;
}

static size_t headers_size(const rd_kafka_headers_t *headers)
{
    size_t total = 0;
    const char *name = NULL;
    const void *value = NULL;
    size_t size = 0;
    if (headers == NULL) {
        return 0;
    }
    for (size_t i = 0; rd_kafka_header_get_all(headers, i, &name, &value, &size) == 0; i++) {
        total += otelmq_kafka_header_size(strlen(name), size);
    }
    return total;
}

size_t otelmq_kafka_message_size(const rd_kafka_message_t *message,
                                 const rd_kafka_headers_t *headers)
{
    return RECORD_OVERHEAD + message->key_len + message->len + headers_size(headers);
}
