/* SPDX-License-Identifier: Apache-2.0 */
/* The options of every traced client, as Kafka's clients take them. */
#include "kafka_fixture.h"
#include "span_asserts.h"

#include <stdlib.h>
#include <string.h>

static const char OPT_IN[] = "OTEL_SEMCONV_STABILITY_OPT_IN";

/* What the hooks of a producer were told. */
typedef struct {
    size_t sent;
    size_t confirmed;
    bool had_message;
    char confirmed_topic[32];
    char operation[16];
    char destination[32];
    char error_type[64];
    rd_kafka_t *producer; /* not NULL: the confirm of a message produces another that fails */
} told;

static void on_send(void *user, const otelmq_messaging_event *event)
{
    told *hooks = user;
    hooks->sent++;
    hooks->had_message = event->message != NULL;
}

static void produce_from_hook(told *hooks)
{
    rd_kafka_t *producer = hooks->producer;
    hooks->producer = NULL;
    rd_kafka_headers_t *headers = rd_kafka_headers_new(1);
    rd_kafka_resp_err_t err =
        rd_kafka_producev(producer, RD_KAFKA_V_TOPIC("confirmed"), RD_KAFKA_V_PARTITION(7),
                          RD_KAFKA_V_HEADERS(headers), RD_KAFKA_V_END);
    assert_int_equal(err, RD_KAFKA_RESP_ERR__UNKNOWN_PARTITION);
    rd_kafka_headers_destroy(headers);
}

static void on_confirm(void *user, const otelmq_messaging_event *event)
{
    told *hooks = user;
    const rd_kafka_message_t *message = event->message;
    hooks->confirmed++;
    snprintf(hooks->confirmed_topic, sizeof(hooks->confirmed_topic), "%s",
             message != NULL ? rd_kafka_topic_name(message->rkt) : "");
    snprintf(hooks->operation, sizeof(hooks->operation), "%s", event->operation);
    snprintf(hooks->destination, sizeof(hooks->destination), "%.*s", (int)event->destination.len,
             event->destination.data);
    snprintf(hooks->error_type, sizeof(hooks->error_type), "%s",
             event->error_type != NULL ? event->error_type : "");
    if (hooks->producer != NULL) {
        produce_from_hook(hooks);
    }
}

static otelmq_kafka_options hooked(told *hooks)
{
    return (otelmq_kafka_options){
        .messaging.hooks = {.user = hooks, .on_send = on_send, .on_confirm = on_confirm}};
}

static void produce_to(rd_kafka_t *producer, const char *topic)
{
    assert_int_equal(rd_kafka_producev(producer, RD_KAFKA_V_TOPIC(topic), RD_KAFKA_V_PARTITION(0),
                                       RD_KAFKA_V_HEADER("tenant", "acme", 4), RD_KAFKA_V_END),
                     0);
    kafka_flush(producer);
}

static void hooks_are_told_of_a_message_and_of_its_delivery(void **state)
{
    const kafka_fixture *fixture = *state;
    kafka_create_topic(fixture, "hooked", 1);
    told hooks = {0};
    otelmq_kafka_options options = hooked(&hooks);
    rd_kafka_t *producer = kafka_producer(fixture, NULL, &options);
    produce_to(producer, "hooked");
    rd_kafka_destroy(producer);
    assert_int_equal(hooks.sent, 1);
    assert_true(hooks.had_message);
    assert_int_equal(hooks.confirmed, 1);
    assert_string_equal(hooks.confirmed_topic, "hooked");
    assert_string_equal(hooks.operation, "send");
    assert_string_equal(hooks.destination, "hooked");
    assert_string_equal(hooks.error_type, "");
}

static void a_hook_may_produce_a_message_that_fails(void **state)
{
    const kafka_fixture *fixture = *state;
    kafka_create_topic(fixture, "confirmed", 1);
    told hooks = {0};
    otelmq_kafka_options options = hooked(&hooks);
    rd_kafka_t *producer = kafka_producer(fixture, NULL, &options);
    produce_to(producer, "confirmed");
    hooks.producer = producer;
    produce_to(producer, "confirmed");
    rd_kafka_destroy(producer);
    assert_int_equal(hooks.confirmed, 3);
}

