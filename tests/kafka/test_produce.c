/* SPDX-License-Identifier: Apache-2.0 */
#include "kafka_fixture.h"
#include "span_asserts.h"

static const char FOREIGN_TRACEPARENT[] = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

/* One way to produce a message with the value "v" to partition 0. */
typedef struct {
    const char *topic;
    void (*produce)(rd_kafka_t *producer, const char *topic);
} produce_case;

static void with_produce(rd_kafka_t *producer, const char *topic)
{
    char value[] = "v";
    rd_kafka_topic_t *handle = rd_kafka_topic_new(producer, topic, NULL);
    assert_int_equal(rd_kafka_produce(handle, 0, RD_KAFKA_MSG_F_COPY, value, 1, NULL, 0, NULL), 0);
    rd_kafka_topic_destroy(handle);
}

static void with_producev(rd_kafka_t *producer, const char *topic)
{
    char value[] = "v";
    assert_int_equal(rd_kafka_producev(producer, RD_KAFKA_V_TOPIC(topic), RD_KAFKA_V_PARTITION(0),
                                       RD_KAFKA_V_MSGFLAGS(RD_KAFKA_MSG_F_COPY),
                                       RD_KAFKA_V_VALUE(value, 1), RD_KAFKA_V_END),
                     0);
}

static void with_producev_and_headers(rd_kafka_t *producer, const char *topic)
{
    char value[] = "v";
    rd_kafka_headers_t *headers = rd_kafka_headers_new(1);
    rd_kafka_header_add(headers, "own", -1, "1", -1);
    assert_int_equal(rd_kafka_producev(producer, RD_KAFKA_V_TOPIC(topic), RD_KAFKA_V_PARTITION(0),
                                       RD_KAFKA_V_MSGFLAGS(RD_KAFKA_MSG_F_COPY),
                                       RD_KAFKA_V_VALUE(value, 1), RD_KAFKA_V_HEADERS(headers),
                                       RD_KAFKA_V_END),
                     0);
}

static void with_producev_and_single_headers(rd_kafka_t *producer, const char *topic)
{
    char value[] = "v";
    assert_int_equal(rd_kafka_producev(producer, RD_KAFKA_V_TOPIC(topic), RD_KAFKA_V_PARTITION(0),
                                       RD_KAFKA_V_MSGFLAGS(RD_KAFKA_MSG_F_COPY),
                                       RD_KAFKA_V_VALUE(value, 1), RD_KAFKA_V_HEADER("own", "1", 1),
                                       RD_KAFKA_V_END),
                     0);
}

static void with_produceva(rd_kafka_t *producer, const char *topic)
{
    char value[] = "v";
    rd_kafka_vu_t arguments[] = {
        {.vtype = RD_KAFKA_VTYPE_TOPIC, .u.cstr = topic},
        {.vtype = RD_KAFKA_VTYPE_PARTITION, .u.i32 = 0},
        {.vtype = RD_KAFKA_VTYPE_MSGFLAGS, .u.i = RD_KAFKA_MSG_F_COPY},
        {.vtype = RD_KAFKA_VTYPE_VALUE, .u.mem = {value, 1}},
    };
    assert_null(rd_kafka_produceva(producer, arguments, 4));
}

static void with_produce_batch(rd_kafka_t *producer, const char *topic)
{
    char value[] = "v";
    rd_kafka_message_t batch[] = {{.payload = value, .len = 1}};
    rd_kafka_topic_t *handle = rd_kafka_topic_new(producer, topic, NULL);
    assert_int_equal(rd_kafka_produce_batch(handle, 0, RD_KAFKA_MSG_F_COPY, batch, 1), 1);
    rd_kafka_topic_destroy(handle);
}

static const produce_case PRODUCE_CASES[] = {
    {"by-produce", with_produce},
    {"by-producev", with_producev},
    {"by-producev-headers", with_producev_and_headers},
    {"by-producev-header", with_producev_and_single_headers},
    {"by-produceva", with_produceva},
    {"by-batch", with_produce_batch},
};

static void check_way(const kafka_fixture *fixture, rd_kafka_t *producer, const produce_case *way)
{
    char name[64];
    (void)snprintf(name, sizeof(name), "send %s", way->topic);
    way->produce(producer, way->topic);
    kafka_flush(producer);
    rd_kafka_message_t *message = kafka_read_first(fixture, way->topic);
    assert_int_equal(message->len, 1);
    assert_sent_by(message, find_span(fixture, name));
    assert_int_equal(count_spans(fixture, name), 1);
    rd_kafka_message_destroy(message);
}

