/* SPDX-License-Identifier: Apache-2.0 */
/* Entries of AMQP tables, as literals for tests. */
#ifndef OTELMQ_TESTS_ENTRIES_H
#define OTELMQ_TESTS_ENTRIES_H

#include <otelmq/rabbitmq.h>

#include <string.h>

/* Borrows both. */
static inline amqp_table_entry_t entry_text(const char *key, const char *value)
{
    amqp_table_entry_t entry;
    memset(&entry, 0, sizeof(entry));
    entry.key = amqp_cstring_bytes(key);
    entry.value.kind = AMQP_FIELD_KIND_UTF8;
    entry.value.value.bytes = amqp_cstring_bytes(value);
    return entry;
}

static inline amqp_table_entry_t entry_number(const char *key, int64_t number)
{
    amqp_table_entry_t entry;
    memset(&entry, 0, sizeof(entry));
    entry.key = amqp_cstring_bytes(key);
    entry.value.kind = AMQP_FIELD_KIND_I64;
    entry.value.value.i64 = number;
    return entry;
}

/* A kind without a value of its own that matters: its union is all zero. */
static inline amqp_table_entry_t entry_of_kind(const char *key, uint8_t kind)
{
    amqp_table_entry_t entry = entry_number(key, 0);
    entry.value.kind = kind;
    return entry;
}

static inline amqp_table_entry_t entry_table(const char *key, amqp_table_t table)
{
    amqp_table_entry_t entry = entry_of_kind(key, AMQP_FIELD_KIND_TABLE);
    entry.value.value.table = table;
    return entry;
}

/* Properties with these headers, borrowed, and nothing else. */
static inline amqp_basic_properties_t entries_properties(amqp_table_entry_t entries[], size_t count)
{
    amqp_basic_properties_t properties;
    memset(&properties, 0, sizeof(properties));
    properties._flags = AMQP_BASIC_HEADERS_FLAG;
    properties.headers = (amqp_table_t){(int)count, entries};
    return properties;
}

#endif
