/* SPDX-License-Identifier: Apache-2.0 */
/* Several threads produce with one client, in every way, while its messages are acknowledged. */
#include "kafka_fixture.h"
#include "span_asserts.h"

#include <pthread.h>

enum { THREADS = 4, TURNS = 100, BATCH = 5 };

typedef struct {
    rd_kafka_t *producer;
    rd_kafka_topic_t *topic;
    bool succeeded;
} worker;

static bool produce_raw(const worker *self)
{
    return rd_kafka_producev(self->producer, RD_KAFKA_V_RKT(self->topic), RD_KAFKA_V_KEY("k", 1),
                             RD_KAFKA_V_HEADER("own", "1", 1), RD_KAFKA_V_END) == 0;
}

static bool produce_by_call(const worker *self)
{
    return otelmq_kafka_produce(self->producer, self->topic, 0, 0, NULL, 0, "k", 1, NULL) == 0;
}

static bool produce_batch(const worker *self)
{
    rd_kafka_message_t messages[BATCH];
    memset(messages, 0, sizeof(messages));
    return otelmq_kafka_produce_batch(self->producer, self->topic, 0, 0, messages, BATCH) == BATCH;
}

static void *work(void *argument)
{
    worker *self = argument;
    self->succeeded = true;
    for (int i = 0; i < TURNS; i++) {
        self->succeeded &= produce_raw(self) && produce_by_call(self) && produce_batch(self);
    }
    return NULL;
}

static void run(rd_kafka_t *producer, const char *topic)
{
    pthread_t threads[THREADS];
    worker workers[THREADS];
    rd_kafka_topic_t *handle = rd_kafka_topic_new(producer, topic, NULL);
    for (size_t i = 0; i < THREADS; i++) {
        workers[i] = (worker){.producer = producer, .topic = handle};
        assert_int_equal(pthread_create(&threads[i], NULL, work, &workers[i]), 0);
    }
    for (size_t i = 0; i < THREADS; i++) {
        assert_int_equal(pthread_join(threads[i], NULL), 0);
        assert_true(workers[i].succeeded);
    }
    rd_kafka_topic_destroy(handle);
}

static void assert_all_ended(const kafka_fixture *fixture, const char *topic)
{
    char name[80];
    (void)snprintf(name, sizeof(name), "send %s", topic);
    assert_int_equal(count_spans(fixture, name), THREADS * TURNS * 3);
    (void)snprintf(name, sizeof(name), "create %s", topic);
    assert_int_equal(count_spans(fixture, name), THREADS * TURNS * BATCH);
}

static void every_span_ends_once(void **state)
{
    const kafka_fixture *fixture = *state;
    kafka_create_topic(fixture, "threads", 1);
    rd_kafka_t *producer = kafka_producer(fixture, NULL, NULL);
    run(producer, "threads");
    kafka_flush(producer);
    rd_kafka_destroy(producer);
    assert_all_ended(fixture, "threads");
}

static void also_when_the_producer_goes_amid_the_acknowledgements(void **state)
{
    const kafka_fixture *fixture = *state;
    kafka_create_topic(fixture, "amid", 1);
    rd_kafka_t *producer = kafka_producer(fixture, NULL, NULL);
    run(producer, "amid");
    rd_kafka_destroy(producer);
    assert_all_ended(fixture, "amid");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(every_span_ends_once, kafka_fixture_clear),
        cmocka_unit_test_setup(also_when_the_producer_goes_amid_the_acknowledgements,
                               kafka_fixture_clear),
    };
    return cmocka_run_group_tests(tests, kafka_fixture_setup, kafka_fixture_teardown);
}