static void every_produce_call_sends_the_context_of_its_span(void **state)
{
    const kafka_fixture *fixture = *state;
    const size_t count = sizeof(PRODUCE_CASES) / sizeof(*PRODUCE_CASES);
    for (size_t i = 0; i < count; i++) {
        kafka_create_topic(fixture, PRODUCE_CASES[i].topic, 1);
    }
    rd_kafka_t *producer = kafka_producer(fixture, NULL, NULL);
    for (size_t i = 0; i < count; i++) {
        check_way(fixture, producer, &PRODUCE_CASES[i]);
    }
    rd_kafka_destroy(producer);
}

static void the_send_span_says_what_was_sent_and_where_it_arrived(void **state)
{
    static const char *const properties[] = {"client.id", "shop-1", NULL};
    const kafka_fixture *fixture = *state;
    char value[] = "value";
    kafka_create_topic(fixture, "described", 2);
    rd_kafka_t *producer = kafka_producer(fixture, properties, NULL);
    for (int i = 0; i < 2; i++) {
        otelmq_memory_exporter_clear(fixture->memory);
        assert_int_equal(
            rd_kafka_producev(producer, RD_KAFKA_V_TOPIC("described"), RD_KAFKA_V_PARTITION(1),
                              RD_KAFKA_V_KEY("customer-4", 10), RD_KAFKA_V_VALUE(value, 5),
                              RD_KAFKA_V_MSGFLAGS(RD_KAFKA_MSG_F_COPY), RD_KAFKA_V_END),
            0);
        kafka_flush(producer);
    }
    rd_kafka_destroy(producer);
    const otelmq_span_data *span = find_span(fixture, "send described");
    assert_int_equal(span->kind, OTELMQ_SPAN_PRODUCER);
    assert_true(span->end_time_unix_nano > span->start_time_unix_nano);
    assert_no_error(span);
    assert_string_attribute(span, "messaging.system", "kafka");
    assert_string_attribute(span, "messaging.operation.name", "send");
    assert_string_attribute(span, "messaging.operation.type", "send");
    assert_string_attribute(span, "messaging.destination.name", "described");
    assert_string_attribute(span, "messaging.destination.partition.id", "1");
    assert_string_attribute(span, "messaging.kafka.message.key", "customer-4");
    assert_string_attribute(span, "messaging.client.id", "shop-1");
    assert_string_attribute(span, "server.address", "127.0.0.1");
    assert_int_attribute(span, "messaging.kafka.offset", 1);
    assert_int_equal(otelmq_span_data_attribute(span, "server.port").type, OTELMQ_VALUE_INT);
    assert_no_attribute(span, "messaging.kafka.message.tombstone");
    assert_no_attribute(span, "messaging.message.body.size");
    assert_no_attribute(span, "messaging.batch.message_count");
}

static void null_values_and_unreadable_keys_are_told_apart(void **state)
{
    const kafka_fixture *fixture = *state;
    otelmq_kafka_options options = {.messaging.records_sizes = true};
    rd_kafka_t *producer = kafka_producer(fixture, NULL, &options);
    assert_int_equal(rd_kafka_producev(producer, RD_KAFKA_V_TOPIC("tombstone"),
                                       RD_KAFKA_V_KEY("\xff\xfe", 2), RD_KAFKA_V_END),
                     0);
    kafka_flush(producer);
    rd_kafka_destroy(producer);
    const otelmq_span_data *span = find_span(fixture, "send tombstone");
    assert_true_attribute(span, "messaging.kafka.message.tombstone");
    assert_no_attribute(span, "messaging.kafka.message.key");
    assert_int_attribute(span, "messaging.message.body.size", 0);
    assert_int_equal(otelmq_span_data_attribute(span, "messaging.message.envelope.size").type,
                     OTELMQ_VALUE_INT);
}

static void the_send_span_is_a_child_of_the_threads_span(void **state)
{
    const kafka_fixture *fixture = *state;
    rd_kafka_t *producer = kafka_producer(fixture, NULL, NULL);
    otelmq_scope scope =
        otelmq_tracer_start_scope(otelmq_tracer_get("test", NULL), "checkout", NULL);
    with_producev(producer, "child");
    otelmq_scope_end(&scope);
    kafka_flush(producer);
    rd_kafka_destroy(producer);
    assert_child_of(find_span(fixture, "send child"),
                    &find_span(fixture, "checkout")->span_context);
}

typedef struct {
    const char *name;
    const char *value;
    ssize_t size;
} own_header;

static const own_header OWN_HEADERS[] = {
    {"zebra", "1", 1}, {"apple", NULL, 0}, {"bytes", "\0\xff\0", 3}, {"zebra", "2", 1}, {"", "", 0},
};

enum { OWN_HEADER_COUNT = 5 };

