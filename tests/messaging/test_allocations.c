/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a message costs in allocations once everything has been used once: nothing.
 */
#include "messaging/fixture.h"
#include "support/allocations.h"
#include "support/discarding.h"

enum { MESSAGES = 1000, MESSAGES_BETWEEN_FLUSHES = 100, HEADER_SIZE = 512, HEADERS_MAX = 4 };

/* Headers that never allocate. */
typedef struct {
    char names[HEADERS_MAX][HEADER_SIZE];
    char values[HEADERS_MAX][HEADER_SIZE];
    size_t lens[HEADERS_MAX];
    size_t count;
} fixed_headers;

static size_t index_of(const fixed_headers *self, const char *key)
{
    size_t index = 0;
    while (index < self->count && strcmp(self->names[index], key) != 0) {
        index++;
    }
    return index;
}

static otelmq_str get_fixed(const void *self, const char *key)
{
    const fixed_headers *fixed = self;
    size_t index = index_of(fixed, key);
    return index < fixed->count ? otelmq_str_from_bytes(fixed->values[index], fixed->lens[index])
                                : (otelmq_str){0};
}

static otelmq_status set_fixed(void *self, const char *key, otelmq_str value)
{
    fixed_headers *fixed = self;
    size_t index = index_of(fixed, key);
    if (index == HEADERS_MAX || value.len > HEADER_SIZE) {
        return OTELMQ_ERROR_LIMIT;
    }
    if (index == fixed->count) {
        snprintf(fixed->names[index], HEADER_SIZE, "%s", key);
        fixed->count++;
    }
    memcpy(fixed->values[index], value.data, value.len);
    fixed->lens[index] = value.len;
    return OTELMQ_OK;
}

static otelmq_carrier fixed_carrier(fixed_headers *fixed)
{
    static const otelmq_carrier_ops ops = {.get = get_fixed, .set = set_fixed};
    return (otelmq_carrier){&ops, fixed};
}

static otelmq_tracer_provider *create_batching_provider(bool pumped)
{
    otelmq_tracer_provider *batching = NULL;
    otelmq_processor processor = otelmq_processor_batch(
        discarding_exporter(),
        &(otelmq_batch_options){.schedule_delay_ms = 3600000, .pumped = pumped});
    assert_int_equal(
        otelmq_tracer_provider_create(
            &(otelmq_tracer_provider_options){.processors = &processor, .processor_count = 1},
            &batching),
        OTELMQ_OK);
    return batching;
}

/* Fills the store of spans with more than are ever alive at once afterwards. */
static void open_many_spans(otelmq_tracer_provider *batching)
{
    enum { SPANS = 600 };
    otelmq_span *spans[SPANS];
    otelmq_tracer *tracer = otelmq_tracer_provider_tracer(batching, "warm-up", NULL);
    for (size_t i = 0; i < SPANS; i++) {
        spans[i] = otelmq_tracer_start_span(tracer, "warm-up", NULL);
    }
    for (size_t i = 0; i < SPANS; i++) {
        otelmq_span_end(spans[i]);
    }
    assert_int_equal(otelmq_tracer_provider_force_flush(batching, 10000), OTELMQ_OK);
}

static void send_one(otelmq_messaging_client *traced, fixed_headers *message)
{
    message->count = 0;
    otelmq_messaging_operation publish = operation("publish");
    otelmq_messaging_send send =
        otelmq_messaging_send_start(traced, &publish, fixed_carrier(message));
    otelmq_messaging_send_inject(traced, &send, fixed_carrier(message));
    otelmq_messaging_send_end(traced, send.span, NULL, NULL);
}

static void receive_and_process_one(otelmq_messaging_client *traced, fixed_headers *message)
{
    otelmq_messaging_operation receive = operation("receive");
    otelmq_messaging_receive(traced, &receive, fixed_carrier(message));
    otelmq_messaging_operation process = operation("process");
    otelmq_span *kept = NULL;
    otelmq_scope scope =
        otelmq_messaging_process_start(traced, &process, fixed_carrier(message), NULL, &kept);
    otelmq_span_context processed = *otelmq_span_get_context(scope.span);
    otelmq_scope_end(&scope);
    otelmq_messaging_operation ack = operation("ack");
    otelmq_messaging_operation_end(otelmq_messaging_settle_start(traced, &ack, &processed, NULL, 0),
                                   NULL, NULL);
    otelmq_messaging_process_end(traced, kept, NULL, NULL);
}

static void run(otelmq_tracer_provider *batching, otelmq_messaging_client *traced)
{
    fixed_headers sent = {.count = 0};
    fixed_headers received = {.count = 0};
    set_fixed(&received, "traceparent", OTELMQ_STR(TRACEPARENT));
    for (int i = 1; i <= MESSAGES; i++) {
        send_one(traced, &sent);
        receive_and_process_one(traced, &received);
        if (i % MESSAGES_BETWEEN_FLUSHES == 0) {
            assert_int_equal(otelmq_tracer_provider_force_flush(batching, 10000), OTELMQ_OK);
        }
    }
    assert_true(otelmq_carrier_get(fixed_carrier(&sent), "traceparent").len > 0);
}

static void assert_no_allocation(bool pumped, otelmq_process_ends ends)
{
    otelmq_tracer_provider *batching = create_batching_provider(pumped);
    otelmq_messaging_options options = {.tracer_provider = batching, .process_ends = ends};
    otelmq_messaging_client *traced = NULL;
    assert_int_equal(
        otelmq_messaging_client_create("test", "otelmq.test", "localhost", 1, &options, &traced),
        OTELMQ_OK);
    open_many_spans(batching);
    allocations_resume();
    run(batching, traced);
    size_t before = allocations_counted();
    assert_true(before > 0);
    run(batching, traced);
    allocations_pause();
    assert_int_equal(allocations_counted(), before);
    otelmq_messaging_client_destroy(traced);
    otelmq_tracer_provider_destroy(batching);
}

static void a_message_allocates_nothing(void **state)
{
    (void)state;
    assert_no_allocation(false, OTELMQ_PROCESS_ENDS_WITH_SCOPE);
    assert_no_allocation(false, OTELMQ_PROCESS_ENDS_WITH_SETTLEMENT);
    assert_no_allocation(true, OTELMQ_PROCESS_ENDS_WITH_SCOPE);
}

static void neither_does_one_under_a_span_with_baggage(void **state)
{
    (void)state;
    const otelmq_baggage *baggage = NULL;
    otelmq_baggage_entry entry = {.key = OTELMQ_STR("tier"), .value = OTELMQ_STR("gold")};
    assert_int_equal(otelmq_baggage_with(NULL, entry, &baggage), OTELMQ_OK);
    const otelmq_context *context = otelmq_context_with_baggage(NULL, baggage);
    otelmq_context_token token = otelmq_context_attach(context);
    assert_no_allocation(false, OTELMQ_PROCESS_ENDS_WITH_SCOPE);
    otelmq_context_detach(token);
    otelmq_context_release(context);
    otelmq_baggage_release(baggage);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_message_allocates_nothing),
        TEST(neither_does_one_under_a_span_with_baggage),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
