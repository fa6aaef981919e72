/* SPDX-License-Identifier: Apache-2.0 */
#include "received.h"

static const char *const GROUP[] = {"group.id",           "billing", "client.id", "billing-1",
                                    "enable.auto.commit", "false",   NULL};

static void assert_received(const otelmq_span_data *span, const char *topic)
{
    assert_int_equal(span->kind, OTELMQ_SPAN_CLIENT);
    assert_root(span);
    assert_string_attribute(span, "messaging.system", "kafka");
    assert_string_attribute(span, "messaging.operation.name", "poll");
    assert_string_attribute(span, "messaging.operation.type", "receive");
    assert_string_attribute(span, "messaging.destination.name", topic);
    assert_string_attribute(span, "messaging.consumer.group.name", "billing");
    assert_string_attribute(span, "messaging.client.id", "billing-1");
    assert_no_error(span);
}

static void a_batch_has_one_span_with_a_link_to_each_message(void **state)
{
    const kafka_fixture *fixture = *state;
    sent_messages sent = produce_to_one(fixture, "batched");
    rd_kafka_message_t *messages[MESSAGES];
    rd_kafka_t *consumer = kafka_consumer(fixture, GROUP, NULL);
    kafka_assign(consumer, "batched", 1);
    destroy_all(messages, take_batch(consumer, messages, MESSAGES));
    rd_kafka_destroy(consumer);
    assert_int_equal(otelmq_memory_exporter_count(fixture->memory), 1);
    const otelmq_span_data *span = find_span(fixture, "poll batched");
    assert_received(span, "batched");
    assert_true(span->end_time_unix_nano > span->start_time_unix_nano);
    assert_int_attribute(span, "messaging.batch.message_count", MESSAGES);
    assert_string_attribute(span, "messaging.destination.partition.id", "0");
    assert_no_attribute(span, "messaging.kafka.offset");
    assert_no_attribute(span, "messaging.kafka.message.key");
    assert_int_equal(span->link_count, MESSAGES);
    static const char *const keys[MESSAGES] = {"a", "b", "c"};
    for (size_t i = 0; i < MESSAGES; i++) {
        const otelmq_link_data *link = find_link(span, &sent.contexts[i]);
        assert_link_number(link, "messaging.kafka.offset", (int64_t)i);
        assert_link_text(link, "messaging.kafka.message.key", keys[i]);
        assert_null(find_attribute(link, "messaging.destination.partition.id"));
        assert_null(find_attribute(link, "messaging.destination.name"));
    }
}

static void what_all_messages_have_in_common_stands_on_the_span(void **state)
{
    static const int32_t partitions[MESSAGES] = {0, 1, 1};
    static const char *const keys[MESSAGES] = {"same", "same", "same"};
    const kafka_fixture *fixture = *state;
    kafka_create_topic(fixture, "common", 2);
    sent_messages sent = produce_three(fixture, "common", partitions, keys);
    rd_kafka_message_t *messages[MESSAGES];
    rd_kafka_t *consumer = kafka_consumer(fixture, GROUP, NULL);
    kafka_assign(consumer, "common", 2);
    destroy_all(messages, take_batch(consumer, messages, MESSAGES));
    rd_kafka_destroy(consumer);
    const otelmq_span_data *span = find_span(fixture, "poll common");
    assert_string_attribute(span, "messaging.kafka.message.key", "same");
    assert_no_attribute(span, "messaging.destination.partition.id");
    assert_link_text(find_link(span, &sent.contexts[0]), "messaging.destination.partition.id", "0");
    assert_link_text(find_link(span, &sent.contexts[2]), "messaging.destination.partition.id", "1");
    assert_null(find_attribute(find_link(span, &sent.contexts[0]), "messaging.kafka.message.key"));
}

static void messages_of_several_topics_name_them_on_the_links(void **state)
{
    const kafka_fixture *fixture = *state;
    sent_messages left = produce_to_one(fixture, "left");
    sent_messages right = produce_to_one(fixture, "right");
    rd_kafka_message_t *messages[2 * MESSAGES];
    rd_kafka_t *consumer = kafka_consumer(fixture, GROUP, NULL);
    rd_kafka_topic_partition_list_t *list = rd_kafka_topic_partition_list_new(2);
    rd_kafka_topic_partition_list_add(list, "left", 0)->offset = 0;
    rd_kafka_topic_partition_list_add(list, "right", 0)->offset = 0;
    assert_int_equal(rd_kafka_assign(consumer, list), 0);
    rd_kafka_topic_partition_list_destroy(list);
    destroy_all(messages, take_batch(consumer, messages, 2 * (size_t)MESSAGES));
    rd_kafka_destroy(consumer);
    const otelmq_span_data *span = find_span(fixture, "poll");
    assert_no_attribute(span, "messaging.destination.name");
    assert_no_attribute(span, "messaging.destination.partition.id");
    assert_int_equal(span->link_count, 2 * MESSAGES);
    assert_link_text(find_link(span, &left.contexts[1]), "messaging.destination.name", "left");
    assert_link_text(find_link(span, &right.contexts[1]), "messaging.destination.name", "right");
}

