/* SPDX-License-Identifier: Apache-2.0 */
#include "kafka_fixture.h"
#include "span_asserts.h"

#include <spawn.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#define TRACE_ID "4bf92f3577b34da6a3ce929d0e0e4736"
#define SPAN_ID "00f067aa0ba902b7"

static const char FOREIGN_TRACEPARENT[] = "00-" TRACE_ID "-" SPAN_ID "-01";

static const char *const GROUP[] = {"group.id",           "billing", "client.id", "billing-1",
                                    "enable.auto.commit", "false",   NULL};

static otelmq_span_context foreign_context(void)
{
    otelmq_span_context context = {0};
    assert_int_equal(otelmq_trace_id_parse(OTELMQ_STR(TRACE_ID), &context.trace_id), OTELMQ_OK);
    assert_int_equal(otelmq_span_id_parse(OTELMQ_STR(SPAN_ID), &context.span_id), OTELMQ_OK);
    return context;
}

static rd_kafka_t *consumer_of(const kafka_fixture *fixture, const char *topic)
{
    rd_kafka_t *consumer = kafka_consumer(fixture, GROUP, NULL);
    kafka_assign(consumer, topic, 1);
    return consumer;
}

/* Produces with tracing, and forgets the span, whose context is returned. */
static otelmq_span_context produce_traced(const kafka_fixture *fixture, const char *topic)
{
    char name[64];
    char value[] = "value";
    kafka_create_topic(fixture, topic, 1);
    rd_kafka_t *producer = kafka_producer(fixture, NULL, NULL);
    assert_int_equal(rd_kafka_producev(producer, RD_KAFKA_V_TOPIC(topic), RD_KAFKA_V_KEY("key", 3),
                                       RD_KAFKA_V_VALUE(value, 5),
                                       RD_KAFKA_V_MSGFLAGS(RD_KAFKA_MSG_F_COPY), RD_KAFKA_V_END),
                     0);
    kafka_flush(producer);
    rd_kafka_destroy(producer);
    (void)snprintf(name, sizeof(name), "send %s", topic);
    otelmq_span_context sent = find_span(fixture, name)->span_context;
    sent.tracestate = NULL;
    otelmq_memory_exporter_clear(fixture->memory);
    return sent;
}

static void assert_received_attributes(const otelmq_span_data *span, const char *operation,
                                       const char *topic)
{
    assert_string_attribute(span, "messaging.system", "kafka");
    assert_string_attribute(span, "messaging.operation.name", operation);
    assert_string_attribute(span, "messaging.destination.name", topic);
    assert_string_attribute(span, "messaging.destination.partition.id", "0");
    assert_int_attribute(span, "messaging.kafka.offset", 0);
    assert_string_attribute(span, "messaging.kafka.message.key", "key");
    assert_string_attribute(span, "messaging.consumer.group.name", "billing");
    assert_string_attribute(span, "messaging.client.id", "billing-1");
    assert_string_attribute(span, "server.address", "127.0.0.1");
    assert_no_attribute(span, "messaging.message.body.size");
    assert_no_error(span);
}

static void a_traced_poll_records_the_receive_from_its_call_to_its_return(void **state)
{
    const kafka_fixture *fixture = *state;
    otelmq_span_context sent = produce_traced(fixture, "polled");
    rd_kafka_t *consumer = consumer_of(fixture, "polled");
    rd_kafka_message_destroy(kafka_poll_traced(consumer));
    rd_kafka_destroy(consumer);
    assert_int_equal(otelmq_memory_exporter_count(fixture->memory), 1);
    const otelmq_span_data *span = find_span(fixture, "poll polled");
    assert_int_equal(span->kind, OTELMQ_SPAN_CLIENT);
    assert_true(span->end_time_unix_nano > span->start_time_unix_nano);
    assert_only_link(span, &sent);
    assert_received_attributes(span, "poll", "polled");
    assert_string_attribute(span, "messaging.operation.type", "receive");
    assert_int_equal(otelmq_span_data_attribute(span, "messaging.kafka.cluster.id").type,
                     OTELMQ_VALUE_STRING);
}

