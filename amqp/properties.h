/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reading amqp_basic_properties_t: a field counts only when its flag is set, and holds garbage
 * otherwise. NULL is a message without properties.
 */
#ifndef OTELMQ_AMQP_PROPERTIES_H
#define OTELMQ_AMQP_PROPERTIES_H

#include <otelmq/rabbitmq.h>
#include <otelmq/str.h>

/* NULL when there is none. Borrowed. */
static inline const amqp_table_t *
otelmq_amqp_properties_headers(const amqp_basic_properties_t *properties)
{
    bool has_headers = properties != NULL && (properties->_flags & AMQP_BASIC_HEADERS_FLAG) != 0;
    return has_headers ? &properties->headers : NULL;
}

/* Empty when there is none. Borrowed. */
otelmq_str otelmq_amqp_properties_message_id(const amqp_basic_properties_t *properties);
otelmq_str otelmq_amqp_properties_correlation_id(const amqp_basic_properties_t *properties);

/* In seconds since 1970; 0 when there is none. */
uint64_t otelmq_amqp_properties_timestamp(const amqp_basic_properties_t *properties);

/*
 * How many bytes a message takes on the wire for what it is and not for how it is framed: body,
 * properties and headers, as they are encoded. 0 when they could not be encoded.
 */
size_t otelmq_amqp_properties_envelope_size(const amqp_basic_properties_t *properties,
                                            size_t body_len);

/*
 * Whether the content header of a message with these properties fits into one frame of at most
 * frame_max bytes. False also when librabbitmq could not encode it at all.
 */
bool otelmq_amqp_properties_fit(const amqp_basic_properties_t *properties, int frame_max);

#endif
