/* SPDX-License-Identifier: Apache-2.0 */
#include "kafka/produce/batches.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static void the_last_to_be_settled_ends_a_batch(void **state)
{
    otelmq_kafka_batches batches;
    (void)state;
    otelmq_kafka_batches_init(&batches);
    otelmq_kafka_batch *batch = otelmq_kafka_batches_take(&batches, 1);
    assert_false(otelmq_kafka_batch_settle(&batches, batch, NULL));
    assert_true(otelmq_kafka_batch_settle(&batches, batch, NULL));
    assert_int_equal(batch->failed, 0);
    otelmq_kafka_batches_give(&batches, batch);
    otelmq_kafka_batches_clean(&batches);
}

/* librdkafka names a code that it does not know in one buffer for all of these. */
static void the_first_error_stays_when_its_text_changes(void **state)
{
    char text[16] = "ERR_9998?";
    otelmq_kafka_batches batches;
    (void)state;
    otelmq_kafka_batches_init(&batches);
    otelmq_kafka_batch *batch = otelmq_kafka_batches_take(&batches, 2);
    assert_false(otelmq_kafka_batch_settle(&batches, batch, text));
    strcpy(text, "ERR_9999?");
    assert_false(otelmq_kafka_batch_settle(&batches, batch, text));
    assert_true(otelmq_kafka_batch_settle(&batches, batch, NULL));
    assert_int_equal(batch->failed, 2);
    assert_string_equal(batch->error_type, "ERR_9998?");
    otelmq_kafka_batches_give(&batches, batch);
    otelmq_kafka_batches_clean(&batches);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_last_to_be_settled_ends_a_batch),
        cmocka_unit_test(the_first_error_stays_when_its_text_changes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