static void own_headers_arrive_unchanged_and_in_order(void **state)
{
    const kafka_fixture *fixture = *state;
    rd_kafka_t *producer = kafka_producer(fixture, NULL, NULL);
    rd_kafka_headers_t *headers = rd_kafka_headers_new(8);
    for (size_t i = 0; i < OWN_HEADER_COUNT; i++) {
        rd_kafka_header_add(headers, OWN_HEADERS[i].name, -1, OWN_HEADERS[i].value,
                            OWN_HEADERS[i].size);
    }
    kafka_create_topic(fixture, "own", 1);
    assert_int_equal(rd_kafka_producev(producer, RD_KAFKA_V_TOPIC("own"),
                                       RD_KAFKA_V_HEADERS(headers), RD_KAFKA_V_END),
                     0);
    kafka_flush(producer);
    rd_kafka_destroy(producer);
    rd_kafka_message_t *message = kafka_read_first(fixture, "own");
    assert_int_equal(rd_kafka_message_headers(message, &headers), 0);
    for (size_t i = 0; i < OWN_HEADER_COUNT; i++) {
        const char *name = NULL;
        const void *value = NULL;
        size_t size = 0;
        assert_int_equal(rd_kafka_header_get_all(headers, i, &name, &value, &size), 0);
        assert_string_equal(name, OWN_HEADERS[i].name);
        assert_int_equal(size, OWN_HEADERS[i].size);
        assert_int_equal(value == NULL, OWN_HEADERS[i].value == NULL);
        if (size > 0) {
            assert_memory_equal(value, OWN_HEADERS[i].value, size);
        }
    }
    assert_sent_by(message, find_span(fixture, "send own"));
    rd_kafka_message_destroy(message);
}

static void produce_with_traceparent(const kafka_fixture *fixture, const char *topic,
                                     const char *traceparent)
{
    kafka_create_topic(fixture, topic, 1);
    rd_kafka_t *producer = kafka_producer(fixture, NULL, NULL);
    assert_int_equal(rd_kafka_producev(producer, RD_KAFKA_V_TOPIC(topic),
                                       RD_KAFKA_V_HEADER("traceparent", traceparent, -1),
                                       RD_KAFKA_V_END),
                     0);
    kafka_flush(producer);
    rd_kafka_destroy(producer);
}

static void a_creation_context_of_the_application_is_kept_and_linked(void **state)
{
    const kafka_fixture *fixture = *state;
    char traceparent[128];
    otelmq_span_context foreign = {0};
    produce_with_traceparent(fixture, "custom", FOREIGN_TRACEPARENT);
    rd_kafka_message_t *message = kafka_read_first(fixture, "custom");
    assert_int_equal(kafka_header_count(message, NULL), 1);
    kafka_header(message, "traceparent", traceparent, sizeof(traceparent));
    assert_string_equal(traceparent, FOREIGN_TRACEPARENT);
    rd_kafka_message_destroy(message);
    const otelmq_span_data *span = find_span(fixture, "send custom");
    assert_int_equal(span->kind, OTELMQ_SPAN_CLIENT);
    otelmq_trace_id_parse(otelmq_str_from_bytes(FOREIGN_TRACEPARENT + 3, 32), &foreign.trace_id);
    otelmq_span_id_parse(otelmq_str_from_bytes(FOREIGN_TRACEPARENT + 36, 16), &foreign.span_id);
    assert_only_link(span, &foreign);
}

static void a_malformed_context_of_the_application_is_replaced(void **state)
{
    const kafka_fixture *fixture = *state;
    produce_with_traceparent(fixture, "malformed", "00-not-a-context-01");
    rd_kafka_message_t *message = kafka_read_first(fixture, "malformed");
    assert_sent_by(message, find_span(fixture, "send malformed"));
    assert_int_equal(find_span(fixture, "send malformed")->kind, OTELMQ_SPAN_PRODUCER);
    rd_kafka_message_destroy(message);
}

static void the_current_baggage_travels(void **state)
{
    const kafka_fixture *fixture = *state;
    const otelmq_baggage *baggage = NULL;
    otelmq_baggage_entry tier = {.key = OTELMQ_STR("customer.tier"), .value = OTELMQ_STR("gold")};
    char header[64];
    assert_int_equal(otelmq_baggage_with(NULL, tier, &baggage), OTELMQ_OK);
    const otelmq_context *context = otelmq_context_with_baggage(otelmq_context_root(), baggage);
    otelmq_baggage_release(baggage);
    otelmq_context_token token = otelmq_context_attach(context);
    otelmq_context_release(context);
    kafka_create_topic(fixture, "baggage", 1);
    rd_kafka_t *producer = kafka_producer(fixture, NULL, NULL);
    with_producev(producer, "baggage");
    otelmq_context_detach(token);
    kafka_flush(producer);
    rd_kafka_destroy(producer);
    rd_kafka_message_t *message = kafka_read_first(fixture, "baggage");
    kafka_header(message, "baggage", header, sizeof(header));
    assert_string_equal(header, "customer.tier=gold");
    rd_kafka_message_destroy(message);
}

