/* SPDX-License-Identifier: Apache-2.0 */
/* How a loop shares its time between messages that are held and those that come. */
#include "running.h"

#include <time.h>

enum { FRESH = 50, WARM = 3, PATIENCE_MS = 60000, NAP_MS = 5 };

static void nap(void)
{
    static const struct timespec time = {.tv_nsec = NAP_MS * 1000000L};
    nanosleep(&time, NULL);
}

static void produce(const kafka_fixture *fixture, int32_t partition, int count)
{
    rd_kafka_t *producer = kafka_client_new(RD_KAFKA_PRODUCER, kafka_conf(fixture, NULL));
    for (int i = 0; i < count; i++) {
        assert_int_equal(rd_kafka_producev(producer, RD_KAFKA_V_TOPIC("fair"),
                                           RD_KAFKA_V_PARTITION(partition), RD_KAFKA_V_END),
                         0);
    }
    kafka_flush(producer);
    rd_kafka_destroy(producer);
}

/* Asks for ever for another try of partitions 0 and 1; partition 2 is fresh, and done with. */
typedef struct {
    const kafka_fixture *fixture;
    int warm[2]; /* tries until all that is fresh has been fetched */
    int tries; /* since then */
    int fresh;
} insatiable;

/* So that from here on no poll is in vain. */
static void fetch_fresh(const insatiable *self, rd_kafka_t *consumer)
{
    rd_kafka_queue_t *queue = rd_kafka_queue_get_consumer(consumer);
    produce(self->fixture, 2, FRESH);
    for (int waited_ms = 0; waited_ms < PATIENCE_MS && rd_kafka_queue_length(queue) < FRESH;
         waited_ms += NAP_MS) {
        nap();
    }
    assert_true(rd_kafka_queue_length(queue) >= FRESH);
    rd_kafka_queue_destroy(queue);
}

static bool is_warm(const insatiable *self)
{
    return self->warm[0] >= WARM && self->warm[1] >= WARM;
}

static otelmq_kafka_answer try_again(insatiable *self, rd_kafka_t *consumer, int32_t partition)
{
    nap(); /* longer than the delay: the other one is due by now */
    if (is_warm(self)) {
        self->tries++;
        return self->tries > 4 * FRESH ? OTELMQ_KAFKA_STOP : OTELMQ_KAFKA_RETRY;
    }
    self->warm[partition]++;
    if (is_warm(self)) {
        fetch_fresh(self, consumer);
    }
    return OTELMQ_KAFKA_RETRY;
}

static otelmq_kafka_answer handle(void *user, rd_kafka_t *consumer,
                                  const rd_kafka_message_t *message)
{
    insatiable *self = user;
    if (message->partition != 2) {
        return try_again(self, consumer, message->partition);
    }
    self->fresh++;
    if (self->fresh == FRESH) {
        otelmq_kafka_stop(consumer);
    }
    return OTELMQ_KAFKA_DONE;
}

static void what_comes_has_as_many_turns_as_what_is_held(void **state)
{
    const kafka_fixture *fixture = *state;
    insatiable self = {.fixture = fixture};
    otelmq_kafka_run_options options = {.retry_delay_ms = 1, .max_retries = 1000000};
    kafka_create_topic(fixture, "fair", 3);
    produce(fixture, 0, 1);
    produce(fixture, 1, 1);
    rd_kafka_t *consumer = runner_of(fixture, "fair", 3);
    assert_int_equal(otelmq_kafka_run(consumer, handle, &self, &options), 0);
    rd_kafka_destroy(consumer);
    assert_int_equal(self.fresh, FRESH);
    assert_in_range(self.tries, 1, 2 * FRESH);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(what_comes_has_as_many_turns_as_what_is_held, kafka_fixture_clear),
    };
    return cmocka_run_group_tests(tests, kafka_fixture_setup, kafka_fixture_teardown);
}
