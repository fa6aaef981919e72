/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The traced connection against a real RabbitMQ, at the address in RABBITMQ_URL. Each test has an
 * exchange and a queue of its own, which go with its connection.
 */
#include "amqp/entries.h"
#include "amqp/real_broker.h"
#include "amqp/traced.h"
#include "support/test.h"

#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>

enum { CHANNEL = REAL_BROKER_CHANNEL, NAME_SIZE = REAL_BROKER_NAME_SIZE };

extern char **environ;

static const char FOREIGN[] = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
static const char ROUTING_KEY[] = "order.new";

typedef struct {
    traced tracing; /* its fake broker is not used */
    amqp_connection_state_t raw;
    otelmq_amqp_connection *connection;
    char exchange[NAME_SIZE];
    char queue[NAME_SIZE];
} fixture;

static void declare(fixture *self)
{
    real_broker_make_name(self->exchange, "exchange");
    real_broker_make_name(self->queue, "queue");
    amqp_bytes_t exchange = amqp_cstring_bytes(self->exchange);
    amqp_bytes_t queue = amqp_cstring_bytes(self->queue);
    amqp_exchange_declare(self->raw, CHANNEL, exchange, amqp_cstring_bytes("topic"), 0, 0, 1, 0,
                          amqp_empty_table);
    real_broker_expect_ok(amqp_get_rpc_reply(self->raw), "exchange.declare");
    amqp_queue_declare(self->raw, CHANNEL, queue, 0, 0, 1, 0, amqp_empty_table);
    real_broker_expect_ok(amqp_get_rpc_reply(self->raw), "queue.declare");
    amqp_queue_bind(self->raw, CHANNEL, queue, exchange, amqp_cstring_bytes(ROUTING_KEY),
                    amqp_empty_table);
    real_broker_expect_ok(amqp_get_rpc_reply(self->raw), "queue.bind");
}

static int start(void **state)
{
    fixture *self = calloc(1, sizeof(*self));
    assert_non_null(self);
    self->raw = real_broker_log_in();
    declare(self);
    traced_start_provider(&self->tracing);
    otelmq_amqp_options options = {.messaging.tracer_provider = self->tracing.provider};
    assert_int_equal(otelmq_amqp_connection_create(self->raw, &options, &self->connection),
                     OTELMQ_OK);
    *state = self;
    return 0;
}

static int stop(void **state)
{
    fixture *self = *state;
    otelmq_amqp_connection_destroy(self->connection);
    real_broker_log_out(self->raw);
    traced_stop_provider(&self->tracing);
    free(self);
    return 0;
}

static void begin_consuming(const fixture *self)
{
    amqp_basic_consume(self->raw, CHANNEL, amqp_cstring_bytes(self->queue), amqp_empty_bytes, 0, 0,
                       0, amqp_empty_table);
    real_broker_expect_ok(amqp_get_rpc_reply(self->raw), "basic.consume");
}

static void publish(const fixture *self, const amqp_basic_properties_t *properties)
{
    int status = otelmq_amqp_basic_publish(
        self->connection, CHANNEL, amqp_cstring_bytes(self->exchange),
        amqp_cstring_bytes(ROUTING_KEY), 0, 0, properties, amqp_cstring_bytes("{\"order\":1}"));
    assert_int_equal(status, AMQP_STATUS_OK);
}

static void consume(const fixture *self, amqp_envelope_t *envelope)
{
    struct timeval timeout = {10, 0};
    real_broker_expect_ok(otelmq_amqp_consume_message(self->connection, envelope, &timeout, 0),
                          "consume_message");
}

static otelmq_span_context process(const fixture *self, const amqp_envelope_t *envelope)
{
    otelmq_scope scope = otelmq_amqp_process_start(self->connection, envelope);
    otelmq_span_context span_context = *otelmq_span_get_context(scope.span);
    otelmq_scope_end(&scope);
    return span_context;
}

/* The span "{operation} {exchange}:order.new{suffix}". */
static const otelmq_span_data *span_of(const fixture *self, const char *operation,
                                       const char *suffix)
{
    char name[3 * NAME_SIZE];
    snprintf(name, sizeof(name), "%s %s:%s%s", operation, self->exchange, ROUTING_KEY, suffix);
    return traced_span(&self->tracing, name);
}

