/* SPDX-License-Identifier: Apache-2.0 */
#include "kafka/produce/awaited.h"

#include "support/test.h"

static void a_message_is_awaited_from_its_send_to_its_acknowledgement(void **state)
{
    (void)state;
    rd_kafka_message_t message = {.err = RD_KAFKA_RESP_ERR__MSG_TIMED_OUT};
    rd_kafka_message_t other = {.err = RD_KAFKA_RESP_ERR_NO_ERROR};
    rd_kafka_resp_err_t err = RD_KAFKA_RESP_ERR_NO_ERROR;
    otelmq_kafka_awaited awaited;
    otelmq_kafka_awaited_begin(&awaited);
    otelmq_kafka_awaited_on_send(&message);
    otelmq_kafka_awaited_on_send(&other); /* the first is the one */
    otelmq_kafka_awaited_on_acknowledgement(&other);
    assert_false(otelmq_kafka_awaited_wait(&awaited, 1, &err));
    otelmq_kafka_awaited_on_acknowledgement(&message);
    assert_true(otelmq_kafka_awaited_wait(&awaited, 60000, &err));
    assert_int_equal(err, RD_KAFKA_RESP_ERR__MSG_TIMED_OUT);
    otelmq_kafka_awaited_end(&awaited);
    otelmq_kafka_awaited_on_acknowledgement(&message);
}

static void several_are_awaited_at_once(void **state)
{
    (void)state;
    rd_kafka_message_t messages[2] = {{.err = RD_KAFKA_RESP_ERR_NO_ERROR},
                                      {.err = RD_KAFKA_RESP_ERR__DESTROY}};
    rd_kafka_resp_err_t err = RD_KAFKA_RESP_ERR_UNKNOWN;
    otelmq_kafka_awaited awaited[2];
    for (size_t i = 0; i < 2; i++) {
        otelmq_kafka_awaited_begin(&awaited[i]);
        otelmq_kafka_awaited_on_send(&messages[i]);
    }
    otelmq_kafka_awaited_on_acknowledgement(&messages[0]);
    assert_true(otelmq_kafka_awaited_wait(&awaited[0], 60000, &err));
    assert_int_equal(err, RD_KAFKA_RESP_ERR_NO_ERROR);
    otelmq_kafka_awaited_end(&awaited[0]);
    otelmq_kafka_awaited_on_acknowledgement(&messages[1]);
    assert_true(otelmq_kafka_awaited_wait(&awaited[1], 60000, &err));
    assert_int_equal(err, RD_KAFKA_RESP_ERR__DESTROY);
    otelmq_kafka_awaited_end(&awaited[1]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_message_is_awaited_from_its_send_to_its_acknowledgement),
        cmocka_unit_test(several_are_awaited_at_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