static void a_poll_that_gives_no_message_makes_no_span(void **state)
{
    static const char *const properties[] = {"group.id", "idle", "enable.partition.eof", "true",
                                             NULL};
    const kafka_fixture *fixture = *state;
    rd_kafka_t *consumer = kafka_consumer(fixture, properties, NULL);
    bool has_reached_end = false;
    kafka_create_topic(fixture, "idle", 1);
    assert_null(otelmq_kafka_consumer_poll(consumer, 0));
    kafka_assign(consumer, "idle", 1);
    for (int i = 0; i < 300 && !has_reached_end; i++) {
        rd_kafka_message_t *message = otelmq_kafka_consumer_poll(consumer, 100);
        if (message != NULL) {
            otelmq_scope scope = otelmq_kafka_process_start(consumer, message);
            has_reached_end = message->err == RD_KAFKA_RESP_ERR__PARTITION_EOF;
            assert_null(scope.span);
            otelmq_scope_end(&scope);
            rd_kafka_message_destroy(message);
        }
    }
    rd_kafka_destroy(consumer);
    assert_true(has_reached_end);
    assert_int_equal(otelmq_memory_exporter_count(fixture->memory), 0);
}

static void a_plain_poll_is_recorded_once_too(void **state)
{
    const kafka_fixture *fixture = *state;
    otelmq_span_context sent = produce_traced(fixture, "plain");
    rd_kafka_t *consumer = consumer_of(fixture, "plain");
    rd_kafka_message_destroy(kafka_poll_plain(consumer));
    rd_kafka_destroy(consumer);
    assert_int_equal(otelmq_memory_exporter_count(fixture->memory), 1);
    assert_only_link(find_span(fixture, "poll plain"), &sent);
    assert_received_attributes(find_span(fixture, "poll plain"), "poll", "plain");
}

static void receive_spans_can_be_omitted(void **state)
{
    const kafka_fixture *fixture = *state;
    otelmq_kafka_options options = {.messaging.omits_receive_spans = true};
    (void)produce_traced(fixture, "omitted");
    rd_kafka_t *consumer = kafka_consumer(fixture, GROUP, &options);
    kafka_assign(consumer, "omitted", 1);
    rd_kafka_message_destroy(kafka_poll_traced(consumer));
    kafka_assign(consumer, "omitted", 1);
    rd_kafka_message_destroy(kafka_poll_plain(consumer));
    rd_kafka_destroy(consumer);
    assert_int_equal(otelmq_memory_exporter_count(fixture->memory), 0);
}

static void a_process_span_continues_the_trace_of_the_message(void **state)
{
    const kafka_fixture *fixture = *state;
    otelmq_span_context sent = produce_traced(fixture, "processed");
    rd_kafka_t *consumer = consumer_of(fixture, "processed");
    rd_kafka_message_t *message = kafka_poll_traced(consumer);
    otelmq_scope scope = otelmq_kafka_process_start(consumer, message);
    otelmq_span_end(otelmq_tracer_start_span(otelmq_tracer_get("test", NULL), "work", NULL));
    otelmq_scope_end(&scope);
    rd_kafka_message_destroy(message);
    rd_kafka_destroy(consumer);
    const otelmq_span_data *span = find_span(fixture, "process processed");
    assert_int_equal(span->kind, OTELMQ_SPAN_CONSUMER);
    assert_child_of(span, &sent);
    assert_only_link(span, &sent);
    assert_received_attributes(span, "process", "processed");
    assert_child_of(find_span(fixture, "work"), &span->span_context);
}

static void what_is_produced_while_processing_is_a_child_of_it(void **state)
{
    const kafka_fixture *fixture = *state;
    (void)produce_traced(fixture, "forwarded");
    rd_kafka_t *producer = kafka_producer(fixture, NULL, NULL);
    rd_kafka_t *consumer = consumer_of(fixture, "forwarded");
    rd_kafka_message_t *message = kafka_poll_traced(consumer);
    otelmq_scope scope = otelmq_kafka_process_start(consumer, message);
    assert_int_equal(rd_kafka_producev(producer, RD_KAFKA_V_TOPIC("onwards"), RD_KAFKA_V_END), 0);
    otelmq_scope_end(&scope);
    rd_kafka_message_destroy(message);
    kafka_flush(producer);
    rd_kafka_destroy(producer);
    rd_kafka_destroy(consumer);
    assert_child_of(find_span(fixture, "send onwards"),
                    &find_span(fixture, "process forwarded")->span_context);
}

