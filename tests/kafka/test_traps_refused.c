/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Clients whose interceptors librdkafka refuses, as it does those of share consumers (2.15): nobody
 * hears of it, and the traced calls do what they can.
 */
#include "produce_ways.h"
#include "span_asserts.h"

#include <stdatomic.h>

static atomic_int refusals;

static rd_kafka_resp_err_t refuse(void)
{
    atomic_fetch_add(&refusals, 1);
    return RD_KAFKA_RESP_ERR__NOT_IMPLEMENTED;
}

/* The test is linked with -Wl,--wrap=rd_kafka_interceptor_add_on_... for each of these. */
#define REFUSED(event)                                                                             \
    rd_kafka_resp_err_t __wrap_rd_kafka_interceptor_add_on_##event(                                \
        rd_kafka_t *rk, const char *name, rd_kafka_interceptor_f_on_##event##_t *callback,         \
        void *opaque);                                                                             \
    rd_kafka_resp_err_t __wrap_rd_kafka_interceptor_add_on_##event(                                \
        rd_kafka_t *rk, const char *name, rd_kafka_interceptor_f_on_##event##_t *callback,         \
        void *opaque)                                                                              \
    {                                                                                              \
        (void)rk, (void)name, (void)callback, (void)opaque;                                        \
        return refuse();                                                                           \
    }

REFUSED(destroy)
REFUSED(send)
REFUSED(acknowledgement)
REFUSED(consume)
REFUSED(commit)
REFUSED(request_sent)
REFUSED(response_received)

static atomic_int log_lines;

static void count_line(const rd_kafka_t *rk, int level, const char *facility, const char *text)
{
    (void)rk, (void)level, (void)facility, (void)text;
    atomic_fetch_add(&log_lines, 1);
}

static void count_report(otelmq_severity severity, const char *message, void *unused)
{
    (void)severity, (void)message, (void)unused;
    atomic_fetch_add(&log_lines, 1);
}

static rd_kafka_t *new_client(const kafka_fixture *fixture, rd_kafka_type_t type, bool is_traced)
{
    static const char *const properties[] = {
        "group.id", "refused", "enable.auto.commit", "false", "log_level", "6", NULL};
    rd_kafka_conf_t *conf = kafka_conf(fixture, properties);
    rd_kafka_conf_set_log_cb(conf, count_line);
    if (is_traced) {
        assert_int_equal(otelmq_kafka_conf_trace(conf, NULL), OTELMQ_OK);
    }
    return kafka_client_new(type, conf);
}

/* librdkafka has something to say about the properties, but the same to everybody. */
static rd_kafka_t *new_refused(const kafka_fixture *fixture, rd_kafka_type_t type)
{
    atomic_store(&log_lines, 0);
    rd_kafka_destroy(new_client(fixture, type, false));
    int lines_without_tracing = atomic_exchange(&log_lines, 0);
    atomic_store(&refusals, 0);
    otelmq_diagnostics_set(count_report, NULL, OTELMQ_SEVERITY_DEBUG);
    rd_kafka_t *client = new_client(fixture, type, true);
    otelmq_diagnostics_set(NULL, NULL, OTELMQ_SEVERITY_DEBUG);
    assert_true(atomic_load(&refusals) > 0);
    assert_int_equal(atomic_load(&log_lines), lines_without_tracing);
    return client;
}

static void the_traced_calls_of_a_producer_trace_nevertheless(void **state)
{
    const kafka_fixture *fixture = *state;
    char value[] = "v";
    kafka_create_topic(fixture, "refused-sends", 1);
    rd_kafka_t *producer = new_refused(fixture, RD_KAFKA_PRODUCER);
    for (size_t i = 0; i < PRODUCE_WAYS; i++) {
        assert_int_equal(produce_ways[i].produce(producer, "refused-sends", 0, value, 1), 0);
    }
    kafka_flush(producer);
    rd_kafka_destroy(producer);
    assert_int_equal(otelmq_memory_exporter_count(fixture->memory), PRODUCE_WAYS);
    kafka_assign(fixture->reader, "refused-sends", 1);
    for (size_t i = 0; i < PRODUCE_WAYS; i++) {
        rd_kafka_message_t *message = kafka_poll_plain(fixture->reader);
        assert_sent_by(message, otelmq_memory_exporter_span_at(fixture->memory, i));
        rd_kafka_message_destroy(message);
    }
}

static void a_plain_call_goes_out_untraced(void **state)
{
    const kafka_fixture *fixture = *state;
    kafka_create_topic(fixture, "refused-plain", 1);
    rd_kafka_t *producer = new_refused(fixture, RD_KAFKA_PRODUCER);
    assert_int_equal(rd_kafka_producev(producer, RD_KAFKA_V_TOPIC("refused-plain"), RD_KAFKA_V_END),
                     0);
    kafka_flush(producer);
    rd_kafka_destroy(producer);
    assert_int_equal(otelmq_memory_exporter_count(fixture->memory), 0);
    rd_kafka_message_t *message = kafka_read_first(fixture, "refused-plain");
    assert_int_equal(kafka_header_count(message, NULL), 0);
    rd_kafka_message_destroy(message);
}

static void the_traced_calls_of_a_consumer_trace_nevertheless(void **state)
{
    const kafka_fixture *fixture = *state;
    kafka_create_topic(fixture, "refused-polls", 1);
    kafka_produce_foreign(fixture, "refused-polls", "text", NULL);
    rd_kafka_t *consumer = new_refused(fixture, RD_KAFKA_CONSUMER);
    kafka_assign(consumer, "refused-polls", 1);
    rd_kafka_message_t *message = kafka_poll_traced(consumer);
    otelmq_scope scope = otelmq_kafka_process_start(consumer, message);
    otelmq_scope_end(&scope);
    assert_int_equal(otelmq_kafka_commit_message(consumer, message, 0), 0);
    rd_kafka_message_destroy(message);
    rd_kafka_destroy(consumer);
    assert_int_equal(count_spans(fixture, "poll refused-polls"), 1);
    assert_int_equal(count_spans(fixture, "process refused-polls"), 1);
    assert_int_equal(count_spans(fixture, "commit refused-polls"), 1);
}

/* Nothing of the client that was refused is left to one that is not. */
static void many_of_them_leave_nothing_behind(void **state)
{
    enum { CLIENTS = 50 };
    const kafka_fixture *fixture = *state;
    uint64_t live = otelmq_stats_read().spans_live;
    for (int i = 0; i < CLIENTS; i++) {
        rd_kafka_destroy(new_refused(fixture, i % 2 == 0 ? RD_KAFKA_PRODUCER : RD_KAFKA_CONSUMER));
    }
    assert_int_equal(otelmq_stats_read().spans_live, live);
}

#define TEST(name) cmocka_unit_test_setup(name, kafka_fixture_clear)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(the_traced_calls_of_a_producer_trace_nevertheless),
        TEST(a_plain_call_goes_out_untraced),
        TEST(the_traced_calls_of_a_consumer_trace_nevertheless),
        TEST(many_of_them_leave_nothing_behind),
    };
    return cmocka_run_group_tests(tests, kafka_fixture_setup, kafka_fixture_teardown);
}
