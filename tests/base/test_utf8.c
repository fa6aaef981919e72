/* SPDX-License-Identifier: Apache-2.0 */
#include "base/utf8.h"
#include "support/test.h"

#define REPLACED "\xEF\xBF\xBD"

/* repaired is NULL where text is valid. */
static const struct {
    const char *rule;
    const char *text;
    const char *repaired;
} ROWS[] = {
    {"empty", "", NULL},
    {"ASCII of more than a word", "the quick brown fox", NULL},
    {"smallest and largest of two bytes", "\xC2\x80 \xDF\xBF", NULL},
    {"smallest and largest of three bytes", "\xE0\xA0\x80 \xEF\xBF\xBF", NULL},
    {"around the surrogates", "\xED\x9F\xBF \xEE\x80\x80", NULL},
    {"smallest and largest of four bytes", "\xF0\x90\x80\x80 \xF4\x8F\xBF\xBF", NULL},
    {"a lone continuation", "a\x80z", "a" REPLACED "z"},
    {"two lone continuations", "\x80\xBF", REPLACED REPLACED},
    {"overlong in two bytes", "\xC0\xAF", REPLACED REPLACED},
    {"overlong in three bytes", "\xE0\x9F\xBF", REPLACED REPLACED REPLACED},
    {"overlong in four bytes", "\xF0\x8F\xBF\xBF", REPLACED REPLACED REPLACED REPLACED},
    {"a surrogate", "\xED\xA0\x80", REPLACED REPLACED REPLACED},
    {"past U+10FFFF", "\xF4\x90\x80\x80", REPLACED REPLACED REPLACED REPLACED},
    {"bytes that never occur", "\xFE\xFF", REPLACED REPLACED},
    {"three of four bytes are one bad sequence", "\xF0\x9F\x98z", REPLACED "z"},
    {"cut off by the end", "ok \xE2\x82", "ok " REPLACED},
    {"cut off by a character", "\xE2\x82\xC3\xA9", REPLACED "\xC3\xA9"},
    {"bad in the last byte of a long text", "0123456789abcde\xFF", "0123456789abcde" REPLACED},
};

static void text_is_valid_as_rfc_3629_says(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(ROWS); i++) {
        bool is_valid = otelmq_utf8_is_valid(otelmq_str_from(ROWS[i].text));
        assert_row(is_valid == (ROWS[i].repaired == NULL), ROWS[i].rule);
    }
}

static void each_bad_sequence_becomes_one_replacement_character(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(ROWS); i++) {
        const char *expected = ROWS[i].repaired != NULL ? ROWS[i].repaired : ROWS[i].text;
        otelmq_buffer buffer;
        otelmq_buffer_init(&buffer);
        otelmq_utf8_add_valid(&buffer, otelmq_str_from(ROWS[i].text));
        assert_same_str(otelmq_buffer_str(&buffer), otelmq_str_from(expected), ROWS[i].rule);
        otelmq_buffer_clean(&buffer);
    }
}

static void a_nul_is_a_character_like_others(void **state)
{
    (void)state;
    assert_true(otelmq_utf8_is_valid(OTELMQ_STR("a\0b")));
}

static void truncation_never_cuts_a_character(void **state)
{
    static const struct {
        const char *text;
        size_t max;
        const char *expected;
    } rows[] = {
        {"abc", 5, "abc"},
        {"abc", 3, "abc"},
        {"abc", 2, "ab"},
        {"abc", 0, ""},
        {"a\xC3\xA9z", 2, "a"},
        {"a\xC3\xA9z", 3, "a\xC3\xA9"},
        {"\xE2\x82\xAC!", 1, ""},
        {"\xE2\x82\xAC!", 2, ""},
        {"\xE2\x82\xAC!", 3, "\xE2\x82\xAC"},
        {"x\xF0\x9F\x98\x80y", 2, "x"},
        {"x\xF0\x9F\x98\x80y", 3, "x"},
        {"x\xF0\x9F\x98\x80y", 4, "x"},
        {"x\xF0\x9F\x98\x80y", 5, "x\xF0\x9F\x98\x80"},
        {"\x80\x80\x80\x80\x80", 3, "\x80\x80\x80"}, /* there is no character to keep whole */
    };
    (void)state;
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        otelmq_str cut = otelmq_utf8_truncate(otelmq_str_from(rows[i].text), rows[i].max);
        assert_same_str(cut, otelmq_str_from(rows[i].expected), rows[i].text);
    }
}

static void the_first_characters_are_counted_and_not_their_bytes(void **state)
{
    static const struct {
        const char *text;
        size_t max;
        const char *expected;
    } rows[] = {
        {"abc", 5, "abc"},
        {"abc", 2, "ab"},
        {"abc", 0, ""},
        {"", 3, ""},
        {"a\xC3\xA9z", 2, "a\xC3\xA9"},
        {"\xE2\x82\xAC\xF0\x9F\x98\x80!", 2, "\xE2\x82\xAC\xF0\x9F\x98\x80"},
        {"\xFF\xFFz", 2, "\xFF\xFF"}, /* each is exported as one U+FFFD */
        {"\xE2\x82z", 1, "\xE2\x82"},
        {"a\xE2\x82", 2, "a\xE2\x82"},
    };
    (void)state;
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        otelmq_str first = otelmq_utf8_first(otelmq_str_from(rows[i].text), rows[i].max);
        assert_same_str(first, otelmq_str_from(rows[i].expected), rows[i].text);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(text_is_valid_as_rfc_3629_says),
        cmocka_unit_test(each_bad_sequence_becomes_one_replacement_character),
        cmocka_unit_test(a_nul_is_a_character_like_others),
        cmocka_unit_test(truncation_never_cuts_a_character),
        cmocka_unit_test(the_first_characters_are_counted_and_not_their_bytes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
