/* SPDX-License-Identifier: Apache-2.0 */
#include "order_set.h"

#include <stdlib.h>
#include <string.h>

static bool make_room(order_set *orders)
{
    if (orders->count < orders->capacity) {
        return true;
    }
    size_t capacity = orders->capacity == 0 ? 64 : orders->capacity * 2;
    int64_t *ids = realloc(orders->ids, capacity * sizeof(*ids));
    if (ids != NULL) {
        orders->ids = ids;
        orders->capacity = capacity;
    }
    return ids != NULL;
}

/* How many ids are not above id; from the end, because orders come nearly in order. */
static size_t count_up_to(const order_set *orders, int64_t id)
{
    size_t count = orders->count;
    while (count > 0 && orders->ids[count - 1] > id) {
        count--;
    }
    return count;
}

bool order_set_has(const order_set *orders, int64_t id)
{
    size_t count = count_up_to(orders, id);
    return count > 0 && orders->ids[count - 1] == id;
}

void order_set_add(order_set *orders, int64_t id)
{
    if (order_set_has(orders, id) || !make_room(orders)) {
        return;
    }
    size_t at = count_up_to(orders, id);
    memmove(&orders->ids[at + 1], &orders->ids[at], (orders->count - at) * sizeof(*orders->ids));
    orders->ids[at] = id;
    orders->count++;
}

void order_set_clean(order_set *orders)
{
    free(orders->ids);
    *orders = (order_set){0};
}
