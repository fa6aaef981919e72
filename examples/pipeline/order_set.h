/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which orders were seen: a broker that restarts delivers some messages twice, and --count counts
 * each order once.
 */
#ifndef PIPELINE_ORDER_SET_H
#define PIPELINE_ORDER_SET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Ascending ids. {0} is empty. */
typedef struct {
    int64_t *ids;
    size_t count;
    size_t capacity;
} order_set;

bool order_set_has(const order_set *orders, int64_t id);

/* Adds id unless it is there. Without memory it is not kept. */
void order_set_add(order_set *orders, int64_t id);

/* Frees what it holds. */
void order_set_clean(order_set *orders);

#endif
