/* SPDX-License-Identifier: Apache-2.0 */
/* Loops that share a group: what rebalances do to what they have under way. */
#include "kafka/real/workers.h"
#include "kafka/span_asserts.h"

static const otelmq_kafka_run_options BUSY = {.commit_count = 20, .commit_interval_ms = 200};

/* One works, another joins in the middle, and the first leaves before all is done. */
static work work_through(const kafka_fixture *fixture, const char *assignor, bool has_callback)
{
    static work shared;
    worker first = {.options = &BUSY, .handler_ms = 4};
    worker second = {.options = &BUSY, .handler_ms = 4};
    work_init(&shared, fixture, 4, 900);
    worker_start(&first, fixture, &shared, assignor, has_callback);
    assert_true(wait_for_number(&shared.distinct, 100));
    worker_start(&second, fixture, &shared, assignor, has_callback);
    assert_true(wait_for_number(&second.handled, 30));
    worker_stop(&first);
    assert_true(wait_for_number(&shared.distinct, shared.count));
    worker_stop(&second);
    return shared;
}

static void assert_all_done_once(const work *shared, const kafka_fixture *fixture)
{
    assert_int_equal(work_committed(shared, fixture), shared->count);
    assert_int_equal(work_repeated(shared), 0);
}

static void a_rebalance_loses_and_repeats_nothing(void **state)
{
    work shared = work_through(*state, "range", true);
    assert_all_done_once(&shared, *state);
}

static bool was_refused_as_of_another_generation(const kafka_fixture *fixture)
{
    const otelmq_span_data *span = NULL;
    for (size_t i = 0; (span = otelmq_memory_exporter_span_at(fixture->memory, i)) != NULL; i++) {
        otelmq_value type = otelmq_span_data_attribute(span, "error.type");
        if (type.type == OTELMQ_VALUE_STRING &&
            otelmq_str_equal(type.as.string, OTELMQ_STR("ILLEGAL_GENERATION"))) {
            return true;
        }
    }
    return false;
}

/* A commit can go out behind the JoinGroup that is just being written: see docs/kafka.md. */
static void a_cooperative_rebalance_loses_and_repeats_nothing(void **state)
{
    work shared = work_through(*state, "cooperative-sticky", true);
    if (was_refused_as_of_another_generation(*state)) {
        assert_int_equal(work_committed(&shared, *state), shared.count);
    } else {
        assert_all_done_once(&shared, *state);
    }
}

/* What was handled and not committed comes again, to whoever is there. */
static void assert_all_committed_in_the_end(work *shared, const kafka_fixture *fixture,
                                            const char *assignor)
{
    worker last = {.options = &BUSY};
    worker_start(&last, fixture, shared, assignor, false);
    for (int i = 0; i < 60 && work_committed(shared, fixture) < shared->count; i++) {
        sleep_ms(500);
    }
    worker_stop(&last);
    assert_int_equal(work_committed(shared, fixture), shared->count);
}

static void a_rebalance_without_the_callback_loses_nothing(void **state)
{
    work shared = work_through(*state, "range", false);
    assert_all_committed_in_the_end(&shared, *state, "range");
}

static void a_cooperative_rebalance_without_the_callback_loses_nothing(void **state)
{
    work shared = work_through(*state, "cooperative-sticky", false);
    assert_all_committed_in_the_end(&shared, *state, "cooperative-sticky");
}

#define TEST(name) cmocka_unit_test_setup(name, kafka_fixture_clear)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_rebalance_loses_and_repeats_nothing),
        TEST(a_cooperative_rebalance_loses_and_repeats_nothing),
        TEST(a_rebalance_without_the_callback_loses_nothing),
        TEST(a_cooperative_rebalance_without_the_callback_loses_nothing),
    };
    return cmocka_run_group_tests(tests, cluster_setup_apache, kafka_fixture_teardown);
}
