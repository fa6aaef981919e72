/* SPDX-License-Identifier: Apache-2.0 */
#include "table.h"

static bool is_text(const amqp_field_value_t *value)
{
    return value->kind == AMQP_FIELD_KIND_UTF8 || value->kind == AMQP_FIELD_KIND_BYTES;
}

static otelmq_str str_from(amqp_bytes_t bytes)
{
    return otelmq_str_from_bytes(bytes.bytes, bytes.len);
}

size_t otelmq_amqp_table_count(const amqp_table_t *table)
{
    return table != NULL && table->num_entries > 0 ? (size_t)table->num_entries : 0;
}

bool otelmq_amqp_entry_has_key(const amqp_table_entry_t *entry, otelmq_str key)
{
    return otelmq_str_equal(str_from(entry->key), key);
}

/* Most keys begin with another letter: those are told apart without a call. */
static bool has_name(const amqp_table_entry_t *entry, const char *name)
{
    const char *key = entry->key.bytes;
    return (entry->key.len == 0 || key[0] == name[0]) &&
           otelmq_amqp_entry_has_key(entry, otelmq_str_from(name));
}

otelmq_str otelmq_amqp_table_get(const amqp_table_t *table, const char *key)
{
    size_t count = otelmq_amqp_table_count(table);
    for (size_t i = 0; i < count; i++) {
        const amqp_table_entry_t *entry = &table->entries[i];
        if (has_name(entry, key) && is_text(&entry->value)) {
            return str_from(entry->value.value.bytes);
        }
    }
    return (otelmq_str){NULL, 0};
}

otelmq_str otelmq_amqp_table_key_at(const amqp_table_t *table, size_t index)
{
    if (index >= otelmq_amqp_table_count(table)) {
        return (otelmq_str){NULL, 0};
    }
    return str_from(table->entries[index].key);
}
