/* SPDX-License-Identifier: Apache-2.0 */
#include "order.h"

#include <string.h>

json_t *order_parse(const char *text, size_t len, const char **problem)
{
    json_error_t error;
    json_t *order = json_loadb(text, len, JSON_REJECT_DUPLICATES, &error);
    if (order == NULL) {
        *problem = "not JSON";
        return NULL;
    }
    if (!json_is_object(order)) {
        *problem = "not a JSON object";
    } else if (order_id(order) <= 0) {
        *problem = "no id";
    } else {
        return order;
    }
    json_decref(order);
    return NULL;
}

int64_t order_id(const json_t *order)
{
    return json_integer_value(json_object_get(order, "id"));
}

const char *order_tier(const json_t *order)
{
    return json_string_value(json_object_get(json_object_get(order, "customer"), "tier"));
}

const char *order_currency(const json_t *order)
{
    return json_string_value(json_object_get(order, "currency"));
}

static int64_t item_number(const json_t *item, const char *key)
{
    return json_integer_value(json_object_get(item, key));
}

static const char *currency_problem(const char *currency)
{
    static const char *const known[] = {"EUR", "USD", "GBP", "CHF"};
    if (currency == NULL) {
        return "no currency";
    }
    for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
        if (strcmp(currency, known[i]) == 0) {
            return NULL;
        }
    }
    return "unknown currency";
}

/* One order is at most a few thousand items; the bounds keep its total inside 64 bits. */
static const char *item_problem(const json_t *item)
{
    int64_t quantity = item_number(item, "quantity");
    if (quantity < 0) {
        return "negative quantity";
    }
    if (quantity == 0 || quantity > 1000000) {
        return "impossible quantity";
    }
    int64_t price_cents = item_number(item, "price_cents");
    return price_cents <= 0 || price_cents > 1000000000 ? "impossible price" : NULL;
}

static const char *items_problem(const json_t *items)
{
    if (json_array_size(items) == 0) {
        return "no items";
    }
    if (json_array_size(items) > 1000) {
        return "too many items";
    }
    for (size_t i = 0; i < json_array_size(items); i++) {
        const char *problem = item_problem(json_array_get(items, i));
        if (problem != NULL) {
            return problem;
        }
    }
    return NULL;
}

const char *order_problem(const json_t *order)
{
    if (json_object_size(json_object_get(order, "customer")) == 0) {
        return "missing customer";
    }
    const char *problem = currency_problem(order_currency(order));
    return problem != NULL ? problem : items_problem(json_object_get(order, "items"));
}

int64_t order_total_cents(const json_t *order)
{
    const json_t *items = json_object_get(order, "items");
    int64_t total_cents = 0;
    for (size_t i = 0; i < json_array_size(items); i++) {
        const json_t *item = json_array_get(items, i);
        total_cents += item_number(item, "quantity") * item_number(item, "price_cents");
    }
    return total_cents;
}
