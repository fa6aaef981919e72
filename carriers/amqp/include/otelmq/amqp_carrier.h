/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The headers table of an AMQP message as a carrier. The traced connection of <otelmq/amqp.h> uses
 * it for you; use it yourself where you read or build messages by hand. properties.headers counts
 * only where properties._flags say so. To send:
 *
 *     bool has_headers = (properties._flags & AMQP_BASIC_HEADERS_FLAG) != 0;
 *     otelmq_amqp_headers headers;
 *     otelmq_amqp_headers_init(&headers, has_headers ? &properties.headers : NULL);
 *     otelmq_propagator_inject(otelmq_propagator_global(), NULL,
 *                              otelmq_amqp_headers_carrier(&headers));
 *     properties.headers = headers.table;
 *     properties._flags |= AMQP_BASIC_HEADERS_FLAG;
 *     ... publish ...
 *     otelmq_amqp_headers_clean(&headers);
 *
 * To receive:
 *
 *     const otelmq_context *context =
 *         otelmq_propagator_extract(otelmq_propagator_global(), NULL,
 *                                   otelmq_amqp_table_carrier(has_headers ? &properties.headers
 *                                                                         : NULL));
 *     ... start spans with it as parent, or attach it ...
 *     otelmq_context_release(context);
 */
#ifndef OTELMQ_AMQP_CARRIER_H
#define OTELMQ_AMQP_CARRIER_H

#include <otelmq/carrier.h>
#include <otelmq/rabbitmq.h>

OTELMQ_BEGIN_C

/*
 * The headers of a received message, to extract from. Values of the kinds 'S' and 'x' are seen, of
 * duplicate keys the first; other kinds read as absent, and nested tables are not entered. Borrows
 * the table for as long as the carrier is used; NULL is an empty one. set always answers
 * OTELMQ_ERROR_INVALID_ARGUMENT; key_at names entries of every kind.
 */
OTELMQ_API otelmq_carrier otelmq_amqp_table_carrier(const amqp_table_t *table);

enum { OTELMQ_AMQP_HEADERS_ENTRIES = 32, OTELMQ_AMQP_HEADERS_TEXT = 1024 };

/*
 * A headers table to inject into: the entries of the application, shallow and never changed, and
 * those that are set. Its storage is enough for the usual message; beyond that it allocates. Only
 * table is for you, valid until the next set or clean. It points into itself: do not copy it.
 */
typedef struct {
    amqp_table_t table;
    size_t capacity; /* of table.entries */
    size_t text_len; /* of the values that were set */
    size_t text_capacity;
    char *text;
    amqp_table_entry_t own_entries[OTELMQ_AMQP_HEADERS_ENTRIES];
    char own_text[OTELMQ_AMQP_HEADERS_TEXT];
} otelmq_amqp_headers;

/*
 * Starts from the entries of table (NULL: none), which it borrows until clean. Without memory
 * headers has no entry, and is clean.
 */
OTELMQ_API otelmq_status otelmq_amqp_headers_init(otelmq_amqp_headers *headers,
                                                  const amqp_table_t *table);

/* Removes every entry with this key from headers, not from the application's table. */
OTELMQ_API void otelmq_amqp_headers_remove(otelmq_amqp_headers *headers, const char *key);

/*
 * How many bytes headers->table takes on the wire, its length field of 4 included. SIZE_MAX when
 * the application's entries cannot be encoded: a field kind that librabbitmq does not know, a key
 * of more than 255 bytes, or more than any frame holds.
 */
OTELMQ_API size_t otelmq_amqp_headers_encoded_size(const otelmq_amqp_headers *headers);

/*
 * As a carrier, which writes values of kind 'S'. Borrows headers. set answers OTELMQ_ERROR_LIMIT
 * for a key of more than 255 bytes, and OTELMQ_ERROR_INVALID_ARGUMENT for an empty one.
 */
OTELMQ_API otelmq_carrier otelmq_amqp_headers_carrier(otelmq_amqp_headers *headers);

/* Frees what it allocated, not headers itself. */
OTELMQ_API void otelmq_amqp_headers_clean(otelmq_amqp_headers *headers);

OTELMQ_END_C

#endif
