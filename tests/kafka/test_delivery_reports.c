/* SPDX-License-Identifier: Apache-2.0 */
/*
 * However the application has itself told of deliveries, the spans end; and in whichever mode the
 * producer is.
 */
#include "kafka_fixture.h"
#include "span_asserts.h"

#include <time.h>

enum { COUNT = 50, API_PRODUCE = 0, PATIENCE_MS = 60000, NAP_MS = 5 };

static void produce(rd_kafka_t *producer, const char *topic)
{
    for (int i = 0; i < COUNT; i++) {
        assert_int_equal(rd_kafka_producev(producer, RD_KAFKA_V_TOPIC(topic),
                                           RD_KAFKA_V_PARTITION(0), RD_KAFKA_V_END),
                         0);
    }
}

static void assert_all_delivered(const kafka_fixture *fixture)
{
    assert_int_equal(otelmq_memory_exporter_count(fixture->memory), COUNT);
    for (size_t i = 0; i < COUNT; i++) {
        const otelmq_span_data *span = otelmq_memory_exporter_span_at(fixture->memory, i);
        assert_no_error(span);
        assert_int_attribute(span, "messaging.kafka.offset", (int64_t)i);
    }
}

static void count_delivery(rd_kafka_t *producer, const rd_kafka_message_t *message, void *count)
{
    (void)producer;
    assert_int_equal(message->err, RD_KAFKA_RESP_ERR_NO_ERROR);
    ++*(int *)count;
}

static void by_callback(void **state)
{
    const kafka_fixture *fixture = *state;
    int count = 0;
    kafka_create_topic(fixture, "callback", 1);
    rd_kafka_conf_t *conf = kafka_conf(fixture, NULL);
    rd_kafka_conf_set_opaque(conf, &count);
    rd_kafka_conf_set_dr_msg_cb(conf, count_delivery);
    assert_int_equal(otelmq_kafka_conf_trace(conf, NULL), OTELMQ_OK);
    rd_kafka_t *producer = kafka_client_new(RD_KAFKA_PRODUCER, conf);
    produce(producer, "callback");
    kafka_flush(producer);
    rd_kafka_destroy(producer);
    assert_int_equal(count, COUNT);
    assert_all_delivered(fixture);
}

static size_t take_reports(rd_kafka_queue_t *queue)
{
    size_t count = 0;
    for (int i = 0; count < COUNT && i < 300; i++) {
        rd_kafka_event_t *event = rd_kafka_queue_poll(queue, 100);
        if (rd_kafka_event_type(event) == RD_KAFKA_EVENT_DR) {
            count += rd_kafka_event_message_count(event);
        }
        rd_kafka_event_destroy(event);
    }
    return count;
}

static void by_event(void **state)
{
    const kafka_fixture *fixture = *state;
    kafka_create_topic(fixture, "event", 1);
    rd_kafka_conf_t *conf = kafka_conf(fixture, NULL);
    rd_kafka_conf_set_events(conf, RD_KAFKA_EVENT_DR);
    assert_int_equal(otelmq_kafka_conf_trace(conf, NULL), OTELMQ_OK);
    rd_kafka_t *producer = kafka_client_new(RD_KAFKA_PRODUCER, conf);
    rd_kafka_queue_t *queue = rd_kafka_queue_get_main(producer);
    produce(producer, "event");
    assert_int_equal(take_reports(queue), COUNT);
    rd_kafka_queue_destroy(queue);
    rd_kafka_destroy(producer);
    assert_all_delivered(fixture);
}

/* While the producer is there: its destruction ends what is left, as an error. */
static void wait_for_all_spans(const kafka_fixture *fixture)
{
    static const struct timespec nap = {.tv_nsec = NAP_MS * 1000000L};
    for (int waited_ms = 0;
         waited_ms < PATIENCE_MS && otelmq_memory_exporter_count(fixture->memory) < COUNT;
         waited_ms += NAP_MS) {
        nanosleep(&nap, NULL);
    }
}

/* The spans do not wait for the application to look into its queue. */
static void without_anybody_who_looks(void **state)
{
    const kafka_fixture *fixture = *state;
    kafka_create_topic(fixture, "unseen", 1);
    rd_kafka_conf_t *conf = kafka_conf(fixture, NULL);
    rd_kafka_conf_set_events(conf, RD_KAFKA_EVENT_DR);
    assert_int_equal(otelmq_kafka_conf_trace(conf, NULL), OTELMQ_OK);
    rd_kafka_t *producer = kafka_client_new(RD_KAFKA_PRODUCER, conf);
    produce(producer, "unseen");
    wait_for_all_spans(fixture);
    rd_kafka_destroy(producer);
    assert_all_delivered(fixture);
}