static void a_batch_of_one_is_a_batch_with_all_of_it_on_the_span(void **state)
{
    const kafka_fixture *fixture = *state;
    sent_messages sent = produce_to_one(fixture, "lonely");
    rd_kafka_message_t *message;
    rd_kafka_t *consumer = kafka_consumer(fixture, GROUP, NULL);
    kafka_assign(consumer, "lonely", 1);
    destroy_all(&message, take_batch(consumer, &message, 1));
    rd_kafka_destroy(consumer);
    const otelmq_span_data *span = find_span(fixture, "poll lonely");
    assert_int_attribute(span, "messaging.batch.message_count", 1);
    assert_int_attribute(span, "messaging.kafka.offset", 0);
    assert_string_attribute(span, "messaging.kafka.message.key", "a");
    assert_only_link(span, &sent.contexts[0]);
    assert_int_equal(span->links[0].attribute_count, 0);
}

static void a_batch_without_messages_has_no_span(void **state)
{
    static const char *const properties[] = {"group.id", "idle", "enable.partition.eof", "true",
                                             NULL};
    const kafka_fixture *fixture = *state;
    kafka_create_topic(fixture, "empty", 1);
    rd_kafka_t *consumer = kafka_consumer(fixture, properties, NULL);
    rd_kafka_queue_t *queue = rd_kafka_queue_get_consumer(consumer);
    rd_kafka_message_t *messages[MESSAGES];
    assert_int_equal(otelmq_kafka_consume_batch_queue(consumer, queue, 0, messages, MESSAGES), 0);
    kafka_assign(consumer, "empty", 1);
    rd_kafka_queue_destroy(queue);
    /* The end of the partition is a message that carries an error. */
    assert_int_equal(take_batch(consumer, messages, 1), 1);
    assert_int_equal(messages[0]->err, RD_KAFKA_RESP_ERR__PARTITION_EOF);
    otelmq_scope scope = otelmq_kafka_process_batch_start(consumer, messages, 1);
    assert_null(scope.span);
    otelmq_scope_end(&scope);
    destroy_all(messages, 1);
    rd_kafka_destroy(consumer);
    assert_int_equal(otelmq_memory_exporter_count(fixture->memory), 0);
}

static void messages_processed_together_have_one_process_span(void **state)
{
    const kafka_fixture *fixture = *state;
    sent_messages sent = produce_to_one(fixture, "together");
    rd_kafka_message_t *messages[MESSAGES];
    rd_kafka_t *consumer = kafka_consumer(fixture, GROUP, NULL);
    kafka_assign(consumer, "together", 1);
    size_t count = take_batch(consumer, messages, MESSAGES);
    otelmq_scope scope = otelmq_kafka_process_batch_start(consumer, messages, count);
    otelmq_scope work = otelmq_tracer_start_scope(otelmq_tracer_get("test", NULL), "work", NULL);
    otelmq_scope_end(&work);
    otelmq_scope_end(&scope);
    assert_int_equal(otelmq_kafka_commit(consumer, NULL, 0), 0);
    destroy_all(messages, count);
    rd_kafka_destroy(consumer);
    const otelmq_span_data *span = find_span(fixture, "process together");
    assert_int_equal(span->kind, OTELMQ_SPAN_CONSUMER);
    assert_root(span);
    assert_int_attribute(span, "messaging.batch.message_count", MESSAGES);
    assert_int_equal(span->link_count, MESSAGES);
    assert_link_number(find_link(span, &sent.contexts[2]), "messaging.kafka.offset", 2);
    assert_child_of(find_span(fixture, "work"), &span->span_context);
    const otelmq_span_data *commit = find_span(fixture, "commit together");
    assert_child_of(commit, &span->span_context);
    assert_int_attribute(commit, "messaging.batch.message_count", MESSAGES);
}

/* Sizes and queue time, when the options ask for them, of each message. */
static void a_batch_has_sizes_and_queue_times_on_its_links(void **state)
{
    const kafka_fixture *fixture = *state;
    sent_messages sent = produce_to_one(fixture, "measured");
    otelmq_kafka_options options = {
        .messaging = {.records_sizes = true, .records_queue_time = true}};
    rd_kafka_message_t *messages[MESSAGES];
    rd_kafka_t *consumer = kafka_consumer(fixture, GROUP, &options);
    kafka_assign(consumer, "measured", 1);
    destroy_all(messages, take_batch(consumer, messages, MESSAGES));
    rd_kafka_destroy(consumer);
    const otelmq_link_data *link =
        find_link(find_span(fixture, "poll measured"), &sent.contexts[1]);
    assert_link_number(link, "messaging.message.body.size", 5);
    assert_true(find_attribute(link, "messaging.message.envelope.size")->value.as.integer > 60);
    assert_true(find_attribute(link, "kafka.record.queue_time_ms")->value.as.integer >= 0);
}

