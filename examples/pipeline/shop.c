/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The shop reads orders, one JSON object a line, and publishes each to RabbitMQ, where the
 * validator gets them. Here every order's trace begins, and the customer's tier becomes baggage. It
 * ends when RabbitMQ has confirmed all orders; an unconfirmed one is published again.
 *
 *     ./shop orders.jsonl --limit 20
 */
#include "arguments.h"
#include "order.h"
#include "order_set.h"
#include "rabbit.h"
#include "service.h"
#include "topology.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>

typedef struct {
    rabbit connection;
    const char *file_name; /* for messages */
    order_set published;
    long skipped_count;
} shop_service;

/* The current context with the tier as baggage, which travels with every message behind. */
static otelmq_context_token attach_tier(const char *tier)
{
    const otelmq_baggage *baggage = NULL;
    otelmq_baggage_entry entry = {.key = OTELMQ_STR("customer.tier"),
                                  .value = otelmq_str_from(tier)};
    if (tier != NULL) {
        otelmq_baggage_with(NULL, entry, &baggage);
    }
    const otelmq_context *context = otelmq_context_with_baggage(NULL, baggage);
    otelmq_context_token token = otelmq_context_attach(context);
    otelmq_context_release(context);
    otelmq_baggage_release(baggage);
    return token;
}

static otelmq_scope start_order(const json_t *order)
{
    otelmq_attribute attributes[] = {
        otelmq_attribute_int("order.id", order_id(order)),
        otelmq_attribute_string("customer.tier", otelmq_str_from(order_tier(order))),
    };
    otelmq_span_options options = {.attributes = attributes,
                                   .attribute_count = order_tier(order) != NULL ? 2 : 1};
    return otelmq_tracer_start_scope(service_tracer(), "place order", &options);
}

/* All tries at one order belong to the same span. */
static void place_order(shop_service *shop, const json_t *order, const char *body)
{
    otelmq_context_token token = attach_tier(order_tier(order));
    otelmq_scope scope = start_order(order);
    if (rabbit_publish(&shop->connection, topology_new_order, body)) {
        order_set_add(&shop->published, order_id(order));
        service_log("order %" PRId64 " published", order_id(order));
    } else {
        otelmq_span_record_error(scope.span, "NotConfirmed", "stopped before the confirmation");
    }
    otelmq_scope_end(&scope);
    otelmq_context_detach(token);
}

static void place_line(shop_service *shop, char *line, size_t len, long line_number)
{
    len -= len > 0 && line[len - 1] == '\n' ? 1 : 0;
    if (strspn(line, " \t\r\n") >= len) {
        return;
    }
    const char *problem = NULL;
    json_t *order = order_parse(line, len, &problem);
    if (order != NULL && order_set_has(&shop->published, order_id(order))) {
        problem = "an order of this id was published before";
    }
    if (problem != NULL) {
        service_warn("%s:%ld: %s; skipped", shop->file_name, line_number, problem);
        shop->skipped_count++;
    } else {
        line[len] = '\0';
        place_order(shop, order, line);
    }
    json_decref(order);
}

static void place_lines(shop_service *shop, FILE *file, long limit)
{
    char *line = NULL;
    size_t capacity = 0;
    for (long number = 1; !service_is_stopping(); number++) {
        ssize_t len = limit == 0 || shop->published.count < (size_t)limit
                          ? getline(&line, &capacity, file)
                          : -1;
        if (len < 0) {
            break;
        }
        place_line(shop, line, (size_t)len, number);
    }
    if (ferror(file) && !service_is_stopping()) {
        service_warn("%s: %s", shop->file_name, strerror(errno));
        service_fail();
    }
    free(line);
}

static FILE *open_orders(const char *path)
{
    FILE *file = path != NULL ? fopen(path, "r") : stdin;
    if (file == NULL) {
        service_warn("%s: %s", path, strerror(errno));
        service_fail();
    }
    return file;
}

int main(int argument_count, char *words[])
{
    arguments given = arguments_parse(
        argument_count, words,
        &(arguments_usage){.option = "--limit",
                           .meaning = "publish N orders at most",
                           .file = "orders, a JSON object a line; default: standard input"});
    service_start("shop");
    shop_service shop = {.file_name = given.file != NULL ? given.file : "standard input"};
    FILE *file = open_orders(given.file);
    if (file != NULL && rabbit_connect(&shop.connection)) {
        place_lines(&shop, file, given.limit);
        service_log("%zu orders published, %ld lines skipped", shop.published.count,
                    shop.skipped_count);
    }
    if (file != NULL) {
        fclose(file);
    }
    rabbit_close(&shop.connection);
    order_set_clean(&shop.published);
    return service_stop();
}
