/* SPDX-License-Identifier: Apache-2.0 */
/* A queue that is full for the call with headers, and has room for the one that repeats it. */
#include "kafka_fixture.h"
#include "span_asserts.h"

/* The test is linked with -Wl,--wrap=rd_kafka_produceva. */
rd_kafka_error_t *__wrap_rd_kafka_produceva(rd_kafka_t *rk, const rd_kafka_vu_t *vus, size_t cnt);
rd_kafka_error_t *__wrap_rd_kafka_produceva(rd_kafka_t *rk, const rd_kafka_vu_t *vus, size_t cnt)
{
    (void)rk, (void)vus, (void)cnt;
    return rd_kafka_error_new(RD_KAFKA_RESP_ERR__QUEUE_FULL, "full");
}

static int produce(rd_kafka_t *producer, int32_t partition)
{
    char value[] = "v";
    rd_kafka_topic_t *topic = rd_kafka_topic_new(producer, "repeated", NULL);
    int result = otelmq_kafka_produce(producer, topic, partition, RD_KAFKA_MSG_F_COPY, value, 1,
                                      NULL, 0, NULL);
    kafka_flush(producer);
    rd_kafka_topic_destroy(topic);
    return result;
}

static void the_span_tells_what_the_call_answered(void **state)
{
    const kafka_fixture *fixture = *state;
    kafka_create_topic(fixture, "repeated", 1);
    rd_kafka_t *producer = kafka_client_new(RD_KAFKA_PRODUCER, kafka_conf(fixture, NULL));
    assert_int_equal(produce(producer, 0), 0);
    assert_no_error(find_span(fixture, "send repeated"));
    otelmq_memory_exporter_clear(fixture->memory);
    assert_int_equal(produce(producer, 99), -1);
    assert_error(find_span(fixture, "send repeated"), "_UNKNOWN_PARTITION");
    rd_kafka_destroy(producer);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(the_span_tells_what_the_call_answered, kafka_fixture_clear),
    };
    return cmocka_run_group_tests(tests, kafka_fixture_setup, kafka_fixture_teardown);
}
