/* SPDX-License-Identifier: Apache-2.0 */
#include "amqp/nesting.h"

#include "amqp/entries.h"

void nesting_init(nesting *self, amqp_table_entry_t innermost)
{
    memset(self, 0, sizeof(*self));
    self->tables[0] = innermost;
    self->arrays[0] = innermost.value;
    for (int i = 1; i < NESTING_DEPTH; i++) {
        self->tables[i] = entry_table("k", (amqp_table_t){1, &self->tables[i - 1]});
        self->arrays[i].kind = AMQP_FIELD_KIND_ARRAY;
        self->arrays[i].value.array = (amqp_array_t){1, &self->arrays[i - 1]};
    }
    self->entries[0] = self->tables[NESTING_DEPTH - 1];
    self->entries[1] = entry_of_kind("array", AMQP_FIELD_KIND_ARRAY);
    self->entries[1].value = self->arrays[NESTING_DEPTH - 1];
}

amqp_basic_properties_t nesting_properties(nesting *self)
{
    return entries_properties(self->entries, 2);
}
