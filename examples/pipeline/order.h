/* SPDX-License-Identifier: Apache-2.0 */
/*
 * An order as it travels through the pipeline, a JSON object:
 *
 *     {"id": 17, "customer": {"name": "Ada", "tier": "gold"}, "currency": "EUR",
 *      "items": [{"sku": "teapot", "quantity": 2, "price_cents": 1995}]}
 *
 * It is kept as JSON, because an invalid order must get as far as the validator.
 */
#ifndef PIPELINE_ORDER_H
#define PIPELINE_ORDER_H

#include <stdint.h>

#include <jansson.h>

/*
 * The order in text, the caller's to json_decref. NULL when it is not a JSON object with a positive
 * id: then *problem says what is wrong.
 */
json_t *order_parse(const char *text, size_t len, const char **problem);

int64_t order_id(const json_t *order);

/* "gold", "silver" and the like; NULL when the order does not say. Borrowed from the order. */
const char *order_tier(const json_t *order);

/* Why the order cannot be fulfilled, as "no items"; NULL when it can. A static string. */
const char *order_problem(const json_t *order);

/* The sum of the items, and its currency (borrowed), of a valid order. */
int64_t order_total_cents(const json_t *order);
const char *order_currency(const json_t *order);

#endif
