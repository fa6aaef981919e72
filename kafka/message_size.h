/* SPDX-License-Identifier: Apache-2.0 */
/* How many bytes of the wire a message takes, as librdkafka counts them (record format 2). */
#ifndef OTELMQ_KAFKA_MESSAGE_SIZE_H
#define OTELMQ_KAFKA_MESSAGE_SIZE_H

#include <librdkafka/rdkafka.h>

size_t otelmq_kafka_header_size(size_t name_len, size_t value_len);

/* Key, value, headers (NULL: none) and what goes around them. */
size_t otelmq_kafka_message_size(const rd_kafka_message_t *message,
                                 const rd_kafka_headers_t *headers);

#endif