static void assert_common(const fixture *self, const otelmq_span_data *span)
{
    char destination[2 * NAME_SIZE];
    snprintf(destination, sizeof(destination), "%s:%s", self->exchange, ROUTING_KEY);
    assert_attribute(span, "messaging.system", "rabbitmq");
    assert_attribute(span, "messaging.destination.name", destination);
    assert_int_equal(otelmq_span_data_attribute(span, "server.address").type, OTELMQ_VALUE_STRING);
    assert_int_equal(otelmq_span_data_attribute(span, "server.port").type, OTELMQ_VALUE_INT);
}

static void a_message_is_one_trace_from_publish_to_ack(void **state)
{
    const fixture *self = *state;
    begin_consuming(self);
    publish(self, NULL);
    amqp_envelope_t envelope;
    consume(self, &envelope);
    otelmq_span_context processing = process(self, &envelope);
    assert_int_equal(
        otelmq_amqp_basic_ack(self->connection, envelope.channel, envelope.delivery_tag, 0),
        AMQP_STATUS_OK);
    amqp_destroy_envelope(&envelope);

    const otelmq_span_data *published = span_of(self, "publish", "");
    const otelmq_span_data *received = span_of(self, "receive", "");
    const otelmq_span_data *processed = span_of(self, "process", "");
    const otelmq_span_data *acked = span_of(self, "ack", "");
    assert_int_equal(otelmq_memory_exporter_count(self->tracing.spans), 4);
    assert_root(published);
    assert_child(received, &published->span_context);
    assert_link(received, 0, &published->span_context);
    assert_child(processed, &published->span_context);
    assert_link(processed, 0, &published->span_context);
    assert_child(acked, &processing);
    assert_int_equal(published->kind, OTELMQ_SPAN_PRODUCER);
    assert_int_equal(received->kind, OTELMQ_SPAN_CLIENT);
    assert_int_equal(processed->kind, OTELMQ_SPAN_CONSUMER);
    assert_int_equal(acked->kind, OTELMQ_SPAN_CLIENT);
    assert_common(self, published);
    assert_common(self, received);
    assert_common(self, processed);
    assert_common(self, acked);
    assert_int_attribute(received, "messaging.rabbitmq.message.delivery_tag", 1);
    assert_int_equal(otelmq_span_data_attribute(published, "network.peer.address").type,
                     OTELMQ_VALUE_STRING);
    assert_no_attribute(processed, "network.peer.address");
    assert_true(received->start_time_unix_nano <= received->end_time_unix_nano);
}

static void get_takes_a_message_and_then_finds_the_queue_empty(void **state)
{
    const fixture *self = *state;
    amqp_bytes_t queue = amqp_cstring_bytes(self->queue);
    amqp_envelope_t envelope;
    begin_consuming(self); /* the broker has routed the message when the delivery is there */
    publish(self, NULL);
    consume(self, &envelope);
    assert_int_equal(otelmq_amqp_basic_nack(self->connection, CHANNEL, envelope.delivery_tag, 0, 1),
                     AMQP_STATUS_OK);
    amqp_destroy_envelope(&envelope);
    consume(self, &envelope);
    assert_true(envelope.redelivered);
    amqp_basic_cancel(self->raw, CHANNEL, envelope.consumer_tag);
    assert_int_equal(otelmq_amqp_basic_reject(self->connection, CHANNEL, envelope.delivery_tag, 1),
                     AMQP_STATUS_OK);
    amqp_destroy_envelope(&envelope);

    amqp_rpc_reply_t reply = otelmq_amqp_basic_get(self->connection, CHANNEL, queue, 1, &envelope);
    real_broker_expect_ok(reply, "basic.get");
    assert_int_equal(reply.reply.id, AMQP_BASIC_GET_OK_METHOD);
    assert_memory_equal(envelope.message.body.bytes, "{\"order\":1}", envelope.message.body.len);
    process(self, &envelope);
    amqp_destroy_envelope(&envelope);
    size_t count = otelmq_memory_exporter_count(self->tracing.spans);
    reply = otelmq_amqp_basic_get(self->connection, CHANNEL, queue, 1, &envelope);
    assert_int_equal(reply.reply.id, AMQP_BASIC_GET_EMPTY_METHOD);
    assert_int_equal(otelmq_memory_exporter_count(self->tracing.spans), count);

    char suffix[NAME_SIZE + 1];
    snprintf(suffix, sizeof(suffix), ":%s", self->queue);
    const otelmq_span_data *published = span_of(self, "publish", "");
    assert_child(span_of(self, "receive", suffix), &published->span_context);
    assert_child(span_of(self, "process", suffix), &published->span_context);
    span_of(self, "nack", "");
    span_of(self, "reject", "");
}

