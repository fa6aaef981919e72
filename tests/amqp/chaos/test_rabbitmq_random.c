/* SPDX-License-Identifier: Apache-2.0 */
/*
 * 100,000 random messages through a traced connection and a real RabbitMQ: what arrives is what was
 * sent, but for the headers that tracing adds. A failure is found again with OTELMQ_TEST_SEED.
 */
#include "amqp/chaos/random_message.h"
#include "amqp/entries.h"
#include "amqp/real_broker.h"
#include "amqp/traced.h"
#include "support/test.h"

#include <inttypes.h>
#include <stdlib.h>

enum {
    CHANNEL = REAL_BROKER_CHANNEL,
    PUBLISHED = 100000,
    CONSUMED = 10000,
    BATCH = 500,
    HUGE_EVERY = 10000,
    MAX_PROPERTIES = AMQP_DEFAULT_FRAME_SIZE,
};

typedef struct {
    traced tracing; /* its fake broker is not used */
    amqp_connection_state_t raw;
    amqp_connection_state_t far; /* another connection, which is not traced */
    otelmq_amqp_connection *connection;
    char queue[REAL_BROKER_NAME_SIZE];
    uint64_t seed;
    size_t changed_by_broker;
} fixture;

/* A message as bytes that can be compared. */
typedef struct {
    size_t len;
    uint8_t bytes[MAX_PROPERTIES];
} encoding;

static int start(void **state)
{
    fixture *self = calloc(1, sizeof(*self));
    assert_non_null(self);
    self->seed = random_message_choose_seed();
    print_message("OTELMQ_TEST_SEED=%" PRIu64 "\n", self->seed);
    self->raw = real_broker_log_in();
    self->far = real_broker_log_in();
    real_broker_make_name(self->queue, "random");
    traced_start_provider(&self->tracing);
    const char *all = "*";
    otelmq_amqp_options options = {.messaging = {.tracer_provider = self->tracing.provider,
                                                 .records_sizes = true,
                                                 .records_queue_time = true,
                                                 .captured_headers = &all,
                                                 .captured_header_count = 1}};
    assert_int_equal(otelmq_amqp_connection_create(self->raw, &options, &self->connection),
                     OTELMQ_OK);
    amqp_queue_declare(self->raw, CHANNEL, amqp_cstring_bytes(self->queue), 0, 0, 0, 0,
                       amqp_empty_table);
    real_broker_expect_ok(amqp_get_rpc_reply(self->raw), "queue.declare");
    *state = self;
    return 0;
}

static int stop(void **state)
{
    fixture *self = *state;
    amqp_queue_delete(self->raw, CHANNEL, amqp_cstring_bytes(self->queue), 0, 0);
    real_broker_expect_ok(amqp_get_rpc_reply(self->raw), "queue.delete");
    otelmq_amqp_connection_destroy(self->connection);
    real_broker_log_out(self->raw);
    real_broker_log_out(self->far);
    traced_stop_provider(&self->tracing);
    free(self);
    return 0;
}

static void make(const fixture *self, random_message *message, size_t number)
{
    random_message_init(message, self->seed + number, number % HUGE_EVERY == 0);
}

/* Headers that are not there and none at all are the same. The table goes into without_ours. */
static amqp_table_t leave_out_ours(const amqp_basic_properties_t *properties,
                                   amqp_table_entry_t without_ours[])
{
    static const char *const ours[] = {"traceparent", "tracestate", "baggage"};
    bool has_headers = (properties->_flags & AMQP_BASIC_HEADERS_FLAG) != 0;
    amqp_table_t kept = {0, without_ours};
    for (int i = 0; has_headers && i < properties->headers.num_entries; i++) {
        const amqp_table_entry_t *entry = &properties->headers.entries[i];
        bool is_ours = false;
        for (size_t j = 0; j < COUNT_OF(ours); j++) {
            is_ours = is_ours || (entry->key.len == strlen(ours[j]) &&
                                  memcmp(entry->key.bytes, ours[j], entry->key.len) == 0);
        }
        if (!is_ours) {
            kept.entries[kept.num_entries++] = *entry;
        }
    }
    return kept;
}

static void encode(const amqp_basic_properties_t *properties, encoding *out)
{
    amqp_basic_properties_t plain = *properties;
    plain._flags &= ~(amqp_flags_t)AMQP_BASIC_HEADERS_FLAG;
    int len = amqp_encode_properties(AMQP_BASIC_CLASS, &plain,
                                     (amqp_bytes_t){sizeof(out->bytes), out->bytes});
    assert_true(len > 0);
    out->len = (size_t)len;
    size_t entries = (size_t)properties->headers.num_entries + 1;
    amqp_table_entry_t *room = calloc(entries, sizeof(*room));
    assert_non_null(room);
    amqp_table_t headers = leave_out_ours(properties, room);
    amqp_bytes_t rest = {sizeof(out->bytes), out->bytes};
    assert_int_equal(amqp_encode_table(rest, &headers, &out->len), AMQP_STATUS_OK);
    free(room);
}

static bool is_same(const amqp_basic_properties_t *a, const amqp_basic_properties_t *b)
{
    static encoding of_a;
    static encoding of_b;
    encode(a, &of_a);
    encode(b, &of_b);
    return of_a.len == of_b.len && memcmp(of_a.bytes, of_b.bytes, of_a.len) == 0;
}

