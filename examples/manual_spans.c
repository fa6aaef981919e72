/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Spans by hand: an order with validation, inventory and payment as nested spans, with attributes,
 * events and errors.
 *
 *     OTEL_TRACES_EXPORTER=console ./manual_spans 17
 *     OTEL_TRACES_EXPORTER=console ./manual_spans 17 --declined
 *
 * You will see "process order", and below it "validate order", "reserve items" with one event for
 * each item, and "charge card". With --declined, the payment fails: its span and that of the order
 * have the status error, and the items are released again.
 */
#include <otelmq/otelmq.h>

#include <stdlib.h>

typedef struct {
    long id;
    const char *items[4]; /* up to the first NULL */
    double total;
    bool is_card_declined;
} order;

static otelmq_tracer *tracer;

/* A span around a step that cannot fail half-way: start, attributes, end. */
static bool validate(const order *checked)
{
    otelmq_scope scope = otelmq_tracer_start_scope(tracer, "validate order", NULL);
    bool is_valid = checked->id > 0 && checked->items[0] != NULL;
    otelmq_span_set_bool(scope.span, "order.valid", is_valid);
    if (!is_valid) {
        otelmq_span_record_error(scope.span, "ValidationError", "no id or no items");
    }
    otelmq_scope_end(&scope);
    return is_valid;
}

/* Events are the moments inside a span; they have attributes of their own. */
static void reserve_items(const order *reserved)
{
    otelmq_scope scope = otelmq_tracer_start_scope(tracer, "reserve items", NULL);
    for (size_t i = 0; reserved->items[i] != NULL; i++) {
        otelmq_attribute attributes[] = {
            otelmq_attribute_string("item.sku", otelmq_str_from(reserved->items[i])),
            otelmq_attribute_int("item.shelf", (int64_t)i + 1),
        };
        otelmq_span_add_event(scope.span, "item reserved", attributes, 2);
    }
    otelmq_scope_end(&scope);
}

/* Attributes that are known at the start go into the options, where samplers see them. */
static bool charge_card(const order *charged)
{
    otelmq_attribute attributes[] = {
        otelmq_attribute_double("payment.amount", charged->total),
        otelmq_attribute_string("payment.currency", OTELMQ_STR("EUR")),
    };
    otelmq_span_options options = {
        .kind = OTELMQ_SPAN_CLIENT, .attributes = attributes, .attribute_count = 2};
    otelmq_scope scope = otelmq_tracer_start_scope(tracer, "charge card", &options);
    if (charged->is_card_declined) {
        otelmq_span_record_error(scope.span, "CardDeclined", "the bank declined the card");
    }
    otelmq_scope_end(&scope);
    return !charged->is_card_declined;
}

/* What starts inside a scope, in functions that know nothing of it too, is its child. */
static bool process(const order *processed)
{
    otelmq_scope scope = otelmq_tracer_start_scope(tracer, "process order", NULL);
    otelmq_span_set_int(scope.span, "order.id", processed->id);
    if (!validate(processed)) {
        otelmq_span_set_status(scope.span, OTELMQ_STATUS_ERROR, "invalid order");
        otelmq_scope_end(&scope);
        return false;
    }
    reserve_items(processed);
    bool is_paid = charge_card(processed);
    if (is_paid) {
        otelmq_span_set_status(scope.span, OTELMQ_STATUS_OK, NULL);
    } else {
        otelmq_span_add_event(scope.span, "items released", NULL, 0);
        otelmq_span_set_status(scope.span, OTELMQ_STATUS_ERROR, "not paid");
    }
    otelmq_scope_end(&scope);
    return is_paid;
}

int main(int argument_count, char *arguments[])
{
    if (argument_count < 2 || argument_count > 3 ||
        (argument_count == 3 && strcmp(arguments[2], "--declined") != 0)) {
        fprintf(stderr, "usage: %s ORDER_ID [--declined]\n", arguments[0]);
        return 2;
    }
    otelmq_sdk *sdk = NULL;
    otelmq_diagnostics_set(otelmq_diagnostics_stderr, NULL, OTELMQ_SEVERITY_WARNING);
    if (otelmq_sdk_start(&(otelmq_sdk_options){.service_name = "orders"}, &sdk) != OTELMQ_OK) {
        return 1;
    }
    tracer = otelmq_tracer_get("manual_spans", "1.0");
    order sample = {.id = strtol(arguments[1], NULL, 10),
                    .items = {"teapot", "cup"},
                    .total = 39.9,
                    .is_card_declined = argument_count == 3};
    bool is_paid = process(&sample);
    printf("order %ld: %s\n", sample.id, is_paid ? "paid" : "not paid");
    otelmq_sdk_shutdown(sdk, 5000);
    return 0;
}
