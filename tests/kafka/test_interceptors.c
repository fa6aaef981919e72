/* SPDX-License-Identifier: Apache-2.0 */
#include "kafka_fixture.h"
#include "span_asserts.h"

static void a_second_conf_trace_on_the_same_conf_is_refused(void **state)
{
    (void)state;
    rd_kafka_conf_t *conf = rd_kafka_conf_new();
    otelmq_kafka_options options = {.server_port = 1};
    assert_int_equal(otelmq_kafka_conf_trace(conf, NULL), OTELMQ_OK);
    assert_int_equal(otelmq_kafka_conf_trace(conf, NULL), OTELMQ_ERROR_INVALID_ARGUMENT);
    assert_int_equal(otelmq_kafka_conf_trace(conf, &options), OTELMQ_ERROR_INVALID_ARGUMENT);
    rd_kafka_conf_destroy(conf);
    assert_int_equal(otelmq_kafka_conf_trace(NULL, NULL), OTELMQ_ERROR_INVALID_ARGUMENT);
}

static void a_conf_traced_twice_records_one_span_a_message(void **state)
{
    const kafka_fixture *fixture = *state;
    rd_kafka_conf_t *conf = kafka_conf(fixture, NULL);
    assert_int_equal(otelmq_kafka_conf_trace(conf, NULL), OTELMQ_OK);
    assert_int_equal(otelmq_kafka_conf_trace(conf, NULL), OTELMQ_ERROR_INVALID_ARGUMENT);
    rd_kafka_t *producer = kafka_client_new(RD_KAFKA_PRODUCER, conf);
    assert_int_equal(rd_kafka_producev(producer, RD_KAFKA_V_TOPIC("twice"), RD_KAFKA_V_END), 0);
    kafka_flush(producer);
    rd_kafka_destroy(producer);
    assert_int_equal(otelmq_memory_exporter_count(fixture->memory), 1);
}

static void a_copy_of_the_conf_is_not_traced(void **state)
{
    const kafka_fixture *fixture = *state;
    rd_kafka_conf_t *conf = kafka_conf(fixture, NULL);
    assert_int_equal(otelmq_kafka_conf_trace(conf, NULL), OTELMQ_OK);
    rd_kafka_t *producer = kafka_client_new(RD_KAFKA_PRODUCER, rd_kafka_conf_dup(conf));
    rd_kafka_conf_destroy(conf);
    assert_int_equal(rd_kafka_producev(producer, RD_KAFKA_V_TOPIC("copy"), RD_KAFKA_V_END), 0);
    kafka_flush(producer);
    rd_kafka_destroy(producer);
    assert_int_equal(otelmq_memory_exporter_count(fixture->memory), 0);
}

static void a_conf_that_librdkafka_rejects_can_be_destroyed(void **state)
{
    static const char *const contradiction[] = {"enable.idempotence", "true", "acks", "0", NULL};
    char error[256];
    rd_kafka_conf_t *conf = kafka_conf(*state, contradiction);
    assert_int_equal(otelmq_kafka_conf_trace(conf, NULL), OTELMQ_OK);
    assert_null(rd_kafka_new(RD_KAFKA_PRODUCER, conf, error, sizeof(error)));
    rd_kafka_conf_destroy(conf);
}

static void the_conf_owner_may_change_its_options_after_the_call(void **state)
{
    const kafka_fixture *fixture = *state;
    char address[] = "kafka.example";
    otelmq_kafka_options options = {.server_address = address, .server_port = 19092};
    rd_kafka_conf_t *conf = kafka_conf(fixture, NULL);
    assert_int_equal(otelmq_kafka_conf_trace(conf, &options), OTELMQ_OK);
    memset(address, 'x', sizeof(address) - 1);
    memset(&options, 0, sizeof(options));
    rd_kafka_t *producer = kafka_client_new(RD_KAFKA_PRODUCER, conf);
    assert_int_equal(rd_kafka_producev(producer, RD_KAFKA_V_TOPIC("copied"), RD_KAFKA_V_END), 0);
    kafka_flush(producer);
    rd_kafka_destroy(producer);
    const otelmq_span_data *span = find_span(fixture, "send copied");
    assert_string_attribute(span, "server.address", "kafka.example");
    assert_int_attribute(span, "server.port", 19092);
}

static void produce_one(const kafka_fixture *fixture, const char *client_id)
{
    const char *const properties[] = {"client.id", client_id, NULL};
    rd_kafka_t *producer = kafka_producer(fixture, properties, NULL);
    assert_int_equal(rd_kafka_producev(producer, RD_KAFKA_V_TOPIC("in-turn"), RD_KAFKA_V_END), 0);
    kafka_flush(producer);
    rd_kafka_destroy(producer);
}

static void clients_that_follow_each_other_do_not_mix(void **state)
{
    const kafka_fixture *fixture = *state;
    static const char *const client_ids[] = {"first", "second", "third"};
    for (size_t i = 0; i < 3; i++) {
        produce_one(fixture, client_ids[i]);
        assert_string_attribute(otelmq_memory_exporter_span_at(fixture->memory, i),
                                "messaging.client.id", client_ids[i]);
    }
}

static void clients_at_the_same_time_do_not_mix(void **state)
{
    const kafka_fixture *fixture = *state;
    static const char *const properties[] = {"client.id", "long-lived", NULL};
    rd_kafka_t *producer = kafka_producer(fixture, properties, NULL);
    produce_one(fixture, "short-lived");
    assert_int_equal(rd_kafka_producev(producer, RD_KAFKA_V_TOPIC("in-turn"), RD_KAFKA_V_END), 0);
    kafka_flush(producer);
    rd_kafka_destroy(producer);
    assert_string_attribute(otelmq_memory_exporter_span_at(fixture->memory, 1),
                            "messaging.client.id", "long-lived");
}

static void it_works_without_an_sdk(void **state)
{
    const kafka_fixture *fixture = *state;
    kafka_create_topic(fixture, "no-sdk", 1);
    rd_kafka_t *producer = kafka_producer(fixture, NULL, NULL);
    otelmq_tracer_provider_set_global(NULL);
    assert_int_equal(rd_kafka_producev(producer, RD_KAFKA_V_TOPIC("no-sdk"), RD_KAFKA_V_END), 0);
    kafka_flush(producer);
    rd_kafka_destroy(producer);
    otelmq_tracer_provider_set_global(fixture->provider);
    assert_int_equal(otelmq_memory_exporter_count(fixture->memory), 0);
    rd_kafka_message_t *message = kafka_read_first(fixture, "no-sdk");
    assert_int_equal(kafka_header_count(message, NULL), 0);
    rd_kafka_message_destroy(message);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_second_conf_trace_on_the_same_conf_is_refused),
        cmocka_unit_test_setup(a_conf_traced_twice_records_one_span_a_message, kafka_fixture_clear),
        cmocka_unit_test_setup(a_copy_of_the_conf_is_not_traced, kafka_fixture_clear),
        cmocka_unit_test(a_conf_that_librdkafka_rejects_can_be_destroyed),
        cmocka_unit_test_setup(the_conf_owner_may_change_its_options_after_the_call,
                               kafka_fixture_clear),
        cmocka_unit_test_setup(clients_that_follow_each_other_do_not_mix, kafka_fixture_clear),
        cmocka_unit_test_setup(clients_at_the_same_time_do_not_mix, kafka_fixture_clear),
        cmocka_unit_test_setup(it_works_without_an_sdk, kafka_fixture_clear),
    };
    return cmocka_run_group_tests(tests, kafka_fixture_setup, kafka_fixture_teardown);
}
