/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Tables and arrays nest, and a message from elsewhere nests as deeply as it likes: the way down is
 * kept on a stack of our own, on the heap beyond a few levels, and never on the thread's. Every
 * entry adds at least a byte to the sum, so that the limit ends the walk even of a table that
 * contains itself.
 */
#include "table_size.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

enum { LEVELS_WITHOUT_HEAP = 16, MAX_KEY_LEN = 255, LENGTH_FIELD = 4, KIND_FIELD = 1 };

/* The rest of one table or array: exactly one of entries and values is not NULL. */
typedef struct {
    const amqp_table_entry_t *entries;
    const amqp_field_value_t *values;
    int left;
} level;

typedef struct {
    level *levels;
    size_t depth;
    size_t capacity;
    size_t size;
    size_t limit;
    level own_levels[LEVELS_WITHOUT_HEAP];
} measure;

static bool add_size(measure *self, size_t size)
{
    if (size > self->limit - self->size) {
        return false;
    }
    self->size += size;
    return true;
}

static bool reserve_level(measure *self)
{
    if (self->depth < self->capacity) {
        return true;
    }
    size_t capacity = self->capacity * 2;
    level *levels = calloc(capacity, sizeof(*levels));
    if (levels == NULL) {
        return false;
    }
    memcpy(levels, self->levels, self->depth * sizeof(*levels));
    if (self->levels != self->own_levels) {
        free(self->levels);
    }
    self->levels = levels;
    self->capacity = capacity;
    return true;
}

static bool enter(measure *self, level inner)
{
    if (!add_size(self, LENGTH_FIELD)) {
        return false;
    }
    if (inner.left <= 0) {
        return true;
    }
    if (!reserve_level(self)) {
        return false;
    }
    self->levels[self->depth++] = inner;
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
        return enter(self, (level){.values = value->value.array.entries,
                                   .left = value->value.array.num_entries});
    case AMQP_FIELD_KIND_TABLE:
        return enter(self, (level){.entries = value->value.table.entries,
                                   .left = value->value.table.num_entries});
    default:
        return false;
    }
}

static bool add_key(measure *self, amqp_bytes_t key)
{
    return key.len <= MAX_KEY_LEN && add_size(self, 1 + key.len);
}

/* Measures one more entry; a level is left before its last value may enter the next one. */
static bool step(measure *self)
{
    level *top = &self->levels[self->depth - 1];
    const amqp_table_entry_t *entry = top->entries;
    const amqp_field_value_t *value = entry != NULL ? &entry->value : top->values;
    if (entry != NULL) {
        top->entries++;
    } else {
        top->values++;
    }
    if (--top->left == 0) {
        self->depth--;
    }
    return (entry == NULL || add_key(self, entry->key)) && add_size(self, KIND_FIELD) &&
           add_value(self, value);
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
    self.levels = self.own_levels;
    self.depth = 0;
    self.capacity = LEVELS_WITHOUT_HEAP;
    self.size = 0;
    self.limit = limit;
    bool is_measured = enter(&self, (level){.entries = table->entries, .left = table->num_entries});
    while (is_measured && self.depth > 0) {
        is_measured = step(&self);
    }
    if (self.levels != self.own_levels) {
        free(self.levels);
    }
    return is_measured ? self.size : SIZE_MAX;
}
