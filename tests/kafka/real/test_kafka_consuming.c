/* SPDX-License-Identifier: Apache-2.0 */
/* Each way to receive, commit and send on, on any Kafka. */
#include "kafka/real/cluster.h"
#include "kafka/span_asserts.h"

enum { MESSAGES = 3, PATIENCE_MS = 60000 };

typedef struct {
    char topic[CLUSTER_NAME_SIZE];
    char group[CLUSTER_NAME_SIZE];
    otelmq_span_context sent[MESSAGES];
} sent_topic;

static const char *span_name(const char *operation, const char *topic)
{
    static char name[CLUSTER_SPAN_NAME_SIZE];
    cluster_span_name(operation, topic, name);
    return name;
}

/* A new topic with messages in partition 0; forgets the spans. */
static sent_topic produce(const kafka_fixture *fixture)
{
    sent_topic to;
    char value[] = "value";
    cluster_name("consuming", to.topic);
    cluster_name("group", to.group);
    rd_kafka_t *producer = cluster_producer(fixture, NULL);
    for (size_t i = 0; i < MESSAGES; i++) {
        otelmq_memory_exporter_clear(fixture->memory);
        assert_int_equal(
            rd_kafka_producev(producer, RD_KAFKA_V_TOPIC(to.topic), RD_KAFKA_V_PARTITION(0),
                              RD_KAFKA_V_KEY("key", 3), RD_KAFKA_V_VALUE(value, 5),
                              RD_KAFKA_V_MSGFLAGS(RD_KAFKA_MSG_F_COPY), RD_KAFKA_V_END),
            0);
        kafka_flush(producer);
        to.sent[i] = find_span(fixture, span_name("send", to.topic))->span_context;
        to.sent[i].tracestate = NULL;
    }
    rd_kafka_destroy(producer);
    otelmq_memory_exporter_clear(fixture->memory);
    return to;
}

/* A consumer that is assigned partition 0 by hand. */
static rd_kafka_t *consumer_of(const kafka_fixture *fixture, const sent_topic *of)
{
    const char *const properties[] = {"group.id", of->group, "enable.auto.commit", "false", NULL};
    rd_kafka_t *consumer = cluster_consumer(fixture, properties);
    kafka_assign(consumer, of->topic, 1);
    return consumer;
}

static void destroy_all(rd_kafka_message_t *messages[], size_t count)
{
    for (size_t i = 0; i < count; i++) {
        rd_kafka_message_destroy(messages[i]);
    }
}

static void a_batch_of_the_consumers_queue_links_to_all_messages(void **state)
{
    const kafka_fixture *fixture = *state;
    sent_topic of = produce(fixture);
    rd_kafka_t *consumer = consumer_of(fixture, &of);
    rd_kafka_queue_t *queue = rd_kafka_queue_get_consumer(consumer);
    rd_kafka_message_t *messages[MESSAGES];
    size_t count = 0;
    for (int i = 0; i < 60 && count < MESSAGES; i++) {
        ssize_t more = otelmq_kafka_consume_batch_queue(consumer, queue, 1000, messages + count,
                                                        MESSAGES - count);
        assert_true(more >= 0);
        count += (size_t)more;
    }
    assert_int_equal(count, MESSAGES);
    otelmq_scope scope = otelmq_kafka_process_batch_start(consumer, messages, count);
    otelmq_scope_end(&scope);
    assert_int_equal(otelmq_kafka_commit(consumer, NULL, 0), 0);
    destroy_all(messages, count);
    rd_kafka_queue_destroy(queue);
    rd_kafka_destroy(consumer);
    const otelmq_span_data *process = find_span(fixture, span_name("process", of.topic));
    const otelmq_span_data *commit = find_span(fixture, span_name("commit", of.topic));
    assert_child_of(commit, &process->span_context);
    assert_int_attribute(commit, "messaging.batch.message_count", MESSAGES);
    for (size_t i = 0; i < MESSAGES; i++) {
        (void)find_link(process, &of.sent[i]);
    }
    assert_true(count_spans(fixture, span_name("poll", of.topic)) >= 1);
}

static void the_simple_consumer_continues_each_trace(void **state)
{
    const kafka_fixture *fixture = *state;
    sent_topic of = produce(fixture);
    rd_kafka_t *consumer = cluster_simple_consumer(fixture);
    rd_kafka_topic_t *topic = rd_kafka_topic_new(consumer, of.topic, NULL);
    assert_int_equal(rd_kafka_consume_start(topic, 0, RD_KAFKA_OFFSET_BEGINNING), 0);
    for (size_t i = 0; i < MESSAGES; i++) {
        otelmq_memory_exporter_clear(fixture->memory);
        rd_kafka_message_t *message = otelmq_kafka_consume(consumer, topic, 0, PATIENCE_MS);
        assert_non_null(message);
        otelmq_scope scope = otelmq_kafka_process_start(consumer, message);
        otelmq_scope_end(&scope);
        rd_kafka_message_destroy(message);
        assert_only_link(find_span(fixture, span_name("poll", of.topic)), &of.sent[i]);
        assert_child_of(find_span(fixture, span_name("process", of.topic)), &of.sent[i]);
    }
    assert_int_equal(rd_kafka_consume_stop(topic, 0), 0);
    rd_kafka_topic_destroy(topic);
    rd_kafka_destroy(consumer);
}