/* By its name, because not every RabbitMQ keeps the order of the headers. */
static const amqp_table_entry_t *arrived_entry(const amqp_table_t *headers,
                                               const amqp_table_entry_t *sent)
{
    for (int i = 0; i < headers->num_entries; i++) {
        const amqp_table_entry_t *entry = &headers->entries[i];
        if (entry->key.len == sent->key.len &&
            memcmp(entry->key.bytes, sent->key.bytes, sent->key.len) == 0) {
            return entry;
        }
    }
    fail_msg("the header %.*s did not arrive", (int)sent->key.len, (const char *)sent->key.bytes);
    return NULL;
}

static void own_headers_and_properties_arrive_unchanged(void **state)
{
    const fixture *self = *state;
    amqp_table_entry_t entries[] = {entry_text("text", "value"), entry_number("number", -7),
                                    entry_of_kind("nothing", AMQP_FIELD_KIND_VOID)};
    amqp_basic_properties_t properties;
    memset(&properties, 0, sizeof(properties));
    properties._flags = AMQP_BASIC_HEADERS_FLAG | AMQP_BASIC_CONTENT_TYPE_FLAG;
    properties.content_type = amqp_cstring_bytes("application/json");
    properties.headers = (amqp_table_t){3, entries};
    begin_consuming(self);
    publish(self, &properties);
    amqp_envelope_t envelope;
    consume(self, &envelope);
    const amqp_basic_properties_t *arrived = &envelope.message.properties;
    assert_int_equal(arrived->content_type.len, strlen("application/json"));
    assert_int_equal(arrived->headers.num_entries, 4);
    for (int i = 0; i < 3; i++) {
        assert_int_equal(arrived_entry(&arrived->headers, &entries[i])->value.kind,
                         entries[i].value.kind);
    }
    const amqp_field_value_t *text = &arrived_entry(&arrived->headers, &entries[0])->value;
    assert_int_equal(text->value.bytes.len, strlen("value"));
    assert_memory_equal(text->value.bytes.bytes, "value", strlen("value"));
    assert_int_equal(arrived_entry(&arrived->headers, &entries[1])->value.value.i64, -7);
    amqp_destroy_envelope(&envelope);
}

static void run_amqp_publish(const char *queue)
{
    char address[512];
    char header[128];
    snprintf(address, sizeof(address), "--url=%s", real_broker_url());
    snprintf(header, sizeof(header), "--header=traceparent: %s", FOREIGN);
    char routing_key[NAME_SIZE + 16];
    snprintf(routing_key, sizeof(routing_key), "--routing-key=%s", queue);
    char program[] = "amqp-publish";
    char body[] = "--body=hello";
    char *arguments[] = {program, address, header, routing_key, body, NULL};
    pid_t process_id;
    int status;
    if (posix_spawnp(&process_id, program, NULL, NULL, arguments, environ) != 0) {
        fail_msg("amqp-publish cannot be started: it is in the package amqp-tools");
    }
    assert_int_equal(waitpid(process_id, &status, 0), process_id);
    assert_int_equal(status, 0);
}