static void an_unsampled_producer_sends_its_context_with_the_flag_cleared(void **state)
{
    const kafka_fixture *fixture = *state;
    char traceparent[64];
    otelmq_tracer_provider *provider = NULL;
    otelmq_tracer_provider_options never = {.sampler = otelmq_sampler_always_off()};
    assert_int_equal(otelmq_tracer_provider_create(&never, &provider), OTELMQ_OK);
    otelmq_kafka_options options = {.messaging.tracer_provider = provider};
    kafka_create_topic(fixture, "unsampled", 1);
    rd_kafka_t *producer = kafka_producer(fixture, NULL, &options);
    with_producev_and_headers(producer, "unsampled");
    kafka_flush(producer);
    rd_kafka_destroy(producer);
    otelmq_tracer_provider_destroy(provider);
    rd_kafka_message_t *message = kafka_read_first(fixture, "unsampled");
    kafka_header(message, "traceparent", traceparent, sizeof(traceparent));
    assert_int_equal(strlen(traceparent), 55);
    assert_int_equal((traceparent[54] - '0') & OTELMQ_TRACE_FLAG_SAMPLED, 0);
    rd_kafka_message_destroy(message);
    assert_int_equal(otelmq_memory_exporter_count(fixture->memory), 0);
}

static void remember_opaque(rd_kafka_t *producer, const rd_kafka_message_t *message, void *user)
{
    (void)producer;
    *(void **)user = message->_private;
}

static void the_opaque_of_the_application_stays_its_own(void **state)
{
    const kafka_fixture *fixture = *state;
    void *seen = NULL;
    rd_kafka_conf_t *conf = kafka_conf(fixture, NULL);
    rd_kafka_conf_set_opaque(conf, &seen);
    rd_kafka_conf_set_dr_msg_cb(conf, remember_opaque);
    assert_int_equal(otelmq_kafka_conf_trace(conf, NULL), OTELMQ_OK);
    rd_kafka_t *producer = kafka_client_new(RD_KAFKA_PRODUCER, conf);
    assert_int_equal(rd_kafka_producev(producer, RD_KAFKA_V_TOPIC("opaque"),
                                       RD_KAFKA_V_OPAQUE(&conf), RD_KAFKA_V_END),
                     0);
    kafka_flush(producer);
    rd_kafka_destroy(producer);
    assert_ptr_equal(seen, &conf);
}

static void every_message_of_a_batch_has_its_own_span(void **state)
{
    const kafka_fixture *fixture = *state;
    char value[] = "v";
    rd_kafka_message_t batch[100];
    memset(batch, 0, sizeof(batch));
    for (size_t i = 0; i < 100; i++) {
        batch[i].payload = value;
        batch[i].len = 1;
    }
    rd_kafka_t *producer = kafka_producer(fixture, NULL, NULL);
    rd_kafka_topic_t *topic = rd_kafka_topic_new(producer, "batch", NULL);
    assert_int_equal(
        rd_kafka_produce_batch(topic, RD_KAFKA_PARTITION_UA, RD_KAFKA_MSG_F_COPY, batch, 100), 100);
    kafka_flush(producer);
    rd_kafka_topic_destroy(topic);
    rd_kafka_destroy(producer);
    assert_int_equal(count_spans(fixture, "send batch"), 100);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(every_produce_call_sends_the_context_of_its_span,
                               kafka_fixture_clear),
        cmocka_unit_test_setup(the_send_span_says_what_was_sent_and_where_it_arrived,
                               kafka_fixture_clear),
        cmocka_unit_test_setup(null_values_and_unreadable_keys_are_told_apart, kafka_fixture_clear),
        cmocka_unit_test_setup(the_send_span_is_a_child_of_the_threads_span, kafka_fixture_clear),
        cmocka_unit_test_setup(own_headers_arrive_unchanged_and_in_order, kafka_fixture_clear),
        cmocka_unit_test_setup(a_creation_context_of_the_application_is_kept_and_linked,
                               kafka_fixture_clear),
        cmocka_unit_test_setup(a_malformed_context_of_the_application_is_replaced,
                               kafka_fixture_clear),
        cmocka_unit_test_setup(the_current_baggage_travels, kafka_fixture_clear),
        cmocka_unit_test_setup(an_unsampled_producer_sends_its_context_with_the_flag_cleared,
                               kafka_fixture_clear),
        cmocka_unit_test_setup(the_opaque_of_the_application_stays_its_own, kafka_fixture_clear),
        cmocka_unit_test_setup(every_message_of_a_batch_has_its_own_span, kafka_fixture_clear),
    };
    return cmocka_run_group_tests(tests, kafka_fixture_setup, kafka_fixture_teardown);
}
