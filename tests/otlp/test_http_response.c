/* SPDX-License-Identifier: Apache-2.0 */
/* What is read from the bodies of answers, which may hold anything. */
#include "support/test.h"

#include "export/otlp/http_response.h"

#include <stdlib.h>

static void bodies_without_refused_spans_say_so(void **state)
{
    static const struct {
        otelmq_str body;
        bool is_valid;
        uint64_t rejected_spans;
    } rows[] = {
        {{NULL, 0}, true, 0},
        {{"\x0a\x00", 2}, true, 0},
        {{"\x0a\x02\x08\x07", 4}, true, 7},
        {{"\x0a\x0b\x08\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01", 13}, true, 0}, /* -1 */
        {{"\x12\x03xyz", 5}, true, 0}, /* a field that nobody knows */
        {{"\x0a", 1}, false, 0},
        {{"\x0a\x05\x08\x07", 4}, false, 0},
        {{"{}", 2}, false, 0},
    };
    (void)state;
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        otelmq_http_partial_success result;
        otelmq_http_partial_success_parse(&result, rows[i].body);
        assert_int_equal(result.is_valid, rows[i].is_valid);
        assert_int_equal(result.rejected_spans, rows[i].rejected_spans);
        assert_int_equal(result.message.len, 0);
        otelmq_buffer_clean(&result.message);
    }
}

static void messages_become_one_short_line_of_utf8(void **state)
{
    static const struct {
        otelmq_str body;
        const char *message;
    } rows[] = {
        {{"plain", 5}, "plain"},
        {{"two\r\nlines\n", 11}, "two  lines"},
        {{"bad \xFF", 5}, "bad \xEF\xBF\xBD"},
        {{"\x1B[31mred", 8}, " [31mred"},
        {{"nul\0inside", 10}, "nul inside"},
    };
    (void)state;
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        otelmq_buffer message;
        otelmq_buffer_init(&message);
        otelmq_http_error_message(&message, rows[i].body, false);
        assert_string_equal(message.data, rows[i].message);
        otelmq_buffer_clean(&message);
    }
}

static void a_long_message_is_cut(void **state)
{
    char body[5000];
    (void)state;
    memset(body, 'x', sizeof(body));
    otelmq_buffer message;
    otelmq_buffer_init(&message);
    otelmq_http_error_message(&message, otelmq_str_from_bytes(body, sizeof(body)), false);
    assert_true(strlen(message.data) < 400);
    otelmq_buffer_clean(&message);
}

static void a_body_that_would_take_much_memory_is_not_read(void **state)
{
    enum { LEN = 4 * 1024 * 1024 };
    char *body = malloc(LEN);
    (void)state;
    for (size_t i = 0; i < LEN; i += 2) {
        body[i] = 0x18; /* field 3, unknown, a varint */
        body[i + 1] = 0;
    }
    otelmq_http_partial_success result;
    otelmq_http_partial_success_parse(&result, otelmq_str_from_bytes(body, LEN));
    assert_false(result.is_valid);
    otelmq_buffer_clean(&result.message);
    free(body);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(bodies_without_refused_spans_say_so),
        cmocka_unit_test(messages_become_one_short_line_of_utf8),
        cmocka_unit_test(a_long_message_is_cut),
        cmocka_unit_test(a_body_that_would_take_much_memory_is_not_read),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
