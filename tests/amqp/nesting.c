/* SPDX-License-Identifier: Apache-2.0 */
#include "amqp/nesting.h"

#include "amqp/entries.h"

void nesting_init(nesting *self, amqp_table_entry_t innermost)
{
    memset(self, 0, sizeof(*self));
    self->tables[0][0] = innermost;
    self->arrays[0][0] = innermost.value;
    for (int i = 0; i < NESTING_DEPTH; i++) {
        if (i > 0) {
            self->tables[i][0] = entry_table("k", (amqp_table_t){2, self->tables[i - 1]});
            self->arrays[i][0].kind = AMQP_FIELD_KIND_ARRAY;
            self->arrays[i][0].value.array = (amqp_array_t){2, self->arrays[i - 1]};
        }
        self->tables[i][1] = entry_number("after", i);
        self->arrays[i][1] = self->tables[i][1].value;
    }
    self->entries[0] = self->tables[NESTING_DEPTH - 1][0];
    self->entries[1] = entry_of_kind("array", AMQP_FIELD_KIND_ARRAY);
    self->entries[1].value = self->arrays[NESTING_DEPTH - 1][0];
}

amqp_basic_properties_t nesting_properties(nesting *self)
{
    return entries_properties(self->entries, 2);
}
