/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The validator takes new orders from RabbitMQ and checks each. A valid one goes to Kafka, and is
 * acknowledged once Kafka has it; an invalid one goes to the dead-letter queue orders.rejected.
 *
 *     ./validator
 */
#include "arguments.h"
#include "kafka_client.h"
#include "order.h"
#include "order_set.h"
#include "rabbit.h"
#include "service.h"
#include "topology.h"

#include <inttypes.h>

typedef struct {
    rabbit connection;
    rd_kafka_t *producer;
    order_set handled;
} validator_service;

/* Why the order is invalid, NULL when it is not. */
static const char *validate(const json_t *order)
{
    otelmq_scope scope = otelmq_tracer_start_scope(service_tracer(), "validate order", NULL);
    const char *problem = order_problem(order);
    if (problem != NULL) {
        otelmq_span_record_error(scope.span, "ValidationError", problem);
    }
    otelmq_scope_end(&scope);
    return problem;
}

static void reject(validator_service *validator, const amqp_envelope_t *envelope, otelmq_span *span,
                   const char *problem)
{
    otelmq_span_set_string(span, "error.type", OTELMQ_STR("ValidationError"));
    otelmq_span_set_status(span, OTELMQ_STATUS_ERROR, problem);
    rabbit_reject(&validator->connection, envelope);
}

/* false: the service stops, and RabbitMQ will deliver the order again. */
static bool pass_on(validator_service *validator, const amqp_envelope_t *envelope,
                    const json_t *order)
{
    char key[24];
    int key_len = snprintf(key, sizeof(key), "%" PRId64, order_id(order));
    amqp_bytes_t body = envelope->message.body;
    bool is_delivered = kafka_client_produce(validator->producer, topology_valid_orders,
                                             otelmq_str_from_bytes(key, (size_t)key_len),
                                             otelmq_str_from_bytes(body.bytes, body.len));
    if (is_delivered) {
        rabbit_ack(&validator->connection, envelope);
    }
    return is_delivered;
}

static void handle_order(validator_service *validator, const amqp_envelope_t *envelope,
                         otelmq_span *span, const json_t *order)
{
    otelmq_span_set_int(span, "order.id", order_id(order));
    const char *problem = validate(order);
    if (problem != NULL) {
        reject(validator, envelope, span, problem);
        service_log("order %" PRId64 " rejected: %s", order_id(order), problem);
    } else if (pass_on(validator, envelope, order)) {
        service_log("order %" PRId64 " accepted", order_id(order));
    } else {
        return;
    }
    order_set_add(&validator->handled, order_id(order));
}

static void handle(validator_service *validator, const amqp_envelope_t *envelope)
{
    otelmq_scope scope = otelmq_amqp_process_start(validator->connection.traced, envelope);
    amqp_bytes_t body = envelope->message.body;
    const char *problem = NULL;
    json_t *order = order_parse(body.bytes, body.len, &problem);
    if (order != NULL) {
        handle_order(validator, envelope, scope.span, order);
    } else {
        reject(validator, envelope, scope.span, problem);
        service_warn("message rejected: %s", problem);
    }
    json_decref(order);
    otelmq_scope_end(&scope);
}

static void run(validator_service *validator, long limit)
{
    while (!service_is_stopping() && (limit == 0 || validator->handled.count < (size_t)limit)) {
        amqp_envelope_t envelope;
        if (rabbit_receive(&validator->connection, &envelope)) {
            handle(validator, &envelope);
            amqp_destroy_envelope(&envelope);
        }
    }
}

int main(int argument_count, char *words[])
{
    arguments given = arguments_parse(
        argument_count, words,
        &(arguments_usage){.option = "--count", .meaning = "end after N different orders"});
    service_start("validator");
    validator_service validator = {.connection = {.queue = topology_new_orders}};
    validator.producer = kafka_client_create_producer(topology_valid_orders);
    if (validator.producer != NULL) {
        run(&validator, given.limit);
    }
    kafka_client_destroy(validator.producer);
    rabbit_close(&validator.connection);
    order_set_clean(&validator.handled);
    return service_stop();
}
