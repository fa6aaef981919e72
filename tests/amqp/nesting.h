/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Tables and arrays in one another, far deeper than anybody needs them. Each has a number after the
 * inner one, so that whoever walks them has to come back to all of them.
 */
#ifndef OTELMQ_TESTS_NESTING_H
#define OTELMQ_TESTS_NESTING_H

#include <otelmq/rabbitmq.h>

enum { NESTING_DEPTH = 1000 };

typedef struct {
    amqp_table_entry_t tables[NESTING_DEPTH][2];
    amqp_field_value_t arrays[NESTING_DEPTH][2];
    amqp_table_entry_t entries[2]; /* the outermost of either kind */
} nesting;

/* The innermost table begins with the entry, the innermost array with its value. */
void nesting_init(nesting *self, amqp_table_entry_t innermost);

/* One header for each kind. */
amqp_basic_properties_t nesting_properties(nesting *self);

#endif