static void a_disabled_producer_adds_no_header_and_no_span(void **state)
{
    const kafka_fixture *fixture = *state;
    kafka_create_topic(fixture, "disabled", 1);
    otelmq_kafka_options options = {.messaging.is_disabled = true};
    rd_kafka_t *producer = kafka_producer(fixture, NULL, &options);
    produce_to(producer, "disabled");
    rd_kafka_destroy(producer);
    assert_int_equal(otelmq_memory_exporter_count(fixture->memory), 0);
    rd_kafka_message_t *message = kafka_read_first(fixture, "disabled");
    assert_int_equal(kafka_header_count(message, NULL), 1);
    rd_kafka_message_destroy(message);
}

static void a_suppressed_thread_produces_without_tracing(void **state)
{
    const kafka_fixture *fixture = *state;
    kafka_create_topic(fixture, "suppressed", 1);
    rd_kafka_t *producer = kafka_producer(fixture, NULL, NULL);
    otelmq_scope scope = otelmq_messaging_suppress();
    produce_to(producer, "suppressed");
    otelmq_scope_end(&scope);
    rd_kafka_destroy(producer);
    assert_int_equal(otelmq_memory_exporter_count(fixture->memory), 0);
}

static rd_kafka_t *capturing_producer(const kafka_fixture *fixture, const char *glob)
{
    char *list_of_caller[] = {strdup(glob)};
    otelmq_kafka_options options = {
        .messaging = {.captured_headers = (const char *const *)list_of_caller,
                      .captured_header_count = 1}};
    rd_kafka_conf_t *conf = kafka_conf(fixture, NULL);
    assert_int_equal(otelmq_kafka_conf_trace(conf, &options), OTELMQ_OK);
    memset(list_of_caller[0], '-', strlen(glob));
    free(list_of_caller[0]);
    return kafka_client_new(RD_KAFKA_PRODUCER, conf);
}

static bool has_tenant(const otelmq_span_data *span)
{
    otelmq_value value = otelmq_span_data_attribute(span, "messaging.header.tenant");
    return value.type == OTELMQ_VALUE_STRING_ARRAY && value.count == 1;
}

static void each_conf_has_its_own_list_of_headers_to_capture(void **state)
{
    const kafka_fixture *fixture = *state;
    kafka_create_topic(fixture, "captured", 1);
    kafka_create_topic(fixture, "not-captured", 1);
    rd_kafka_t *capturing = capturing_producer(fixture, "ten*");
    rd_kafka_t *other = capturing_producer(fixture, "other");
    produce_to(capturing, "captured");
    produce_to(other, "not-captured");
    rd_kafka_destroy(capturing);
    rd_kafka_destroy(other);
    assert_true(has_tenant(find_span(fixture, "send captured")));
    assert_false(has_tenant(find_span(fixture, "send not-captured")));
}

static void produce_sized(rd_kafka_t *producer, const char *topic)
{
    char value[] = "value";
    assert_int_equal(rd_kafka_producev(producer, RD_KAFKA_V_TOPIC(topic), RD_KAFKA_V_PARTITION(0),
                                       RD_KAFKA_V_KEY("key", 3), RD_KAFKA_V_VALUE(value, 5),
                                       RD_KAFKA_V_HEADER("own", "1", 1),
                                       RD_KAFKA_V_MSGFLAGS(RD_KAFKA_MSG_F_COPY), RD_KAFKA_V_END),
                     0);
}

static void assert_sizes(const otelmq_span_data *span)
{
    enum { RECORD_OVERHEAD = 36, OWN_HEADER = 1 + 3 + 1 + 1 };
    assert_int_attribute(span, "messaging.message.body.size", 5);
    assert_int_attribute(span, "messaging.message.envelope.size",
                         RECORD_OVERHEAD + 3 + 5 + OWN_HEADER);
}

static void sizes_are_those_of_the_application_s_message(void **state)
{
    static const otelmq_kafka_options options = {.messaging.records_sizes = true};
    static const otelmq_kafka_options at_return = {
        .messaging = {.records_sizes = true, .ends_send_at_return = true}};
    const kafka_fixture *fixture = *state;
    kafka_create_topic(fixture, "sized", 1);
    rd_kafka_t *producers[] = {kafka_producer(fixture, NULL, &options),
                               kafka_producer(fixture, NULL, &at_return)};
    for (size_t i = 0; i < 2; i++) {
        produce_sized(producers[i], "sized");
        kafka_flush(producers[i]);
        assert_sizes(find_span(fixture, "send sized"));
        rd_kafka_destroy(producers[i]);
        otelmq_memory_exporter_clear(fixture->memory);
    }
}

