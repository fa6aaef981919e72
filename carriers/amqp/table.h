/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reading an AMQP table by name, for both carriers over one. Names are compared by their bytes:
 * nothing in a table ends in NUL. A NULL table is an empty one. Any thread.
 */
#ifndef OTELMQ_CARRIERS_AMQP_TABLE_H
#define OTELMQ_CARRIERS_AMQP_TABLE_H

#include <otelmq/rabbitmq.h>
#include <otelmq/str.h>

/* How many entries the table has; 0 for NULL. */
size_t otelmq_amqp_table_count(const amqp_table_t *table);

bool otelmq_amqp_entry_has_key(const amqp_table_entry_t *entry, otelmq_str key);

/* The functions of otelmq_carrier_ops. Of duplicates the first; nested tables are not entered. */
otelmq_str otelmq_amqp_table_get(const amqp_table_t *table, const char *key);
otelmq_str otelmq_amqp_table_key_at(const amqp_table_t *table, size_t index);

#endif
