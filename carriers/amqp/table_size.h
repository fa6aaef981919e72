/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How many bytes librabbitmq will make of a table. It has to be known before a publish, because
 * amqp_basic_publish has already sent its first frame when it finds that the headers do not fit.
 */
#ifndef OTELMQ_CARRIERS_AMQP_TABLE_SIZE_H
#define OTELMQ_CARRIERS_AMQP_TABLE_SIZE_H

#include <otelmq/rabbitmq.h>

/*
 * The encoded size with the length field of 4 bytes. SIZE_MAX when it is more than limit, and when
 * it cannot be measured: a kind that librabbitmq does not encode, a key of more than 255 bytes, no
 * memory for deep nesting. The work is bounded by limit, however the tables are nested.
 */
size_t otelmq_amqp_table_size(const amqp_table_t *table, size_t limit);

#endif