static void a_batch_has_the_captured_headers_of_all_its_messages(void **state)
{
    const kafka_fixture *fixture = *state;
    static const char *const globs[] = {"ten*"};
    static const char *const sent[MESSAGES][3] = {
        {"tenant", "acme", NULL}, {"secret", "none", NULL}, {"tenant", "bolt", NULL}};
    otelmq_kafka_options options = {
        .messaging = {.captured_headers = globs, .captured_header_count = 1}};
    rd_kafka_message_t *messages[MESSAGES];
    kafka_create_topic(fixture, "headed", 1);
    for (size_t i = 0; i < MESSAGES; i++) {
        kafka_produce_foreign(fixture, "headed", "text", sent[i]);
    }
    rd_kafka_t *consumer = kafka_consumer(fixture, GROUP, &options);
    kafka_assign(consumer, "headed", 1);
    size_t count = take_batch(consumer, messages, MESSAGES);
    otelmq_scope scope = otelmq_kafka_process_batch_start(consumer, messages, count);
    otelmq_scope_end(&scope);
    destroy_all(messages, count);
    rd_kafka_destroy(consumer);
    otelmq_value tenants =
        otelmq_span_data_attribute(find_span(fixture, "process headed"), "messaging.header.tenant");
    assert_int_equal(tenants.type, OTELMQ_VALUE_STRING_ARRAY);
    assert_int_equal(tenants.count, 2);
    assert_true(otelmq_str_equal(tenants.as.strings[0], OTELMQ_STR("acme")));
    assert_true(otelmq_str_equal(tenants.as.strings[1], OTELMQ_STR("bolt")));
}

static void one_message_has_sizes_and_queue_time_on_its_span(void **state)
{
    const kafka_fixture *fixture = *state;
    produce_to_one(fixture, "weighed");
    otelmq_kafka_options options = {
        .messaging = {.records_sizes = true, .records_queue_time = true}};
    rd_kafka_t *consumer = kafka_consumer(fixture, GROUP, &options);
    kafka_assign(consumer, "weighed", 1);
    rd_kafka_message_destroy(kafka_poll_traced(consumer));
    rd_kafka_destroy(consumer);
    const otelmq_span_data *span = find_span(fixture, "poll weighed");
    assert_int_attribute(span, "messaging.message.body.size", 5);
    assert_true(otelmq_span_data_attribute(span, "messaging.message.envelope.size").as.integer >
                60);
    otelmq_value queued = otelmq_span_data_attribute(span, "kafka.record.queue_time_ms");
    assert_int_equal(queued.type, OTELMQ_VALUE_INT);
    assert_in_range(queued.as.integer, 0, PATIENCE_MS);
}

static void receive_spans_of_batches_can_be_omitted(void **state)
{
    const kafka_fixture *fixture = *state;
    produce_to_one(fixture, "omitted");
    otelmq_kafka_options options = {.messaging.omits_receive_spans = true};
    rd_kafka_message_t *messages[MESSAGES];
    rd_kafka_t *consumer = kafka_consumer(fixture, GROUP, &options);
    kafka_assign(consumer, "omitted", 1);
    destroy_all(messages, take_batch(consumer, messages, MESSAGES));
    rd_kafka_destroy(consumer);
    assert_int_equal(otelmq_memory_exporter_count(fixture->memory), 0);
}

static void a_suppressed_thread_receives_without_spans(void **state)
{
    const kafka_fixture *fixture = *state;
    produce_to_one(fixture, "suppressed");
    rd_kafka_message_t *messages[MESSAGES];
    rd_kafka_t *consumer = kafka_consumer(fixture, GROUP, NULL);
    kafka_assign(consumer, "suppressed", 1);
    otelmq_scope suppressed = otelmq_messaging_suppress();
    size_t count = take_batch(consumer, messages, MESSAGES);
    otelmq_scope scope = otelmq_kafka_process_batch_start(consumer, messages, count);
    otelmq_scope_end(&scope);
    otelmq_scope_end(&suppressed);
    destroy_all(messages, count);
    rd_kafka_destroy(consumer);
    assert_int_equal(otelmq_memory_exporter_count(fixture->memory), 0);
}

#define TEST(name) cmocka_unit_test_setup(name, kafka_fixture_clear)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_batch_has_one_span_with_a_link_to_each_message),
        TEST(what_all_messages_have_in_common_stands_on_the_span),
        TEST(messages_of_several_topics_name_them_on_the_links),
        TEST(a_batch_of_one_is_a_batch_with_all_of_it_on_the_span),
        TEST(a_batch_without_messages_has_no_span),
        TEST(messages_processed_together_have_one_process_span),
        TEST(a_batch_has_sizes_and_queue_times_on_its_links),
        TEST(a_batch_has_the_captured_headers_of_all_its_messages),
        TEST(one_message_has_sizes_and_queue_time_on_its_span),
        TEST(receive_spans_of_batches_can_be_omitted),
        TEST(a_suppressed_thread_receives_without_spans),
    };
    return cmocka_run_group_tests(tests, kafka_fixture_setup, kafka_fixture_teardown);
}
