/* SPDX-License-Identifier: Apache-2.0 */
#include "share_fixture.h"

#include "base/clock.h"

enum { API_SHARE_GROUP_HEARTBEAT = 76, API_SHARE_FETCH = 78, API_SHARE_ACKNOWLEDGE = 79 };

int share_fixture_setup(void **state)
{
    static const int16_t apis[] = {API_SHARE_GROUP_HEARTBEAT, API_SHARE_FETCH,
                                   API_SHARE_ACKNOWLEDGE};
    if (kafka_fixture_setup(state) != 0) {
        return -1;
    }
    const kafka_fixture *fixture = *state;
    for (size_t i = 0; i < sizeof(apis) / sizeof(apis[0]); i++) {
        assert_int_equal(rd_kafka_mock_set_apiversion(fixture->cluster, apis[i], 1, 1), 0);
    }
    rd_kafka_mock_sharegroup_set_auto_offset_reset(fixture->cluster, 1);
    rd_kafka_mock_sharegroup_set_heartbeat_interval(fixture->cluster, 100);
    return 0;
}

rd_kafka_conf_t *share_conf(const kafka_fixture *fixture, const char *mode)
{
    const char *const properties[] = {
        "group.id", "billing", "client.id", "billing-1", "share.acknowledgement.mode", mode, NULL};
    return kafka_conf(fixture, properties);
}

void share_subscribe(rd_kafka_share_t *consumer, const char *topic)
{
    rd_kafka_topic_partition_list_t *topics = rd_kafka_topic_partition_list_new(1);
    rd_kafka_topic_partition_list_add(topics, topic, RD_KAFKA_PARTITION_UA);
    assert_int_equal(rd_kafka_share_subscribe(consumer, topics), 0);
    rd_kafka_topic_partition_list_destroy(topics);
}

void share_let_clients_go(const kafka_fixture *fixture)
{
    for (int i = 0; i < 2; i++) {
        const struct rd_kafka_metadata *metadata = NULL;
        assert_int_equal(rd_kafka_metadata(fixture->reader, 1, NULL, &metadata, PATIENCE_MS), 0);
        rd_kafka_metadata_destroy(metadata);
    }
}

rd_kafka_share_t *share_consumer(const kafka_fixture *fixture, const char *topic, const char *mode,
                                 const otelmq_kafka_options *options)
{
    char error[256] = "";
    rd_kafka_conf_t *conf = share_conf(fixture, mode);
    share_let_clients_go(fixture);
    assert_int_equal(otelmq_kafka_conf_trace(conf, options), OTELMQ_OK);
    rd_kafka_share_t *consumer = otelmq_kafka_share_consumer_new(conf, error, sizeof(error));
    if (consumer == NULL) {
        fail_msg("%s", error);
    }
    share_subscribe(consumer, topic);
    return consumer;
}

void assert_well(rd_kafka_error_t *error)
{
    if (error != NULL) {
        fail_msg("%s", rd_kafka_error_string(error));
    }
}

rd_kafka_messages_t *share_take(rd_kafka_share_t *consumer, size_t count)
{
    otelmq_deadline deadline = otelmq_deadline_after(PATIENCE_MS);
    rd_kafka_messages_t *messages = NULL;
    while (messages == NULL && otelmq_deadline_left_ms(deadline) > 0) {
        assert_well(otelmq_kafka_share_poll(consumer, 100, &messages));
    }
    assert_int_equal(rd_kafka_messages_count(messages), count);
    return messages;
}

void share_take_none(rd_kafka_share_t *consumer)
{
    rd_kafka_messages_t *messages = NULL;
    assert_well(otelmq_kafka_share_poll(consumer, 300, &messages));
    assert_null(messages);
}

void share_process(rd_kafka_share_t *consumer, const rd_kafka_message_t *message)
{
    otelmq_scope scope = otelmq_kafka_share_process_start(consumer, message);
    otelmq_scope_end(&scope);
}

void assert_of_group(const otelmq_span_data *span, const char *operation, const char *topic)
{
    assert_string_attribute(span, "messaging.system", "kafka");
    assert_string_attribute(span, "messaging.operation.name", operation);
    assert_string_attribute(span, "messaging.destination.name", topic);
    assert_string_attribute(span, "messaging.consumer.group.name", "billing");
    assert_string_attribute(span, "messaging.client.id", "billing-1");
    assert_string_attribute(span, "server.address", "127.0.0.1");
}
