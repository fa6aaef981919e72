/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The notifier takes the results from RabbitMQ and tells the customer, here by a line of its log.
 * The tier in it is baggage, which the shop set three services before.
 *
 *     ./notifier --count 20
 */
#include "arguments.h"
#include "order.h"
#include "order_set.h"
#include "rabbit.h"
#include "service.h"
#include "topology.h"

#include <inttypes.h>

/* Borrowed from the current context. */
static otelmq_str current_tier(void)
{
    otelmq_str tier = otelmq_baggage_get(otelmq_context_baggage(NULL), "customer.tier");
    return otelmq_str_is_empty(tier) ? OTELMQ_STR("unknown") : tier;
}

static void notify(const json_t *result)
{
    otelmq_scope scope = otelmq_tracer_start_scope(service_tracer(), "notify customer", NULL);
    const char *status = json_string_value(json_object_get(result, "status"));
    otelmq_str tier = current_tier();
    otelmq_span_set_string(scope.span, "customer.tier", tier);
    service_log("order %" PRId64 ": %s, %.*s customer", order_id(result),
                status != NULL ? status : "no status", (int)tier.len, tier.data);
    otelmq_scope_end(&scope);
}

static void handle(rabbit *connection, const amqp_envelope_t *envelope, order_set *notified)
{
    otelmq_scope scope = otelmq_amqp_process_start(connection->traced, envelope);
    const char *problem = NULL;
    amqp_bytes_t body = envelope->message.body;
    json_t *result = order_parse(body.bytes, body.len, &problem);
    if (result != NULL) {
        otelmq_span_set_int(scope.span, "order.id", order_id(result));
        notify(result);
        rabbit_ack(connection, envelope);
        order_set_add(notified, order_id(result));
    } else {
        otelmq_span_record_error(scope.span, "ValidationError", problem);
        service_warn("message dropped: %s", problem);
        rabbit_reject(connection, envelope);
    }
    json_decref(result);
    otelmq_scope_end(&scope);
}

int main(int argument_count, char *words[])
{
    arguments given = arguments_parse(
        argument_count, words,
        &(arguments_usage){.option = "--count", .meaning = "end after N different orders"});
    service_start("notifier");
    rabbit connection = {.queue = topology_paid_orders};
    order_set notified = {0};
    while (!service_is_stopping() && (given.limit == 0 || notified.count < (size_t)given.limit)) {
        amqp_envelope_t envelope;
        if (rabbit_receive(&connection, &envelope)) {
            handle(&connection, &envelope, &notified);
            amqp_destroy_envelope(&envelope);
        }
    }
    rabbit_close(&connection);
    order_set_clean(&notified);
    return service_stop();
}
