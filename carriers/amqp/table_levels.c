/* SPDX-License-Identifier: Apache-2.0 */
#include "table_levels.h"

#include <stdlib.h>
#include <string.h>

void otelmq_amqp_table_levels_clean(otelmq_amqp_table_levels *self)
{
    if (self->levels != self->own_levels) {
        free(self->levels);
    }
    otelmq_amqp_table_levels_init(self);
}

static bool grow(otelmq_amqp_table_levels *self)
{
    size_t capacity = self->capacity * 2;
    otelmq_amqp_table_level *levels = calloc(capacity, sizeof(*levels));
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

static bool enter(otelmq_amqp_table_levels *self, otelmq_amqp_table_level level)
{
    if (level.left <= 0) {
        return true;
    }
    if (self->depth == self->capacity && !grow(self)) {
        return false;
    }
    self->levels[self->depth++] = level;
    return true;
}

bool otelmq_amqp_table_levels_enter_table(otelmq_amqp_table_levels *self, const amqp_table_t *table)
{
    return enter(self,
                 (otelmq_amqp_table_level){.entries = table->entries, .left = table->num_entries});
}

bool otelmq_amqp_table_levels_enter_array(otelmq_amqp_table_levels *self, const amqp_array_t *array)
{
    return enter(self,
                 (otelmq_amqp_table_level){.values = array->entries, .left = array->num_entries});
}