static void consume_from(fixture *self, amqp_connection_state_t raw)
{
    amqp_basic_consume(raw, CHANNEL, amqp_cstring_bytes(self->queue), amqp_empty_bytes, 0, 1, 0,
                       amqp_empty_table);
    real_broker_expect_ok(amqp_get_rpc_reply(raw), "basic.consume");
}

static void receive(amqp_connection_state_t raw, amqp_envelope_t *envelope)
{
    amqp_maybe_release_buffers(raw);
    real_broker_expect_ok(amqp_consume_message(raw, envelope, NULL, 0), "consuming");
}

/* What the broker itself makes of the message: sent once more, without tracing. */
static bool is_as_without_tracing(fixture *self, const random_message *sent,
                                  const amqp_basic_properties_t *arrived)
{
    assert_int_equal(amqp_basic_publish(self->raw, CHANNEL, amqp_empty_bytes,
                                        amqp_cstring_bytes(self->queue), 0, 0, &sent->properties,
                                        sent->body),
                     AMQP_STATUS_OK);
    amqp_envelope_t plain;
    receive(self->far, &plain);
    bool result = is_same(&plain.message.properties, arrived);
    amqp_destroy_envelope(&plain);
    self->changed_by_broker++;
    return result;
}

static void expect_body(amqp_bytes_t arrived, amqp_bytes_t sent)
{
    assert_int_equal(arrived.len, sent.len);
    assert_memory_equal(arrived.bytes, sent.bytes, sent.len);
}

static void publish_traced(fixture *self, size_t number)
{
    random_message message;
    make(self, &message, number);
    assert_int_equal(otelmq_amqp_basic_publish(self->connection, CHANNEL, amqp_empty_bytes,
                                               amqp_cstring_bytes(self->queue), 0, 0,
                                               &message.properties, message.body),
                     AMQP_STATUS_OK);
    random_message_clean(&message);
}

static void expect_arrival(fixture *self, size_t number, const amqp_envelope_t *envelope)
{
    random_message sent;
    make(self, &sent, number);
    const amqp_basic_properties_t *arrived = &envelope->message.properties;
    expect_body(envelope->message.body, sent.body);
    if (!is_same(&sent.properties, arrived) && !is_as_without_tracing(self, &sent, arrived)) {
        fail_msg("message %zu of seed %" PRIu64 " was changed", number, self->seed);
    }
    random_message_clean(&sent);
}

/* All of it is received before it is looked at: that may send a message once more. */
static void publish_batch(fixture *self, size_t first)
{
    static amqp_envelope_t envelopes[BATCH];
    otelmq_memory_exporter_clear(self->tracing.spans);
    for (size_t i = 0; i < BATCH; i++) {
        publish_traced(self, first + i);
    }
    assert_int_equal(otelmq_memory_exporter_count(self->tracing.spans), BATCH);
    for (size_t i = 0; i < BATCH; i++) {
        receive(self->far, &envelopes[i]);
    }
    for (size_t i = 0; i < BATCH; i++) {
        expect_arrival(self, first + i, &envelopes[i]);
        amqp_destroy_envelope(&envelopes[i]);
    }
}

static void what_is_published_arrives_as_it_was_sent_but_for_our_headers(void **state)
{
    fixture *self = *state;
    consume_from(self, self->far);
    for (size_t first = 0; first < PUBLISHED; first += BATCH) {
        publish_batch(self, first);
    }
    print_message("of %d messages RabbitMQ itself changed %zu\n", PUBLISHED,
                  self->changed_by_broker);
}

static void publish_untraced(fixture *self, size_t number)
{
    random_message message;
    make(self, &message, number);
    assert_int_equal(amqp_basic_publish(self->far, CHANNEL, amqp_empty_bytes,
                                        amqp_cstring_bytes(self->queue), 0, 0, &message.properties,
                                        message.body),
                     AMQP_STATUS_OK);
    random_message_clean(&message);
}

static void consume_traced(fixture *self, size_t number)
{
    random_message sent;
    amqp_envelope_t envelope;
    make(self, &sent, number);
    amqp_maybe_release_buffers(self->raw);
    real_broker_expect_ok(otelmq_amqp_consume_message(self->connection, &envelope, NULL, 0),
                          "consuming");
    otelmq_scope scope = otelmq_amqp_process_start(self->connection, &envelope);
    expect_body(envelope.message.body, sent.body);
    assert_true(is_same(&envelope.message.properties, &sent.properties));
    otelmq_scope_end(&scope);
    amqp_destroy_envelope(&envelope);
    random_message_clean(&sent);
}

static void what_is_consumed_is_what_was_sent(void **state)
{
    fixture *self = *state;
    consume_from(self, self->raw);
    for (size_t first = 0; first < CONSUMED; first += BATCH) {
        otelmq_memory_exporter_clear(self->tracing.spans);
        for (size_t i = 0; i < BATCH; i++) {
            publish_untraced(self, first + i);
        }
        for (size_t i = 0; i < BATCH; i++) {
            consume_traced(self, first + i);
        }
        assert_int_equal(otelmq_memory_exporter_count(self->tracing.spans), 2 * BATCH);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(
            what_is_published_arrives_as_it_was_sent_but_for_our_headers, start, stop),
        cmocka_unit_test_setup_teardown(what_is_consumed_is_what_was_sent, start, stop),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
