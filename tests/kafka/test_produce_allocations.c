/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Once everything has been used once, a message that is produced costs no allocation of otelmq's;
 * those of librdkafka for its headers are its own. The linker puts counting functions in the place
 * of malloc and its kin, for otelmq and for this program.
 */
#include "kafka_fixture.h"
#include "support/allocations.h"
#include "support/discarding.h"

enum { MESSAGES = 500, ROUNDS = 5 };

static otelmq_tracer_provider *create_provider(void)
{
    otelmq_tracer_provider *provider = NULL;
    otelmq_processor processor = otelmq_processor_batch(discarding_exporter(), NULL);
    otelmq_tracer_provider_options options = {.processors = &processor, .processor_count = 1};
    assert_int_equal(otelmq_tracer_provider_create(&options, &provider), OTELMQ_OK);
    return provider;
}

typedef struct {
    rd_kafka_t *producer;
    rd_kafka_topic_t *topic;
} target;

typedef void (*produce_function)(const target *to);

static void plain(const target *to)
{
    assert_int_equal(rd_kafka_producev(to->producer, RD_KAFKA_V_TOPIC("counted"), RD_KAFKA_V_END),
                     0);
}

static void with_headers(const target *to)
{
    assert_int_equal(rd_kafka_producev(to->producer, RD_KAFKA_V_TOPIC("counted"),
                                       RD_KAFKA_V_KEY("key", 3), RD_KAFKA_V_HEADER("own", "1", 1),
                                       RD_KAFKA_V_END),
                     0);
}

static void by_wrapper(const target *to)
{
    assert_int_equal(otelmq_kafka_producev(to->producer, RD_KAFKA_V_TOPIC("counted"),
                                           RD_KAFKA_V_HEADER("own", "1", 1), RD_KAFKA_V_END),
                     0);
}

static void as_a_batch(const target *to)
{
    rd_kafka_message_t messages[10];
    memset(messages, 0, sizeof(messages));
    assert_int_equal(otelmq_kafka_produce_batch(to->producer, to->topic, 0, 0, messages, 10), 10);
    kafka_flush(to->producer);
}

static void run_round(const target *to, otelmq_tracer_provider *provider, produce_function produce,
                      int count)
{
    for (int i = 0; i < count; i++) {
        produce(to);
    }
    kafka_flush(to->producer);
    assert_int_equal(otelmq_tracer_provider_force_flush(provider, 30000), OTELMQ_OK);
}

static void check(const kafka_fixture *fixture, produce_function produce, int count)
{
    otelmq_tracer_provider *provider = create_provider();
    otelmq_kafka_options options = {.messaging.tracer_provider = provider};
    target to = {.producer = kafka_producer(fixture, NULL, &options)};
    to.topic = rd_kafka_topic_new(to.producer, "counted", NULL);
    for (int i = 0; i < ROUNDS; i++) {
        run_round(&to, provider, produce, 2 * count);
    }
    size_t before = allocations_counted();
    allocations_resume();
    run_round(&to, provider, produce, count);
    allocations_pause();
    assert_int_equal(allocations_counted() - before, 0);
    rd_kafka_topic_destroy(to.topic);
    rd_kafka_destroy(to.producer);
    otelmq_tracer_provider_destroy(provider);
}

static void a_message_costs_no_allocation(void **state)
{
    kafka_create_topic(*state, "counted", 1);
    check(*state, plain, MESSAGES);
}

static void nor_does_one_with_headers(void **state)
{
    check(*state, with_headers, MESSAGES);
}

static void nor_does_a_traced_call(void **state)
{
    check(*state, by_wrapper, MESSAGES);
}

static void nor_does_a_batch(void **state)
{
    check(*state, as_a_batch, MESSAGES / 20);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_message_costs_no_allocation),
        cmocka_unit_test(nor_does_one_with_headers),
        cmocka_unit_test(nor_does_a_traced_call),
        cmocka_unit_test(nor_does_a_batch),
    };
    return cmocka_run_group_tests(tests, kafka_fixture_setup, kafka_fixture_teardown);
}
