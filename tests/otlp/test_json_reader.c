/* SPDX-License-Identifier: Apache-2.0 */
#include "export/json/json_reader.h"
#include "support/test.h"

static otelmq_json_reader reader_of(const char *text)
{
    otelmq_json_reader json;
    otelmq_json_reader_init(&json, otelmq_str_from(text));
    return json;
}

static void numbers_follow_the_grammar_of_json(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        bool is_number;
        double number;
    } rows[] = {
        {"0", true, 0},       {"-0.5", true, -0.5},   {"12", true, 12},
        {" 1e2 ", true, 100}, {"1.5E-1", true, 0.15}, {"10.25e+1", true, 102.5},
        {"01", false, 0},     {"-", false, 0},        {"1.", false, 0},
        {"1.e1", false, 0},   {"1e", false, 0},       {"1e+", false, 0},
        {"0x1", false, 0},    {"1-2", false, 0},      {"1.2.3", false, 0},
        {"-a", false, 0},     {"1a", false, 0},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        otelmq_json_reader json = reader_of(rows[i].text);
        double number = 0;
        bool is_read = otelmq_json_read_double(&json, &number) && otelmq_json_is_done(&json);
        assert_row(is_read == rows[i].is_number, rows[i].text);
        assert_row(!is_read || number == rows[i].number, rows[i].text);
        assert_row(is_read || json.is_broken, rows[i].text);
    }
}

/* So that the caller may look whether it is something else. */
static void what_is_no_number_or_null_is_not_moved_over(void **state)
{
    (void)state;
    otelmq_buffer text;
    otelmq_buffer_init(&text);
    double number = 0;
    otelmq_json_reader json = reader_of("\"text\"");
    assert_false(otelmq_json_read_double(&json, &number));
    assert_false(otelmq_json_read_null(&json));
    assert_false(otelmq_json_enter_array(&json));
    assert_false(otelmq_json_enter_object(&json));
    assert_true(otelmq_json_read_text(&json, &text));
    assert_str(otelmq_buffer_str(&text), "text");
    assert_true(otelmq_json_is_done(&json));
    otelmq_buffer_clean(&text);
}

static void null_is_one_word(void **state)
{
    (void)state;
    otelmq_json_reader json = reader_of("null");
    assert_true(otelmq_json_read_null(&json));
    assert_true(otelmq_json_is_done(&json));
    json = reader_of("nulls");
    assert_false(otelmq_json_read_null(&json));
    assert_true(json.is_broken);
}

/* The sum of the numbers in an array; -1 for what is malformed. */
static double sum_of(const char *text)
{
    otelmq_json_reader json = reader_of(text);
    double sum = 0;
    bool is_array = otelmq_json_enter_array(&json);
    while (is_array && otelmq_json_next_element(&json)) {
        double number = 0;
        if (otelmq_json_read_double(&json, &number)) {
            sum += number;
        } else {
            otelmq_json_skip_value(&json);
        }
    }
    return is_array && otelmq_json_is_done(&json) ? sum : -1;
}

static void the_elements_of_an_array_come_one_by_one(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        double sum;
    } rows[] = {
        {"[]", 0},
        {"[ ]", 0},
        {"[1]", 1},
        {" [ 1 , 2 ,3] ", 6},
        {"[1,[7],{\"a\":7},2]", 3},
        {"[", -1},
        {"[1", -1},
        {"[1,", -1},
        {"[1,]", -1},
        {"[,1]", -1},
        {"[1 2]", -1},
        {"[1}", -1},
        {"[1],", -1},
        {"1", -1},
        {"", -1},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        assert_row(sum_of(rows[i].text) == rows[i].sum, rows[i].text);
    }
}

static void a_copy_of_the_reader_reads_on_from_its_place(void **state)
{
    (void)state;
    otelmq_json_reader json = reader_of("[1,2]");
    double number = 0;
    assert_true(otelmq_json_enter_array(&json) && otelmq_json_next_element(&json));
    otelmq_json_reader copy = json;
    otelmq_json_skip_value(&json);
    assert_true(otelmq_json_next_element(&json));
    assert_true(otelmq_json_read_double(&copy, &number) && number == 1);
    assert_true(otelmq_json_read_double(&json, &number) && number == 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(numbers_follow_the_grammar_of_json),
        cmocka_unit_test(what_is_no_number_or_null_is_not_moved_over),
        cmocka_unit_test(null_is_one_word),
        cmocka_unit_test(the_elements_of_an_array_come_one_by_one),
        cmocka_unit_test(a_copy_of_the_reader_reads_on_from_its_place),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
