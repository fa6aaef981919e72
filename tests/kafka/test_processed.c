/* SPDX-License-Identifier: Apache-2.0 */
#include "kafka/consume/processed.h"

#include <stdlib.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static int setup(void **state)
{
    otelmq_kafka_partitions *processed = malloc(sizeof(*processed));
    assert_non_null(processed);
    otelmq_kafka_partitions_init(processed);
    *state = processed;
    return 0;
}

static int teardown(void **state)
{
    otelmq_kafka_partitions_clean(*state);
    free(*state);
    return 0;
}

static void add(otelmq_kafka_partitions *processed, const char *topic, int32_t partition,
                int64_t offset)
{
    otelmq_kafka_processed_partition added = {
        .topic = otelmq_str_from(topic), .partition = partition, .offset = offset};
    added.span_context.span_id.bytes[0] = (uint8_t)(offset + 1);
    otelmq_kafka_processed_add(processed, &added);
}

static void the_last_process_span_of_each_partition_is_known(void **state)
{
    otelmq_kafka_processed_partition found;
    add(*state, "orders", 0, 4);
    add(*state, "orders", 0, 5);
    add(*state, "orders", 1, 9);
    add(*state, "invoices", 0, 7);
    assert_true(otelmq_kafka_processed_get(*state, OTELMQ_STR("orders"), 0, -1, &found));
    assert_int_equal(found.offset, 5);
    assert_int_equal(found.message_count, 2);
    assert_int_equal(found.span_context.span_id.bytes[0], 6);
    assert_true(otelmq_kafka_processed_get(*state, OTELMQ_STR("invoices"), 0, -1, &found));
    assert_int_equal(found.offset, 7);
    assert_false(otelmq_kafka_processed_get(*state, OTELMQ_STR("orders"), 2, -1, &found));
}

static void a_partition_is_unsettled_until_a_commit_covered_all_of_it(void **state)
{
    otelmq_kafka_processed_partition unsettled[2];
    add(*state, "orders", 0, 4);
    add(*state, "orders", 1, 4);
    add(*state, "orders", 1, 5);
    assert_int_equal(otelmq_kafka_processed_unsettled(*state, unsettled, 2), 2);
    otelmq_kafka_processed_settle(*state, OTELMQ_STR("orders"), 0, 5);
    otelmq_kafka_processed_settle(*state, OTELMQ_STR("orders"), 1, 5);
    assert_int_equal(otelmq_kafka_processed_unsettled(*state, unsettled, 2), 1);
    assert_int_equal(unsettled[0].partition, 1);
    assert_int_equal(unsettled[0].message_count, 1);
    otelmq_kafka_processed_settle(*state, OTELMQ_STR("orders"), 1, 100);
    otelmq_kafka_processed_settle(*state, OTELMQ_STR("unknown"), 1, 1);
    assert_int_equal(otelmq_kafka_processed_unsettled(*state, unsettled, 2), 0);
}

static void a_commit_counts_only_what_is_before_its_offset(void **state)
{
    static const struct {
        int64_t next_offset;
        size_t count;
    } cases[] = {{3, 0}, {4, 0}, {5, 1}, {6, 2}, {7, 3}, {99, 3}, {-1, 3}};
    otelmq_kafka_processed_partition found;
    for (int64_t offset = 4; offset <= 6; offset++) {
        add(*state, "orders", 0, offset);
    }
    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        assert_true(otelmq_kafka_processed_get(*state, OTELMQ_STR("orders"), 0,
                                               cases[i].next_offset, &found));
        assert_int_equal(found.message_count, cases[i].count);
    }
}

static void a_message_that_is_tried_again_counts_once(void **state)
{
    otelmq_kafka_processed_partition found;
    add(*state, "orders", 0, 0);
    add(*state, "orders", 0, 0);
    add(*state, "orders", 0, 1);
    add(*state, "orders", 0, 1);
    assert_true(otelmq_kafka_processed_get(*state, OTELMQ_STR("orders"), 0, -1, &found));
    assert_int_equal(found.message_count, 2);
    assert_int_equal(found.span_context.span_id.bytes[0], 2);
    otelmq_kafka_processed_settle(*state, OTELMQ_STR("orders"), 0, 2);
    add(*state, "orders", 0, 1);
    assert_true(otelmq_kafka_processed_get(*state, OTELMQ_STR("orders"), 0, -1, &found));
    assert_int_equal(found.message_count, 1);
}

static void what_went_to_another_consumer_is_not_unsettled(void **state)
{
    add(*state, "orders", 0, 4);
    otelmq_kafka_processed_forget(*state, OTELMQ_STR("orders"), 0);
    otelmq_kafka_processed_forget(*state, OTELMQ_STR("unknown"), 0);
    assert_int_equal(otelmq_kafka_processed_unsettled(*state, NULL, 0), 0);
}

static void more_partitions_than_room_are_counted_but_not_written(void **state)
{
    otelmq_kafka_processed_partition unsettled[1];
    for (int32_t i = 0; i < 300; i++) {
        add(*state, "orders", i, 0);
    }
    assert_int_equal(otelmq_kafka_processed_unsettled(*state, unsettled, 1), 300);
    assert_int_equal(otelmq_kafka_processed_unsettled(*state, NULL, 0), 300);
}

static void the_tracestate_is_kept_alive(void **state)
{
    const otelmq_tracestate *tracestate = NULL;
    otelmq_kafka_processed_partition found;
    assert_int_equal(otelmq_tracestate_parse(OTELMQ_STR("a=1"), &tracestate), OTELMQ_OK);
    otelmq_kafka_processed_partition added = {.topic = OTELMQ_STR("t")};
    added.span_context.tracestate = tracestate;
    otelmq_kafka_processed_add(*state, &added);
    otelmq_kafka_processed_add(*state, &added);
    otelmq_tracestate_release(tracestate);
    assert_true(otelmq_kafka_processed_get(*state, OTELMQ_STR("t"), 0, -1, &found));
    otelmq_kafka_partitions_clean(*state);
    otelmq_str text = otelmq_tracestate_text(found.span_context.tracestate);
    assert_true(otelmq_str_equal(text, OTELMQ_STR("a=1")));
    otelmq_tracestate_release(found.span_context.tracestate);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(the_last_process_span_of_each_partition_is_known, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(a_partition_is_unsettled_until_a_commit_covered_all_of_it,
                                        setup, teardown),
        cmocka_unit_test_setup_teardown(a_commit_counts_only_what_is_before_its_offset, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(a_message_that_is_tried_again_counts_once, setup, teardown),
        cmocka_unit_test_setup_teardown(what_went_to_another_consumer_is_not_unsettled, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(more_partitions_than_room_are_counted_but_not_written,
                                        setup, teardown),
        cmocka_unit_test_setup_teardown(the_tracestate_is_kept_alive, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
