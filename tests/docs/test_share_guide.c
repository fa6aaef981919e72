/* SPDX-License-Identifier: Apache-2.0 */
/* Runs the block of docs/kafka.md about share consumers, against librdkafka's mock cluster. */
#include "share/share_fixture.h"

static size_t packed;

static bool pack(const rd_kafka_message_t *message)
{
    assert_memory_equal(message->payload, "value", 5);
    packed++;
    return true;
}

static void failed(rd_kafka_error_t *error)
{
    assert_well(error);
}

static void the_block_of_share_consumers_works(void **state)
{
    const kafka_fixture *fixture = *state;
    char error[256] = "";
    (void)produce_to_one(fixture, "guide");
    share_let_clients_go(fixture);
    rd_kafka_conf_t *conf = share_conf(fixture, "explicit");
    rd_kafka_topic_partition_list_t *topics = rd_kafka_topic_partition_list_new(1);
    rd_kafka_topic_partition_list_add(topics, "guide", RD_KAFKA_PARTITION_UA);
    assert_int_equal(otelmq_kafka_conf_trace(conf, NULL), OTELMQ_OK);
#include "kafka_share.inc"
    rd_kafka_topic_partition_list_destroy(topics);
    assert_int_equal(packed, MESSAGES);
    assert_int_equal(count_spans(fixture, "accept guide"), MESSAGES);
    assert_no_error(find_span(fixture, "commit guide"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(the_block_of_share_consumers_works)};
    return cmocka_run_group_tests(tests, share_fixture_setup, kafka_fixture_teardown);
}