static void the_baggage_of_the_message_is_current_while_processing(void **state)
{
    static const char *const headers[] = {"baggage", "customer.tier=gold", NULL};
    const kafka_fixture *fixture = *state;
    kafka_create_topic(fixture, "tiers", 1);
    kafka_produce_foreign(fixture, "tiers", "v", headers);
    rd_kafka_t *consumer = consumer_of(fixture, "tiers");
    rd_kafka_message_t *message = kafka_poll_traced(consumer);
    otelmq_scope scope = otelmq_kafka_process_start(consumer, message);
    otelmq_str tier = otelmq_baggage_get(otelmq_context_baggage(NULL), "customer.tier");
    assert_true(otelmq_str_equal(tier, OTELMQ_STR("gold")));
    otelmq_scope_end(&scope);
    assert_null(otelmq_context_baggage(otelmq_context_current()));
    rd_kafka_message_destroy(message);
    rd_kafka_destroy(consumer);
}

/* Receives and processes the first message of a topic. */
static const otelmq_span_data *process_first(const kafka_fixture *fixture, const char *topic)
{
    char name[64];
    rd_kafka_t *consumer = consumer_of(fixture, topic);
    rd_kafka_message_t *message = kafka_poll_traced(consumer);
    otelmq_scope scope = otelmq_kafka_process_start(consumer, message);
    otelmq_scope_end(&scope);
    rd_kafka_message_destroy(message);
    rd_kafka_destroy(consumer);
    (void)snprintf(name, sizeof(name), "process %s", topic);
    return find_span(fixture, name);
}

static void the_trace_of_a_foreign_producer_is_continued(void **state)
{
    static const char *const headers[] = {"traceparent", FOREIGN_TRACEPARENT, NULL};
    const kafka_fixture *fixture = *state;
    otelmq_span_context foreign = foreign_context();
    kafka_create_topic(fixture, "foreign", 1);
    kafka_produce_foreign(fixture, "foreign", "v", headers);
    const otelmq_span_data *span = process_first(fixture, "foreign");
    assert_child_of(span, &foreign);
    assert_only_link(span, &foreign);
}

static void of_two_traceparent_headers_the_first_is_continued(void **state)
{
    static const char *const headers[] = {"traceparent", FOREIGN_TRACEPARENT, "traceparent",
                                          "00-11111111111111111111111111111111-2222222222222222-01",
                                          NULL};
    const kafka_fixture *fixture = *state;
    otelmq_span_context foreign = foreign_context();
    kafka_create_topic(fixture, "two", 1);
    kafka_produce_foreign(fixture, "two", "v", headers);
    const otelmq_span_data *span = process_first(fixture, "two");
    assert_child_of(span, &foreign);
    assert_only_link(span, &foreign);
}

static void a_malformed_context_starts_a_new_trace_and_is_counted(void **state)
{
    static const char *const headers[] = {"traceparent", "00-zz-zz-01", "tracestate", "a=1",
                                          "baggage",     ";;=,",        NULL};
    const kafka_fixture *fixture = *state;
    otelmq_stats before = otelmq_stats_read();
    kafka_create_topic(fixture, "broken", 1);
    kafka_produce_foreign(fixture, "broken", "v", headers);
    const otelmq_span_data *span = process_first(fixture, "broken");
    assert_root(span);
    assert_int_equal(span->link_count, 0);
    assert_no_error(span);
    assert_true(otelmq_stats_read().counts[OTELMQ_STAT_EXTRACT_MALFORMED] >
                before.counts[OTELMQ_STAT_EXTRACT_MALFORMED]);
}

static void a_message_without_headers_starts_a_new_trace(void **state)
{
    const kafka_fixture *fixture = *state;
    kafka_create_topic(fixture, "bare", 1);
    kafka_produce_foreign(fixture, "bare", "v", NULL);
    const otelmq_span_data *span = process_first(fixture, "bare");
    assert_root(span);
    assert_int_equal(span->link_count, 0);
}