static void an_asynchronous_commit_ends_process_spans_and_its_own(void **state)
{
    static const otelmq_process_options later = {.ends = OTELMQ_PROCESS_ENDS_WITH_SETTLEMENT};
    const kafka_fixture *fixture = *state;
    sent_topic of = produce(fixture);
    rd_kafka_t *consumer = consumer_of(fixture, &of);
    rd_kafka_message_t *message = NULL;
    for (size_t i = 0; i < MESSAGES; i++) {
        if (message != NULL) {
            rd_kafka_message_destroy(message);
        }
        message = kafka_poll_traced(consumer);
        otelmq_scope scope = otelmq_kafka_process_start_with(consumer, message, &later);
        otelmq_scope_end(&scope);
    }
    assert_int_equal(count_spans(fixture, span_name("process", of.topic)), 0);
    assert_int_equal(otelmq_kafka_commit_message(consumer, message, 1), 0);
    rd_kafka_message_destroy(message);
    const otelmq_span_data *commit = wait_for_span(fixture, span_name("commit", of.topic));
    assert_no_error(commit);
    assert_int_equal(count_spans(fixture, span_name("process", of.topic)), MESSAGES);
    rd_kafka_destroy(consumer);
}

static otelmq_kafka_answer bury(void *count, rd_kafka_t *consumer,
                                const rd_kafka_message_t *message)
{
    (void)message;
    if (++*(int *)count == MESSAGES) {
        otelmq_kafka_stop(consumer);
    }
    return OTELMQ_KAFKA_DEAD_LETTER;
}

/* Where all of them are, because they have one key. */
static int partition_of(const otelmq_span_data *send)
{
    otelmq_value id = otelmq_span_data_attribute(send, "messaging.destination.partition.id");
    int number = 0;
    assert_int_equal(id.type, OTELMQ_VALUE_STRING);
    for (size_t i = 0; i < id.as.string.len; i++) {
        number = number * 10 + (id.as.string.data[i] - '0');
    }
    return number;
}

/* A group on the mock cluster may wait for a member that has gone until its session times out. */
static rd_kafka_t *reader_of(const kafka_fixture *fixture, const sent_topic *of, const char *dead)
{
    const char *const properties[] = {"group.id", of->group, "enable.auto.commit", "false", NULL};
    int partition = partition_of(find_span(fixture, span_name("send", dead)));
    rd_kafka_t *reader = cluster_consumer(fixture, properties);
    kafka_assign(reader, dead, partition + 1);
    return reader;
}

static void dead_letters_stay_in_their_traces(void **state)
{
    const kafka_fixture *fixture = *state;
    char dead[CLUSTER_NAME_SIZE];
    int count = 0;
    sent_topic of = produce(fixture);
    cluster_name("dead", dead);
    rd_kafka_t *producer = cluster_producer(fixture, NULL);
    rd_kafka_t *consumer = consumer_of(fixture, &of);
    otelmq_kafka_run_options options = {.producer = producer, .dead_letter_topic = dead};
    assert_int_equal(otelmq_kafka_run(consumer, bury, &count, &options), 0);
    rd_kafka_destroy(consumer);
    rd_kafka_destroy(producer);
    assert_int_equal(count_spans(fixture, span_name("send", dead)), MESSAGES);
    rd_kafka_t *reader = reader_of(fixture, &of, dead);
    for (size_t i = 0; i < MESSAGES; i++) {
        char text[32];
        otelmq_memory_exporter_clear(fixture->memory);
        rd_kafka_message_t *message = kafka_poll_traced(reader);
        kafka_header(message, "otelmq-error", text, sizeof(text));
        assert_string_equal(text, "rejected");
        assert_memory_equal(message->key, "key", 3);
        assert_memory_equal(message->payload, "value", 5);
        rd_kafka_message_destroy(message);
        assert_only_link(find_span(fixture, span_name("poll", dead)), &of.sent[i]);
    }
    rd_kafka_destroy(reader);
}

#define TEST(name) cmocka_unit_test_setup(name, kafka_fixture_clear)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_batch_of_the_consumers_queue_links_to_all_messages),
        TEST(the_simple_consumer_continues_each_trace),
        TEST(an_asynchronous_commit_ends_process_spans_and_its_own),
        TEST(dead_letters_stay_in_their_traces),
    };
    return cmocka_run_group_tests(tests, kafka_fixture_setup, kafka_fixture_teardown);
}
