/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Messages near the limit of a broker, which counts another thing than librdkafka does: the whole
 * batch of records, and not what the one record takes at most.
 */
#include "kafka/real/cluster.h"

enum { MAX_BYTES = 2000, RECORD_OVERHEAD = 36 };
enum { LARGEST_TAKEN = MAX_BYTES - RECORD_OVERHEAD, SMALLEST = LARGEST_TAKEN - 200 };

static const char MAX_BYTES_TEXT[] = "2000";

static void take_answer(rd_kafka_t *producer, const rd_kafka_message_t *message, void *unused)
{
    (void)producer;
    (void)unused;
    *(rd_kafka_resp_err_t *)message->_private = message->err;
}

/* Its limit is that of the topic. */
static rd_kafka_t *limited_producer(const kafka_fixture *fixture)
{
    static const char *const properties[] = {"message.max.bytes", MAX_BYTES_TEXT, "linger.ms", "0",
                                             NULL};
    rd_kafka_conf_t *conf = cluster_conf(fixture, properties);
    rd_kafka_conf_set_dr_msg_cb(conf, take_answer);
    return kafka_client_new(RD_KAFKA_PRODUCER, conf);
}

/* The broker's answer. */
static rd_kafka_resp_err_t produce(rd_kafka_t *producer, const char *topic, size_t size)
{
    static char value[MAX_BYTES];
    rd_kafka_resp_err_t answer = RD_KAFKA_RESP_ERR__IN_PROGRESS;
    assert_int_equal(rd_kafka_producev(producer, RD_KAFKA_V_TOPIC(topic), RD_KAFKA_V_PARTITION(0),
                                       RD_KAFKA_V_VALUE(value, size), RD_KAFKA_V_OPAQUE(&answer),
                                       RD_KAFKA_V_END),
                     0);
    kafka_flush(producer);
    assert_int_not_equal(answer, RD_KAFKA_RESP_ERR__IN_PROGRESS);
    return answer;
}

static rd_kafka_resp_err_t produce_untraced(rd_kafka_t *producer, const char *topic, size_t size)
{
    otelmq_scope scope = otelmq_messaging_suppress();
    rd_kafka_resp_err_t answer = produce(producer, topic, size);
    otelmq_scope_end(&scope);
    return answer;
}

static void what_a_broker_takes_without_a_context_it_takes_with_one(void **state)
{
    const kafka_fixture *fixture = *state;
    char topic[CLUSTER_NAME_SIZE];
    const char *const properties[] = {"max.message.bytes", MAX_BYTES_TEXT, NULL};
    uint64_t skipped = otelmq_stats_read().counts[OTELMQ_STAT_INJECT_SKIPPED];
    size_t taken = 0;
    cluster_name("limited", topic);
    rd_kafka_t *producer = limited_producer(fixture);
    cluster_create_topic(producer, topic, 1, properties);
    for (size_t size = SMALLEST; size <= LARGEST_TAKEN; size++) {
        rd_kafka_resp_err_t answer = produce_untraced(producer, topic, size);
        assert_int_equal(produce(producer, topic, size), answer);
        taken += answer == RD_KAFKA_RESP_ERR_NO_ERROR;
    }
    rd_kafka_destroy(producer);
    skipped = otelmq_stats_read().counts[OTELMQ_STAT_INJECT_SKIPPED] - skipped;
    /* The sizes are on both sides of both limits: that of the broker, and that for a context. */
    assert_in_range(taken, 1, LARGEST_TAKEN - SMALLEST);
    assert_in_range(skipped, 1, LARGEST_TAKEN - SMALLEST);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(what_a_broker_takes_without_a_context_it_takes_with_one,
                               kafka_fixture_clear),
    };
    return cmocka_run_group_tests(tests, cluster_setup_apache, kafka_fixture_teardown);
}
