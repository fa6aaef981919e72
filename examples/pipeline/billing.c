/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Billing takes valid orders from Kafka, in the consumer group "billing", charges each, and
 * publishes the result to RabbitMQ. The offset is committed once RabbitMQ has confirmed the result.
 *
 *     ./billing
 */
#include "arguments.h"
#include "kafka_client.h"
#include "order.h"
#include "order_set.h"
#include "rabbit.h"
#include "service.h"
#include "topology.h"

#include <inttypes.h>
#include <stdlib.h>
#include <time.h>

typedef struct {
    rabbit connection;
    rd_kafka_t *consumer;
    order_set handled;
} billing_service;

/* Stands for the call of a payment service: it takes a moment, and its span is a client's. */
static void charge_card(const json_t *order)
{
    otelmq_attribute attributes[] = {
        otelmq_attribute_int("payment.amount_cents", order_total_cents(order)),
        otelmq_attribute_string("payment.currency", otelmq_str_from(order_currency(order))),
    };
    otelmq_span_options options = {
        .kind = OTELMQ_SPAN_CLIENT, .attributes = attributes, .attribute_count = 2};
    otelmq_scope scope = otelmq_tracer_start_scope(service_tracer(), "charge card", &options);
    nanosleep(&(struct timespec){.tv_nsec = 2000000}, NULL);
    otelmq_span_add_event(scope.span, "card charged", NULL, 0);
    otelmq_scope_end(&scope);
}

/* false: the service stops, and Kafka will deliver the order again. */
static bool publish_result(billing_service *billing, const json_t *order)
{
    char body[128];
    snprintf(body, sizeof(body), "{\"id\": %" PRId64 ", \"status\": \"paid\"}", order_id(order));
    return rabbit_publish(&billing->connection, topology_paid_order, body);
}

static void handle_order(billing_service *billing, const rd_kafka_message_t *message,
                         const json_t *order)
{
    charge_card(order);
    if (!publish_result(billing, order)) {
        return;
    }
    kafka_client_commit(billing->consumer, message);
    int64_t cents = order_total_cents(order);
    service_log("order %" PRId64 " charged: %" PRId64 ".%02d %s", order_id(order), cents / 100,
                (int)(cents % 100), order_currency(order));
    order_set_add(&billing->handled, order_id(order));
}

/* The validator sends no other, but the topic is open: what is no valid order is passed over. */
static void handle(billing_service *billing, const rd_kafka_message_t *message)
{
    otelmq_scope scope = otelmq_kafka_process_start(billing->consumer, message);
    const char *problem = NULL;
    json_t *order = order_parse(message->payload, message->len, &problem);
    if (order != NULL) {
        otelmq_span_set_int(scope.span, "order.id", order_id(order));
        problem = order_problem(order);
    }
    if (problem == NULL) {
        handle_order(billing, message, order);
    } else {
        otelmq_span_record_error(scope.span, "ValidationError", problem);
        service_warn("offset %" PRId64 " passed over: %s", message->offset, problem);
        kafka_client_commit(billing->consumer, message);
    }
    json_decref(order);
    otelmq_scope_end(&scope);
}

static void run(billing_service *billing, long limit)
{
    while (!service_is_stopping() && (limit == 0 || billing->handled.count < (size_t)limit)) {
        rd_kafka_message_t *message = kafka_client_receive(billing->consumer);
        if (message == NULL) {
            rabbit_keep_alive(&billing->connection);
            continue;
        }
        handle(billing, message);
        rd_kafka_message_destroy(message);
    }
}

int main(int argument_count, char *words[])
{
    arguments given = arguments_parse(
        argument_count, words,
        &(arguments_usage){.option = "--count", .meaning = "end after N different orders"});
    service_start("billing");
    billing_service billing = {0};
    if (rabbit_connect(&billing.connection)) {
        billing.consumer = kafka_client_create_consumer(topology_valid_orders, "billing");
    }
    if (billing.consumer != NULL) {
        run(&billing, given.limit);
    }
    kafka_client_destroy(billing.consumer);
    rabbit_close(&billing.connection);
    order_set_clean(&billing.handled);
    return service_stop();
}