static void only_of_errors(void **state)
{
    static const char *const properties[] = {"delivery.report.only.error", "true", NULL};
    const kafka_fixture *fixture = *state;
    kafka_create_topic(fixture, "only-errors", 1);
    rd_kafka_t *producer = kafka_producer(fixture, properties, NULL);
    produce(producer, "only-errors");
    kafka_flush(producer);
    rd_kafka_destroy(producer);
    assert_all_delivered(fixture);
}

static void of_an_idempotent_producer_that_retries(void **state)
{
    static const char *const properties[] = {"enable.idempotence", "true", "retry.backoff.ms", "10",
                                             NULL};
    const kafka_fixture *fixture = *state;
    kafka_create_topic(fixture, "idempotent", 1);
    rd_kafka_t *producer = kafka_producer(fixture, properties, NULL);
    rd_kafka_mock_push_request_errors(
        fixture->cluster, API_PRODUCE, 3, RD_KAFKA_RESP_ERR_NOT_LEADER_FOR_PARTITION,
        RD_KAFKA_RESP_ERR_NOT_ENOUGH_REPLICAS, RD_KAFKA_RESP_ERR_REQUEST_TIMED_OUT);
    produce(producer, "idempotent");
    kafka_flush(producer);
    rd_kafka_destroy(producer);
    assert_all_delivered(fixture);
}

static void to_nobody_with_acks_0(void **state)
{
    static const char *const properties[] = {"acks", "0", NULL};
    const kafka_fixture *fixture = *state;
    kafka_create_topic(fixture, "no-acks", 1);
    rd_kafka_t *producer = kafka_producer(fixture, properties, NULL);
    produce(producer, "no-acks");
    kafka_flush(producer);
    rd_kafka_destroy(producer);
    assert_int_equal(count_spans(fixture, "send no-acks"), COUNT);
    assert_no_error(find_span(fixture, "send no-acks"));
}

/* Kafka before 0.11 has no headers; librdkafka would drop them, and here nothing is injected. */
static void old_brokers_get_no_context(void **state)
{
    static const char *const properties[] = {"api.version.request", "false",
                                             "broker.version.fallback", "0.10.2", NULL};
    const kafka_fixture *fixture = *state;
    rd_kafka_conf_t *conf = kafka_conf(fixture, properties);
    rd_kafka_conf_set(conf, "bootstrap.servers", "127.0.0.1:1", NULL, 0);
    assert_int_equal(otelmq_kafka_conf_trace(conf, NULL), OTELMQ_OK);
    rd_kafka_t *producer = kafka_client_new(RD_KAFKA_PRODUCER, conf);
    rd_kafka_headers_t *headers = rd_kafka_headers_new(1);
    uint64_t skipped = otelmq_stats_read().counts[OTELMQ_STAT_INJECT_SKIPPED];
    assert_int_equal(rd_kafka_producev(producer, RD_KAFKA_V_TOPIC("old"),
                                       RD_KAFKA_V_HEADERS(headers), RD_KAFKA_V_END),
                     0);
    assert_int_equal(rd_kafka_header_cnt(headers), 0);
    assert_int_equal(otelmq_stats_read().counts[OTELMQ_STAT_INJECT_SKIPPED], skipped + 1);
    rd_kafka_destroy(producer);
    assert_int_equal(count_spans(fixture, "send old"), 1);
    assert_int_equal(find_span(fixture, "send old")->kind, OTELMQ_SPAN_CLIENT);
}

int main(void)
{
#define T(test) cmocka_unit_test_setup(test, kafka_fixture_clear)
    const struct CMUnitTest tests[] = {
        T(by_callback),
        T(by_event),
        T(without_anybody_who_looks),
        T(only_of_errors),
        T(of_an_idempotent_producer_that_retries),
        T(to_nobody_with_acks_0),
        T(old_brokers_get_no_context),
    };
#undef T
    return cmocka_run_group_tests(tests, kafka_fixture_setup, kafka_fixture_teardown);
}
