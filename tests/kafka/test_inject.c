/* SPDX-License-Identifier: Apache-2.0 */
/* Messages near message.max.bytes. */
#include "kafka_fixture.h"
#include "span_asserts.h"

/* What librdkafka counts beside the payload, and what the broker does; see kafka/inject.c. */
enum { RECORD_OVERHEAD = 36, BATCH_OVERHEAD = 61, MAX_BYTES = 2000 };
enum { MAX_PAYLOAD = MAX_BYTES - RECORD_OVERHEAD }; /* that librdkafka takes */

/* "traceparent" with its value, each with its length in front: 1 + 11 + 1 + 55. */
enum { TRACEPARENT_SIZE = 68, TRACESTATE_SIZE = 1 + 10 + 1 + 5, BAGGAGE_SIZE = 1 + 7 + 1 + 7 };

static const char *const SMALL_LIMIT[] = {"message.max.bytes", "2000", NULL};

/* The context of a remote parent with the tracestate "a=123" and the baggage "tier=ab". */
static otelmq_context_token attach_full_context(void)
{
    const otelmq_tracestate *tracestate = NULL;
    const otelmq_baggage *baggage = NULL;
    otelmq_baggage_entry entry = {.key = OTELMQ_STR("tier"), .value = OTELMQ_STR("ab")};
    assert_int_equal(otelmq_tracestate_parse(OTELMQ_STR("a=123"), &tracestate), OTELMQ_OK);
    assert_int_equal(otelmq_baggage_with(NULL, entry, &baggage), OTELMQ_OK);
    otelmq_span_context parent = {.trace_id.bytes = {1},
                                  .span_id.bytes = {2},
                                  .trace_flags = OTELMQ_TRACE_FLAG_SAMPLED,
                                  .is_remote = true,
                                  .tracestate = tracestate};
    const otelmq_context *with_baggage =
        otelmq_context_with_baggage(otelmq_context_root(), baggage);
    const otelmq_context *context = otelmq_context_with_span_context(with_baggage, &parent);
    otelmq_context_token token = otelmq_context_attach(context);
    otelmq_context_release(context);
    otelmq_context_release(with_baggage);
    otelmq_baggage_release(baggage);
    otelmq_tracestate_release(tracestate);
    return token;
}

/*
 * Sends a message that leaves room bytes until the limit of a broker that has the same one, with or
 * without an own header list.
 */
static rd_kafka_message_t *send_with_room(const kafka_fixture *fixture, const char *topic, int room,
                                          bool has_headers)
{
    char payload[MAX_BYTES] = {0};
    int own_size = has_headers ? 1 + 3 + 1 + 1 : 0;
    int size = MAX_PAYLOAD - BATCH_OVERHEAD - 3 - own_size - room;
    rd_kafka_headers_t *headers = has_headers ? rd_kafka_headers_new(1) : NULL;
    if (has_headers) {
        rd_kafka_header_add(headers, "own", -1, "1", -1);
    }
    kafka_create_topic(fixture, topic, 1);
    rd_kafka_t *producer = kafka_producer(fixture, SMALL_LIMIT, NULL);
    otelmq_context_token token = attach_full_context();
    rd_kafka_resp_err_t err = rd_kafka_producev(
        producer, RD_KAFKA_V_TOPIC(topic), RD_KAFKA_V_KEY("key", 3),
        RD_KAFKA_V_VALUE(payload, (size_t)size), RD_KAFKA_V_MSGFLAGS(RD_KAFKA_MSG_F_COPY),
        RD_KAFKA_V_HEADERS(headers), RD_KAFKA_V_END);
    otelmq_context_detach(token);
    assert_int_equal(err, 0);
    kafka_flush(producer);
    rd_kafka_destroy(producer);
    rd_kafka_message_t *message = kafka_read_first(fixture, topic);
    assert_int_equal(kafka_header_count(message, "own"), has_headers);
    return message;
}

typedef struct {
    const char *topic;
    const char *topic_with_headers;
    int room;
    size_t traceparents;
    size_t tracestates;
    size_t baggages;
    uint64_t shortened;
    uint64_t skipped;
} room_case;

