/* SPDX-License-Identifier: Apache-2.0 */
#include "base/glob.h"
#include "support/test.h"

typedef struct {
    const char *pattern;
    const char *text;
    bool matches;
} row;

static void check(bool (*matches)(otelmq_str pattern, otelmq_str text), const row *rows,
                  size_t count)
{
    for (size_t i = 0; i < count; i++) {
        assert_row(matches(otelmq_str_from(rows[i].pattern), otelmq_str_from(rows[i].text)) ==
                       rows[i].matches,
                   rows[i].pattern);
    }
}

static void globs_match_the_whole_text(void **state)
{
    (void)state;
    static const row rows[] = {
        {"", "", true},           {"", "a", false},
        {"*", "", true},          {"*", "anything", true},
        {"a", "a", true},         {"a", "A", false},
        {"a", "ab", false},       {"a*", "ab", true},
        {"*b", "ab", true},       {"*b", "abc", false},
        {"a*c", "abbc", true},    {"a*c", "ac", true},
        {"a*c", "acd", false},    {"?", "a", true},
        {"?", "", false},         {"a?c", "abc", true},
        {"a?c", "ac", false},     {"**", "", true},
        {"*a*b*", "xaybz", true}, {"*a*b*", "xbya", false},
        {"*aab", "aaaab", true},  {"a*?", "a", false},
        {"a*?", "ab", true},      {"[a]", "a", false},
        {"[a]", "[a]", true},     {"GET /*/x", "GET /a/b/x", true},
        {"?", "\xC3\xA4", true},  {"?\xA4", "\xC3\xA4", false},
        {"*?", "\xC3\xA4", true}, {"*ab*cd", "abxabcd", true},
    };
    check(otelmq_glob_matches, rows, COUNT_OF(rows));
}

static void letters_may_match_in_any_case(void **state)
{
    (void)state;
    static const row rows[] = {
        {"authorization", "Authorization", true},
        {"X-*-ID", "x-tenant-id", true},
        {"a?C", "AbC", true},
        {"a", "b", false},
        {"\xC3\xA4", "\xC3\x84", false},
        {"[", "{", false},
    };
    check(otelmq_glob_matches_any_case, rows, COUNT_OF(rows));
}

/* Where a recursive matcher would take ages. */
static void a_hostile_text_costs_little(void **state)
{
    (void)state;
    char text[4096];
    memset(text, 'a', sizeof(text));
    otelmq_str pattern = OTELMQ_STR("*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*ab");
    assert_false(otelmq_glob_matches(pattern, (otelmq_str){text, sizeof(text)}));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(globs_match_the_whole_text),
        cmocka_unit_test(letters_may_match_in_any_case),
        cmocka_unit_test(a_hostile_text_costs_little),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
