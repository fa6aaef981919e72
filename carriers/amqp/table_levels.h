/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The way down into a table: tables and arrays nest, and a message from elsewhere nests as deeply
 * as it likes. What is left of each level is kept on a stack of our own, on the heap beyond a few
 * of them, and never on the thread's. Borrows the table.
 */
#ifndef OTELMQ_CARRIERS_AMQP_TABLE_LEVELS_H
#define OTELMQ_CARRIERS_AMQP_TABLE_LEVELS_H

#include <otelmq/rabbitmq.h>

#include <stdbool.h>
#include <stddef.h>

enum { OTELMQ_AMQP_LEVELS_WITHOUT_HEAP = 16 };

/* The rest of one table or array: exactly one of entries and values is not NULL. */
typedef struct {
    const amqp_table_entry_t *entries;
    const amqp_field_value_t *values;
    int left; /* more than 0 */
} otelmq_amqp_table_level;

/* Points into itself: not to be copied. */
typedef struct {
    otelmq_amqp_table_level *levels;
    size_t depth;
    size_t capacity;
    otelmq_amqp_table_level own_levels[OTELMQ_AMQP_LEVELS_WITHOUT_HEAP];
} otelmq_amqp_table_levels;

static inline void otelmq_amqp_table_levels_init(otelmq_amqp_table_levels *self)
{
    self->levels = self->own_levels;
    self->depth = 0;
    self->capacity = OTELMQ_AMQP_LEVELS_WITHOUT_HEAP;
}

void otelmq_amqp_table_levels_clean(otelmq_amqp_table_levels *self);

/* What comes next is the first value of this table or array; false without memory for it. */
bool otelmq_amqp_table_levels_enter_table(otelmq_amqp_table_levels *self,
                                          const amqp_table_t *table);
bool otelmq_amqp_table_levels_enter_array(otelmq_amqp_table_levels *self,
                                          const amqp_array_t *array);

/*
 * The next value, and *key, which is NULL in an array; NULL when all levels are at their ends. A
 * level is left before its last value may be entered, so that a chain of them needs no room.
 */
static inline const amqp_field_value_t *
otelmq_amqp_table_levels_next(otelmq_amqp_table_levels *self, const amqp_bytes_t **key)
{
    if (self->depth == 0) {
        return NULL;
    }
    otelmq_amqp_table_level *top = &self->levels[self->depth - 1];
    if (--top->left == 0) {
        self->depth--;
    }
    if (top->entries == NULL) {
        *key = NULL;
        return top->values++;
    }
    *key = &top->entries->key;
    return &top->entries++->value;
}

#endif