static const room_case ROOM_CASES[] = {
    {"all", "all-h", TRACEPARENT_SIZE + TRACESTATE_SIZE + BAGGAGE_SIZE, 1, 1, 1, 0, 0},
    {"no-baggage", "no-baggage-h", TRACEPARENT_SIZE + TRACESTATE_SIZE + BAGGAGE_SIZE - 1, 1, 1, 0,
     1, 0},
    {"just-state", "just-state-h", TRACEPARENT_SIZE + TRACESTATE_SIZE, 1, 1, 0, 1, 0},
    {"no-state", "no-state-h", TRACEPARENT_SIZE + TRACESTATE_SIZE - 1, 1, 0, 0, 1, 0},
    {"just-parent", "just-parent-h", TRACEPARENT_SIZE, 1, 0, 0, 1, 0},
    {"nothing", "nothing-h", TRACEPARENT_SIZE - 1, 0, 0, 0, 0, 1},
    {"no-room", "no-room-h", 0, 0, 0, 0, 0, 1},
    {"at-limit", "at-limit-h", -BATCH_OVERHEAD, 0, 0, 0, 0, 1},
};

static void check_room(const kafka_fixture *fixture, const room_case *expected, bool has_headers)
{
    const char *topic = has_headers ? expected->topic_with_headers : expected->topic;
    otelmq_stats before = otelmq_stats_read();
    rd_kafka_message_t *message = send_with_room(fixture, topic, expected->room, has_headers);
    otelmq_stats after = otelmq_stats_read();
    assert_int_equal(kafka_header_count(message, "traceparent"), expected->traceparents);
    assert_int_equal(kafka_header_count(message, "tracestate"), expected->tracestates);
    assert_int_equal(kafka_header_count(message, "baggage"), expected->baggages);
    assert_int_equal(after.counts[OTELMQ_STAT_INJECT_SHORTENED] -
                         before.counts[OTELMQ_STAT_INJECT_SHORTENED],
                     expected->shortened);
    assert_int_equal(after.counts[OTELMQ_STAT_INJECT_SKIPPED] -
                         before.counts[OTELMQ_STAT_INJECT_SKIPPED],
                     expected->skipped);
    rd_kafka_message_destroy(message);
    assert_no_error(otelmq_memory_exporter_span_at(fixture->memory, 0));
}

static void what_does_not_fit_is_left_out_baggage_first(void **state)
{
    for (size_t i = 0; i < sizeof(ROOM_CASES) / sizeof(*ROOM_CASES); i++) {
        kafka_fixture_clear(state);
        check_room(*state, &ROOM_CASES[i], false);
        kafka_fixture_clear(state);
        check_room(*state, &ROOM_CASES[i], true);
    }
}

static void a_replaced_header_makes_room_for_ours(void **state)
{
    const kafka_fixture *fixture = *state;
    char payload[MAX_BYTES] = {0};
    char broken[56] = "00-this-is-not-a-traceparent-but-as-long-as-one-would-b";
    kafka_create_topic(fixture, "replaced", 1);
    rd_kafka_t *producer = kafka_producer(fixture, SMALL_LIMIT, NULL);
    assert_int_equal(rd_kafka_producev(producer, RD_KAFKA_V_TOPIC("replaced"),
                                       RD_KAFKA_V_VALUE(payload, MAX_PAYLOAD - TRACEPARENT_SIZE),
                                       RD_KAFKA_V_MSGFLAGS(RD_KAFKA_MSG_F_COPY),
                                       RD_KAFKA_V_HEADER("traceparent", broken, 55),
                                       RD_KAFKA_V_END),
                     0);
    kafka_flush(producer);
    rd_kafka_destroy(producer);
    rd_kafka_message_t *message = kafka_read_first(fixture, "replaced");
    assert_sent_by(message, find_span(fixture, "send replaced"));
    rd_kafka_message_destroy(message);
}