static void a_message_that_is_gone_has_its_sizes_still(void **state)
{
    static const otelmq_kafka_options options = {.messaging.records_sizes = true};
    static const char *const waiting[] = {"linger.ms", "100000", NULL};
    const kafka_fixture *fixture = *state;
    rd_kafka_t *producer = kafka_producer(fixture, waiting, &options);
    produce_sized(producer, "sized-gone");
    rd_kafka_destroy(producer);
    assert_error(find_span(fixture, "send sized-gone"), "_DESTROY");
    assert_sizes(find_span(fixture, "send sized-gone"));
}

static void old_names_are_added_when_asked_for(void **state)
{
    const kafka_fixture *fixture = *state;
    kafka_create_topic(fixture, "old", 1);
    setenv(OPT_IN, "messaging/dup", 1);
    const char *const properties[] = {"group.id", "readers", NULL};
    rd_kafka_t *producer = kafka_producer(fixture, NULL, NULL);
    rd_kafka_t *consumer = kafka_consumer(fixture, properties, NULL);
    unsetenv(OPT_IN);
    produce_to(producer, "old");
    rd_kafka_destroy(producer);
    kafka_assign(consumer, "old", 1);
    rd_kafka_message_destroy(kafka_poll_traced(consumer));
    rd_kafka_destroy(consumer);

    const otelmq_span_data *send = find_span(fixture, "send old");
    assert_string_attribute(send, "messaging.operation", "publish");
    assert_string_attribute(send, "messaging.destination.partition.id", "0");
    assert_int_attribute(send, "messaging.kafka.destination.partition", 0);
    assert_int_attribute(send, "messaging.kafka.message.offset", 0);
    const otelmq_span_data *poll = find_span(fixture, "poll old");
    assert_string_attribute(poll, "messaging.operation", "receive");
    assert_string_attribute(poll, "messaging.kafka.consumer.group", "readers");
    assert_int_attribute(poll, "messaging.kafka.destination.partition", 0);
    assert_int_attribute(poll, "messaging.kafka.message.offset", 0);
}

static otelmq_str template_of(void *user, otelmq_str topic)
{
    (void)user;
    bool is_of_tenant = topic.len > 7 && memcmp(topic.data, "tenant-", 7) == 0;
    return otelmq_str_from(is_of_tenant ? "tenant-{id}" : NULL);
}

static void a_template_names_spans_of_topics_that_are_many(void **state)
{
    static const otelmq_kafka_options options = {.messaging.destination_template = template_of};
    const kafka_fixture *fixture = *state;
    static const char *const group[] = {"group.id", "templates", NULL};
    kafka_create_topic(fixture, "tenant-42", 1);
    rd_kafka_t *producer = kafka_producer(fixture, NULL, &options);
    for (int i = 0; i < 2; i++) {
        assert_int_equal(rd_kafka_producev(producer, RD_KAFKA_V_TOPIC("tenant-42"), RD_KAFKA_V_END),
                         0);
    }
    kafka_flush(producer);
    rd_kafka_destroy(producer);
    rd_kafka_t *consumer = kafka_consumer(fixture, group, &options);
    kafka_assign(consumer, "tenant-42", 1);
    rd_kafka_message_destroy(kafka_poll_traced(consumer));
    rd_kafka_destroy(consumer);
    assert_int_equal(count_spans(fixture, "send tenant-{id}"), 2);
    const otelmq_span_data *poll = find_span(fixture, "poll tenant-{id}");
    assert_string_attribute(poll, "messaging.destination.template", "tenant-{id}");
    assert_string_attribute(poll, "messaging.destination.name", "tenant-42");
}

int main(void)
{
#define T(test) cmocka_unit_test_setup(test, kafka_fixture_clear)
    const struct CMUnitTest tests[] = {
        T(hooks_are_told_of_a_message_and_of_its_delivery),
        T(a_hook_may_produce_a_message_that_fails),
        T(a_disabled_producer_adds_no_header_and_no_span),
        T(a_suppressed_thread_produces_without_tracing),
        T(each_conf_has_its_own_list_of_headers_to_capture),
        T(sizes_are_those_of_the_application_s_message),
        T(a_message_that_is_gone_has_its_sizes_still),
        T(old_names_are_added_when_asked_for),
        T(a_template_names_spans_of_topics_that_are_many),
    };
#undef T
    return cmocka_run_group_tests(tests, kafka_fixture_setup, kafka_fixture_teardown);
}
