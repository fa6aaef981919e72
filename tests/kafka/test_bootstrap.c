/* SPDX-License-Identifier: Apache-2.0 */
#include "kafka/bootstrap.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

typedef struct {
    const char *servers;
    const char *host;
    uint16_t port;
} bootstrap_case;

static const bootstrap_case CASES[] = {
    {"localhost:9093", "localhost", 9093},
    {"localhost", "localhost", 9092},
    {"a:1,b:2", "a", 1},
    {" a:1 , b:2", "a", 1},
    {",,b:2", "b", 2},
    {"SSL://kafka.example:9094,b", "kafka.example", 9094},
    {"SASL_SSL://kafka.example", "kafka.example", 9092},
    {"[::1]:9095", "::1", 9095},
    {"[fe80::1]", "fe80::1", 9092},
    {"[::1", "[", 9092},
    {"a:", "a", 9092},
    {"a:0", "a", 9092},
    {"a:65535", "a", 65535},
    {"a:65536", "a", 9092},
    {"a:99999999999999999999", "a", 9092},
    {"a:12x", "a", 9092},
    {":9092", "", 9092},
    {"://", "", 9092},
    {"", "", 9092},
    {" , ", "", 9092},
};

static void the_first_broker_is_found(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(CASES) / sizeof(*CASES); i++) {
        otelmq_kafka_bootstrap found = otelmq_kafka_bootstrap_parse(CASES[i].servers);
        if (!otelmq_str_equal(found.host, otelmq_str_from(CASES[i].host)) ||
            found.port != CASES[i].port) {
            fail_msg("\"%s\" gives %.*s and %u", CASES[i].servers, (int)found.host.len,
                     found.host.data, (unsigned)found.port);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_first_broker_is_found),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
