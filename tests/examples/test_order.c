/* SPDX-License-Identifier: Apache-2.0 */
#include "order.h"

#include "order_set.h"
#include "support/test.h"

static const char *const VALID =
    "{\"id\": 17, \"customer\": {\"name\": \"Ada\", \"tier\": \"gold\"}, \"currency\": \"EUR\","
    " \"items\": [{\"sku\": \"teapot\", \"quantity\": 2, \"price_cents\": 1995},"
    " {\"sku\": \"cup\", \"quantity\": 1, \"price_cents\": 5}]}";

static json_t *parsed(const char *text)
{
    const char *problem = NULL;
    json_t *order = order_parse(text, strlen(text), &problem);
    if (order == NULL) {
        fail_msg("%s: %s", text, problem);
    }
    return order;
}

static void what_is_no_order_is_refused_with_the_reason(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        const char *problem;
    } rows[] = {
        {"", "not JSON"},
        {"{\"id\": 1", "not JSON"},
        {"{\"id\": 1} x", "not JSON"},
        {"{\"id\": 1, \"id\": 2}", "not JSON"},
        {"{\"id\": 99999999999999999999}", "not JSON"},
        {"[]", "not a JSON object"},
        {"{}", "no id"},
        {"{\"id\": \"1\"}", "no id"},
        {"{\"id\": 1.5}", "no id"},
        {"{\"id\": 0}", "no id"},
        {"{\"id\": -1}", "no id"},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        const char *problem = NULL;
        json_t *order = order_parse(rows[i].text, strlen(rows[i].text), &problem);
        assert_row(order == NULL, rows[i].text);
        assert_row(strcmp(problem, rows[i].problem) == 0, rows[i].text);
    }
}

static void an_invalid_order_says_why(void **state)
{
    (void)state;
    static const struct {
        const char *rest; /* of the object, behind the id */
        const char *problem;
    } rows[] = {
        {"\"currency\": \"EUR\", \"items\": []", "missing customer"},
        {"\"customer\": {}, \"currency\": \"EUR\"", "missing customer"},
        {"\"customer\": \"Ada\", \"currency\": \"EUR\"", "missing customer"},
        {"\"customer\": {\"name\": \"Ada\"}", "no currency"},
        {"\"customer\": {\"name\": \"Ada\"}, \"currency\": 5", "no currency"},
        {"\"customer\": {\"name\": \"Ada\"}, \"currency\": \"eur\"", "unknown currency"},
        {"\"customer\": {\"name\": \"Ada\"}, \"currency\": \"EUR\"", "no items"},
        {"\"customer\": {\"name\": \"Ada\"}, \"currency\": \"EUR\", \"items\": []", "no items"},
        {"\"customer\": {\"name\": \"Ada\"}, \"currency\": \"EUR\", \"items\": {}", "no items"},
        {"\"customer\": {\"name\": \"Ada\"}, \"currency\": \"EUR\", \"items\": [5]",
         "impossible quantity"},
        {"\"customer\": {\"name\": \"Ada\"}, \"currency\": \"EUR\", \"items\":"
         " [{\"quantity\": -1, \"price_cents\": 5}]",
         "negative quantity"},
        {"\"customer\": {\"name\": \"Ada\"}, \"currency\": \"EUR\", \"items\":"
         " [{\"quantity\": 1000001, \"price_cents\": 5}]",
         "impossible quantity"},
        {"\"customer\": {\"name\": \"Ada\"}, \"currency\": \"EUR\", \"items\":"
         " [{\"quantity\": 1}]",
         "impossible price"},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        char text[512];
        snprintf(text, sizeof(text), "{\"id\": 1, %s}", rows[i].rest);
        json_t *order = parsed(text);
        const char *problem = order_problem(order);
        assert_row(problem != NULL && strcmp(problem, rows[i].problem) == 0, text);
        json_decref(order);
    }
}

static void a_valid_order_has_no_problem_and_its_numbers(void **state)
{
    (void)state;
    json_t *order = parsed(VALID);
    assert_null(order_problem(order));
    assert_int_equal(order_id(order), 17);
    assert_int_equal(order_total_cents(order), 3995);
    assert_string_equal(order_currency(order), "EUR");
    assert_string_equal(order_tier(order), "gold");
    json_decref(order);
}

static void an_order_without_a_tier_is_valid(void **state)
{
    (void)state;
    json_t *order = parsed("{\"id\": 1, \"customer\": {\"name\": \"Ada\"}}");
    assert_null(order_tier(order));
    json_decref(order);
}

static void a_set_keeps_each_id_once_in_any_order(void **state)
{
    (void)state;
    order_set orders = {0};
    for (int64_t i = 0; i < 300; i++) {
        order_set_add(&orders, (i * 7) % 200 + 1);
    }
    assert_int_equal(orders.count, 200);
    assert_true(order_set_has(&orders, 1));
    assert_true(order_set_has(&orders, 200));
    assert_false(order_set_has(&orders, 0));
    assert_false(order_set_has(&orders, 201));
    order_set_clean(&orders);
    assert_false(order_set_has(&orders, 1));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_no_order_is_refused_with_the_reason),
        cmocka_unit_test(an_invalid_order_says_why),
        cmocka_unit_test(a_valid_order_has_no_problem_and_its_numbers),
        cmocka_unit_test(an_order_without_a_tier_is_valid),
        cmocka_unit_test(a_set_keeps_each_id_once_in_any_order),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
