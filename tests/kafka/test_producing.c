/* SPDX-License-Identifier: Apache-2.0 */
#include "kafka/produce/producing.h"

#include <otelmq/messaging.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static const uint64_t NANOS_PER_MS = 1000000;

static void configure(otelmq_kafka_producing *producing, const char *timeout_ms,
                      const char *max_messages)
{
    static const otelmq_messaging_options options;
    rd_kafka_conf_t *conf = rd_kafka_conf_new();
    assert_int_equal(rd_kafka_conf_set(conf, "message.timeout.ms", timeout_ms, NULL, 0), 0);
    assert_int_equal(rd_kafka_conf_set(conf, "queue.buffering.max.messages", max_messages, NULL, 0),
                     0);
    otelmq_kafka_producing_init(producing);
    otelmq_kafka_producing_configure(producing, conf, &options);
    rd_kafka_conf_destroy(conf);
}

static void a_message_is_given_up_long_after_its_timeout(void **state)
{
    otelmq_kafka_producing producing;
    (void)state;
    configure(&producing, "1000000", "1000");
    assert_int_equal(producing.in_flight.max_age_nano, 2000000 * NANOS_PER_MS);
    assert_in_range(producing.in_flight.max_capacity, 1000 / 8, 1000);
    otelmq_kafka_producing_clean(&producing);
}

static void a_limit_of_zero_is_none(void **state)
{
    otelmq_kafka_producing producing;
    (void)state;
    configure(&producing, "0", "0");
    assert_true(producing.in_flight.max_age_nano == UINT64_MAX);
    assert_true(producing.in_flight.max_capacity > UINT32_MAX / 8);
    otelmq_kafka_producing_clean(&producing);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_message_is_given_up_long_after_its_timeout),
        cmocka_unit_test(a_limit_of_zero_is_none),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
