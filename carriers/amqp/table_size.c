/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Every entry adds at least a byte to the sum, so that the limit ends the walk even of a table that
 * contains itself.
 */
#include "table_size.h"

#include "table_levels.h"

#include <stdint.h>

enum { MAX_KEY_LEN = 255, LENGTH_FIELD = 4, KIND_FIELD = 1 };

typedef struct {
    otelmq_amqp_table_levels levels;
    size_t size;
    size_t limit;
} measure;

static bool add_size(measure *self, size_t size)
{
    if (size > self->limit - self->size) {
        return false;
    }
    self->size += size;
    return true;
}

static bool add_value(measure *self, const amqp_field_value_t *value)
{
    switch (value->kind) {
    case AMQP_FIELD_KIND_VOID:
        return add_size(self, 0);
    case AMQP_FIELD_KIND_BOOLEAN:
    case AMQP_FIELD_KIND_I8:
    case AMQP_FIELD_KIND_U8:
        return add_size(self, 1);
    case AMQP_FIELD_KIND_I16:
    case AMQP_FIELD_KIND_U16:
        return add_size(self, 2);
    case AMQP_FIELD_KIND_I32:
    case AMQP_FIELD_KIND_U32:
    case AMQP_FIELD_KIND_F32:
        return add_size(self, 4);
    case AMQP_FIELD_KIND_DECIMAL:
        return add_size(self, 5);
    case AMQP_FIELD_KIND_I64:
    case AMQP_FIELD_KIND_U64:
    case AMQP_FIELD_KIND_F64:
    case AMQP_FIELD_KIND_TIMESTAMP:
        return add_size(self, 8);
    case AMQP_FIELD_KIND_UTF8:
    case AMQP_FIELD_KIND_BYTES:
        return add_size(self, LENGTH_FIELD) && add_size(self, value->value.bytes.len);
    case AMQP_FIELD_KIND_ARRAY:
        return add_size(self, LENGTH_FIELD) &&
               otelmq_amqp_table_levels_enter_array(&self->levels, &value->value.array);
    case AMQP_FIELD_KIND_TABLE:
        return add_size(self, LENGTH_FIELD) &&
               otelmq_amqp_table_levels_enter_table(&self->levels, &value->value.table);
    default:
        return false;
    }
}

static bool add_key(measure *self, amqp_bytes_t key)
{
    return key.len <= MAX_KEY_LEN && add_size(self, 1 + key.len);
}

static bool add_all(measure *self)
{
    const amqp_bytes_t *key;
    const amqp_field_value_t *value;
    while ((value = otelmq_amqp_table_levels_next(&self->levels, &key)) != NULL) {
        if ((key != NULL && !add_key(self, *key)) || !add_size(self, KIND_FIELD) ||
            !add_value(self, value)) {
            return false;
        }
    }
    return true;
}

/* Of a table with nothing but text, as most are; false for others, and for one beyond limit. */
static bool measure_text(const amqp_table_t *table, size_t limit, size_t *size)
{
    size_t sum = LENGTH_FIELD;
    for (int i = 0; i < table->num_entries; i++) {
        const amqp_table_entry_t *entry = &table->entries[i];
        size_t len = entry->value.value.bytes.len;
        if (entry->value.kind != AMQP_FIELD_KIND_UTF8 || entry->key.len > MAX_KEY_LEN ||
            len > limit || sum > limit) {
            return false;
        }
        sum += 1 + entry->key.len + KIND_FIELD + LENGTH_FIELD + len;
    }
    *size = sum;
    return sum <= limit;
}

size_t otelmq_amqp_table_size(const amqp_table_t *table, size_t limit)
{
    size_t size;
    if (measure_text(table, limit, &size)) {
        return size;
    }
    measure self;
    self.size = 0;
    self.limit = limit;
    otelmq_amqp_table_levels_init(&self.levels);
    bool is_measured = add_size(&self, LENGTH_FIELD) &&
                       otelmq_amqp_table_levels_enter_table(&self.levels, table) && add_all(&self);
    otelmq_amqp_table_levels_clean(&self.levels);
    return is_measured ? self.size : SIZE_MAX;
}
