/* SPDX-License-Identifier: Apache-2.0 */
/* What is read from the bodies of answers, which may hold anything. */
#include "support/test.h"

#include "export/http/one_line.h"
#include "export/otlp/partial_success.h"

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
        otelmq_otlp_partial_success result;
        otelmq_otlp_partial_success_parse(&result, rows[i].body);
        assert_int_equal(result.is_valid, rows[i].is_valid);
        assert_int_equal(result.rejected_spans, rows[i].rejected_spans);
        assert_int_equal(result.message.len, 0);
        otelmq_buffer_clean(&result.message);
    }
}

static void json_bodies_say_the_same(void **state)
{
    static const struct {
        const char *body;
        bool is_valid;
        uint64_t rejected_spans;
        const char *message;
    } rows[] = {
        {"{}", true, 0, ""},
        {" { } ", true, 0, ""},
        {"{\"partialSuccess\":{}}", true, 0, ""},
        {"{\"partialSuccess\":null}", true, 0, ""},
        {"{\"partialSuccess\":{\"rejectedSpans\":\"7\"}}", true, 7, ""},
        {"{\"partialSuccess\":{\"rejectedSpans\":7}}", true, 7, ""},
        {"{\"partialSuccess\":{\"rejectedSpans\":\"-1\"}}", true, 0, ""},
        {"{\"partialSuccess\" : {\"errorMessage\" : \"no\\nname \\u00fc\\ud83d\\ude00\"}}", true, 0,
         "no name \xC3\xBC\xF0\x9F\x98\x80"},
        {"{\"new\":[1,{\"a\":[]},\"]\"],\"partialSuccess\":{\"rejectedSpans\":\"2\","
         "\"errorMessage\":null,\"more\":true}}",
         true, 2, ""},
        {"", false, 0, ""},
        {"[]", false, 0, ""},
        {"null", false, 0, ""},
        {"{", false, 0, ""},
        {"{}}", false, 0, ""},
        {"{\"a\"}", false, 0, ""},
        {"{\"a\":1,}", false, 0, ""},
        {"{\"a\":\"1}", false, 0, ""},
        {"{\"partialSuccess\":{\"rejectedSpans\":\"x\"}}", false, 0, ""},
        {"{\"partialSuccess\":{\"rejectedSpans\":\"9223372036854775808\"}}", false, 0, ""},
        {"{\"partialSuccess\":{\"errorMessage\":\"\\x\"}}", false, 0, ""},
        {"{\"partialSuccess\":{\"errorMessage\":\"\\ud83d\"}}", true, 0, "\xEF\xBF\xBD"},
    };
    (void)state;
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        otelmq_otlp_partial_success result;
        otelmq_otlp_partial_success_parse_json(&result, otelmq_str_from(rows[i].body));
        assert_row(result.is_valid == rows[i].is_valid, rows[i].body);
        assert_row(result.rejected_spans == rows[i].rejected_spans, rows[i].body);
        assert_same_str(otelmq_buffer_str(&result.message), otelmq_str_from(rows[i].message),
                        rows[i].body);
        otelmq_buffer_clean(&result.message);
    }
}

static void errors_have_a_message_in_both_forms(void **state)
{
    static const char protobuf[] = "\x08\x03\x12\x0ano traces!";
    (void)state;
    otelmq_buffer message;
    otelmq_buffer_init(&message);
    otelmq_otlp_error_message_parse(&message,
                                    otelmq_str_from_bytes(protobuf, sizeof(protobuf) - 1));
    assert_str(otelmq_buffer_str(&message), "no traces!");
    otelmq_buffer_clear(&message);
    otelmq_otlp_error_message_parse(&message, otelmq_str_from("\xFF\xFF"));
    assert_int_equal(message.len, 0);
    otelmq_otlp_error_message_parse_json(
        &message, otelmq_str_from("{\"code\":3,\"message\":\"no traces!\",\"details\":[]}"));
    assert_str(otelmq_buffer_str(&message), "no traces!");
    otelmq_buffer_clean(&message);
}

static void messages_become_one_short_line_of_utf8(void **state)
{
    static const struct {
        otelmq_str text;
        const char *line;
    } rows[] = {
        {{"plain", 5}, "plain"},
        {{"two\r\nlines\n", 11}, "two  lines"},
        {{"bad \xFF", 5}, "bad \xEF\xBF\xBD"},
        {{"\x1B[31mred", 8}, " [31mred"},
        {{"nul\0inside", 10}, "nul inside"},
    };
    (void)state;
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        otelmq_buffer line;
        otelmq_buffer_init(&line);
        otelmq_one_line_add(&line, rows[i].text);
        assert_str(otelmq_buffer_str(&line), rows[i].line);
        otelmq_buffer_clean(&line);
    }
}

static void a_long_message_is_cut(void **state)
{
    char text[5000];
    (void)state;
    memset(text, 'x', sizeof(text));
    otelmq_buffer line;
    otelmq_buffer_init(&line);
    otelmq_one_line_add(&line, otelmq_str_from_bytes(text, sizeof(text)));
    assert_true(line.len < 400);
    otelmq_buffer_clean(&line);
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
    otelmq_otlp_partial_success result;
    otelmq_otlp_partial_success_parse(&result, otelmq_str_from_bytes(body, LEN));
    assert_false(result.is_valid);
    otelmq_buffer_clean(&result.message);
    free(body);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(bodies_without_refused_spans_say_so),
        cmocka_unit_test(json_bodies_say_the_same),
        cmocka_unit_test(errors_have_a_message_in_both_forms),
        cmocka_unit_test(messages_become_one_short_line_of_utf8),
        cmocka_unit_test(a_long_message_is_cut),
        cmocka_unit_test(a_body_that_would_take_much_memory_is_not_read),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