static void a_consumer_that_is_not_traced_can_use_the_traced_calls(void **state)
{
    const kafka_fixture *fixture = *state;
    otelmq_span_context sent = produce_traced(fixture, "untraced");
    rd_kafka_t *consumer = kafka_client_new(RD_KAFKA_CONSUMER, kafka_conf(fixture, GROUP));
    kafka_assign(consumer, "untraced", 1);
    rd_kafka_message_t *message = kafka_poll_traced(consumer);
    otelmq_scope scope = otelmq_kafka_process_start(consumer, message);
    otelmq_scope_end(&scope);
    assert_int_equal(otelmq_kafka_commit_message(consumer, message, 0), 0);
    rd_kafka_message_destroy(message);
    rd_kafka_destroy(consumer);
    assert_int_equal(otelmq_memory_exporter_count(fixture->memory), 3);
    assert_only_link(find_span(fixture, "poll untraced"), &sent);
    assert_child_of(find_span(fixture, "process untraced"), &sent);
    assert_no_attribute(find_span(fixture, "poll untraced"), "messaging.client.id");
    assert_no_error(find_span(fixture, "commit untraced"));
}

/* Runs kcat -P with text on its standard input. */
static void run_kcat(char *const arguments[], const char *text)
{
    int input[2];
    int status = -1;
    pid_t kcat = 0;
    posix_spawn_file_actions_t actions;
    assert_int_equal(pipe(input), 0);
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, input[0], 0);
    posix_spawn_file_actions_addclose(&actions, input[1]);
    assert_int_equal(posix_spawnp(&kcat, "kcat", &actions, NULL, arguments, environ), 0);
    posix_spawn_file_actions_destroy(&actions);
    close(input[0]);
    assert_int_equal(write(input[1], text, strlen(text)), (ssize_t)strlen(text));
    close(input[1]);
    assert_int_equal(waitpid(kcat, &status, 0), kcat);
    assert_int_equal(status, 0);
}

static void a_message_of_kcat_is_continued(void **state)
{
    const kafka_fixture *fixture = *state;
    otelmq_span_context foreign = foreign_context();
    char bootstraps[128];
    char header[96];
    (void)snprintf(bootstraps, sizeof(bootstraps), "%s",
                   rd_kafka_mock_cluster_bootstraps(fixture->cluster));
    (void)snprintf(header, sizeof(header), "traceparent=%s", FOREIGN_TRACEPARENT);
    char program[] = "kcat";
    char produce[] = "-P";
    char broker_flag[] = "-b";
    char topic_flag[] = "-t";
    char topic[] = "kcat";
    char header_flag[] = "-H";
    char *const arguments[] = {program, produce,     broker_flag, bootstraps, topic_flag,
                               topic,   header_flag, header,      NULL};
    kafka_create_topic(fixture, topic, 1);
    run_kcat(arguments, "order 17\n");
    const otelmq_span_data *span = process_first(fixture, topic);
    assert_child_of(span, &foreign);
    assert_only_link(span, &foreign);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(a_traced_poll_records_the_receive_from_its_call_to_its_return,
                               kafka_fixture_clear),
        cmocka_unit_test_setup(a_poll_that_gives_no_message_makes_no_span, kafka_fixture_clear),
        cmocka_unit_test_setup(a_plain_poll_is_recorded_once_too, kafka_fixture_clear),
        cmocka_unit_test_setup(receive_spans_can_be_omitted, kafka_fixture_clear),
        cmocka_unit_test_setup(a_process_span_continues_the_trace_of_the_message,
                               kafka_fixture_clear),
        cmocka_unit_test_setup(what_is_produced_while_processing_is_a_child_of_it,
                               kafka_fixture_clear),
        cmocka_unit_test_setup(the_baggage_of_the_message_is_current_while_processing,
                               kafka_fixture_clear),
        cmocka_unit_test_setup(the_trace_of_a_foreign_producer_is_continued, kafka_fixture_clear),
        cmocka_unit_test_setup(of_two_traceparent_headers_the_first_is_continued,
                               kafka_fixture_clear),
        cmocka_unit_test_setup(a_malformed_context_starts_a_new_trace_and_is_counted,
                               kafka_fixture_clear),
        cmocka_unit_test_setup(a_message_without_headers_starts_a_new_trace, kafka_fixture_clear),
        cmocka_unit_test_setup(a_consumer_that_is_not_traced_can_use_the_traced_calls,
                               kafka_fixture_clear),
        cmocka_unit_test_setup(a_message_of_kcat_is_continued, kafka_fixture_clear),
    };
    return cmocka_run_group_tests(tests, kafka_fixture_setup, kafka_fixture_teardown);
}