/* A list with an empty traceparent and one that is null; refused: to no partition that there is. */
static rd_kafka_headers_t *produce_empty(rd_kafka_t *producer, int32_t partition,
                                         rd_kafka_resp_err_t expected)
{
    rd_kafka_headers_t *headers = rd_kafka_headers_new(2);
    rd_kafka_header_add(headers, "traceparent", -1, "", 0);
    rd_kafka_header_add(headers, "traceparent", -1, NULL, 0);
    assert_int_equal(rd_kafka_producev(producer, RD_KAFKA_V_TOPIC("empty"),
                                       RD_KAFKA_V_PARTITION(partition), RD_KAFKA_V_HEADERS(headers),
                                       RD_KAFKA_V_END),
                     expected);
    return headers;
}

static void an_empty_header_of_the_name_is_replaced_and_comes_back_after_a_failure(void **state)
{
    const kafka_fixture *fixture = *state;
    kafka_create_topic(fixture, "empty", 1);
    rd_kafka_t *producer = kafka_producer(fixture, NULL, NULL);
    (void)produce_empty(producer, 0, RD_KAFKA_RESP_ERR_NO_ERROR);
    kafka_flush(producer);
    rd_kafka_headers_t *headers = produce_empty(producer, 99, RD_KAFKA_RESP_ERR__UNKNOWN_PARTITION);
    assert_int_equal(rd_kafka_header_cnt(headers), 2);
    rd_kafka_headers_destroy(headers);
    rd_kafka_destroy(producer);
    rd_kafka_message_t *message = kafka_read_first(fixture, "empty");
    assert_sent_by(message, otelmq_memory_exporter_span_at(fixture->memory, 0));
    assert_int_equal(kafka_header_count(message, "traceparent"), 1);
    rd_kafka_message_destroy(message);
}

static void a_foreign_tracestate_does_not_stay_beside_a_traceparent_of_ours(void **state)
{
    const kafka_fixture *fixture = *state;
    char payload[MAX_BYTES] = {0};
    kafka_create_topic(fixture, "foreign-state", 1);
    rd_kafka_t *producer = kafka_producer(fixture, SMALL_LIMIT, NULL);
    otelmq_context_token token = attach_full_context();
    assert_int_equal(rd_kafka_producev(
                         producer, RD_KAFKA_V_TOPIC("foreign-state"),
                         RD_KAFKA_V_VALUE(payload, MAX_PAYLOAD - BATCH_OVERHEAD - TRACEPARENT_SIZE),
                         RD_KAFKA_V_MSGFLAGS(RD_KAFKA_MSG_F_COPY),
                         RD_KAFKA_V_HEADER("tracestate", "b=2", 3), RD_KAFKA_V_END),
                     0);
    otelmq_context_detach(token);
    kafka_flush(producer);
    rd_kafka_destroy(producer);
    rd_kafka_message_t *message = kafka_read_first(fixture, "foreign-state");
    assert_sent_by(message, find_span(fixture, "send foreign-state"));
    assert_int_equal(kafka_header_count(message, "tracestate"), 0);
    rd_kafka_message_destroy(message);
}

static void a_message_that_is_too_large_by_itself_fails_as_ever_and_has_no_span(void **state)
{
    const kafka_fixture *fixture = *state;
    char payload[MAX_BYTES] = {0};
    rd_kafka_t *producer = kafka_producer(fixture, SMALL_LIMIT, NULL);
    assert_int_equal(rd_kafka_producev(producer, RD_KAFKA_V_TOPIC("large"),
                                       RD_KAFKA_V_VALUE(payload, sizeof(payload)), RD_KAFKA_V_END),
                     RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE);
    rd_kafka_destroy(producer);
    assert_int_equal(otelmq_memory_exporter_count(fixture->memory), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(what_does_not_fit_is_left_out_baggage_first, kafka_fixture_clear),
        cmocka_unit_test_setup(a_replaced_header_makes_room_for_ours, kafka_fixture_clear),
        cmocka_unit_test_setup(
            an_empty_header_of_the_name_is_replaced_and_comes_back_after_a_failure,
            kafka_fixture_clear),
        cmocka_unit_test_setup(a_foreign_tracestate_does_not_stay_beside_a_traceparent_of_ours,
                               kafka_fixture_clear),
        cmocka_unit_test_setup(a_message_that_is_too_large_by_itself_fails_as_ever_and_has_no_span,
                               kafka_fixture_clear),
    };
    return cmocka_run_group_tests(tests, kafka_fixture_setup, kafka_fixture_teardown);
}