static void a_message_of_a_foreign_client_is_continued_in_its_trace(void **state)
{
    const fixture *self = *state;
    begin_consuming(self);
    run_amqp_publish(self->queue);
    amqp_envelope_t envelope;
    consume(self, &envelope);
    process(self, &envelope);
    amqp_destroy_envelope(&envelope);
    char name[NAME_SIZE + 16];
    snprintf(name, sizeof(name), "process %s", self->queue);
    const otelmq_span_data *span = traced_span(&self->tracing, name);
    assert_traceparent(FOREIGN, &span->links[0].span_context);
    assert_child(span, &span->links[0].span_context);
}

static void get_from_an_unknown_queue_is_a_failed_span(void **state)
{
    const fixture *self = *state;
    amqp_envelope_t envelope;
    amqp_rpc_reply_t reply = otelmq_amqp_basic_get(
        self->connection, CHANNEL, amqp_cstring_bytes("otelmq-no-such-queue"), 1, &envelope);
    assert_int_equal(reply.reply_type, AMQP_RESPONSE_SERVER_EXCEPTION);
    const otelmq_span_data *span = traced_span(&self->tracing, "receive otelmq-no-such-queue");
    assert_failed(span, "not-found");
}

static void multiple_acks_settle_at_the_broker_too(void **state)
{
    const fixture *self = *state;
    begin_consuming(self);
    amqp_envelope_t envelope;
    otelmq_span_context processed[3];
    for (int i = 0; i < 3; i++) {
        publish(self, NULL);
        consume(self, &envelope);
        processed[i] = process(self, &envelope);
        amqp_destroy_envelope(&envelope);
    }
    assert_int_equal(otelmq_amqp_basic_ack(self->connection, CHANNEL, 3, 1), AMQP_STATUS_OK);
    const otelmq_span_data *span = span_of(self, "ack", "");
    assert_int_attribute(span, "messaging.batch.message_count", 3);
    assert_child(span, &processed[2]);
    assert_link(span, 0, &processed[0]);
    assert_link(span, 1, &processed[1]);
    amqp_queue_delete_ok_t *deleted =
        amqp_queue_delete(self->raw, CHANNEL, amqp_cstring_bytes(self->queue), 0, 0);
    assert_non_null(deleted);
    assert_int_equal(deleted->message_count, 0);
}

static void a_large_message_keeps_its_connection(void **state)
{
    const fixture *self = *state;
    enum { NEARLY_A_FRAME = AMQP_DEFAULT_FRAME_SIZE - 64 };
    char *text = calloc(NEARLY_A_FRAME, 1);
    assert_non_null(text);
    amqp_table_entry_t entry = entry_text("large", "");
    entry.value.value.bytes = (amqp_bytes_t){NEARLY_A_FRAME, text};
    amqp_basic_properties_t properties;
    memset(&properties, 0, sizeof(properties));
    properties._flags = AMQP_BASIC_HEADERS_FLAG;
    properties.headers = (amqp_table_t){1, &entry};
    uint64_t skipped = stat_now(OTELMQ_STAT_INJECT_SKIPPED);
    begin_consuming(self);
    publish(self, &properties);
    publish(self, NULL);
    amqp_envelope_t envelope;
    for (int i = 0; i < 2; i++) {
        consume(self, &envelope);
        assert_int_equal(envelope.message.properties.headers.num_entries, 1);
        amqp_destroy_envelope(&envelope);
    }
    assert_int_equal(stat_now(OTELMQ_STAT_INJECT_SKIPPED) - skipped, 1);
    free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_message_is_one_trace_from_publish_to_ack, start, stop),
        cmocka_unit_test_setup_teardown(get_takes_a_message_and_then_finds_the_queue_empty, start,
                                        stop),
        cmocka_unit_test_setup_teardown(own_headers_and_properties_arrive_unchanged, start, stop),
        cmocka_unit_test_setup_teardown(a_message_of_a_foreign_client_is_continued_in_its_trace,
                                        start, stop),
        cmocka_unit_test_setup_teardown(get_from_an_unknown_queue_is_a_failed_span, start, stop),
        cmocka_unit_test_setup_teardown(multiple_acks_settle_at_the_broker_too, start, stop),
        cmocka_unit_test_setup_teardown(a_large_message_keeps_its_connection, start, stop),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
