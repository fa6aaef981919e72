/* SPDX-License-Identifier: Apache-2.0 */
#include "base/buffer.h"
#include "context/tracestate_header.h"
#include "support/test.h"

/* Text with count times part in it. */
typedef struct {
    const char *before;
    const char *part;
    size_t count;
    const char *after;
} repeated;

static void add_repeated(otelmq_buffer *buffer, repeated text)
{
    otelmq_buffer_add_text(buffer, text.before);
    for (size_t i = 0; i < text.count; i++) {
        otelmq_buffer_add_text(buffer, text.part);
    }
    otelmq_buffer_add_text(buffer, text.after);
}

/* "k0=v,k1=v," and so on. */
static void add_members(otelmq_buffer *buffer, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        otelmq_buffer_add_text(buffer, i > 0 ? ",k" : "k");
        otelmq_buffer_add_uint(buffer, i);
        otelmq_buffer_add_text(buffer, "=v");
    }
}

static const otelmq_tracestate *parse(const char *text)
{
    const otelmq_tracestate *tracestate = NULL;
    assert_int_equal(otelmq_tracestate_parse(otelmq_str_from(text), &tracestate), OTELMQ_OK);
    return tracestate;
}

/* expected NULL: the whole is malformed. (W3C Trace Context Level 2, section 3.3.) */
static const struct {
    const char *rule;
    const char *text;
    const char *expected;
} ROWS[] = {
    {"one member", "foo=1", "foo=1"},
    {"order is kept", "foo=1,bar=2", "foo=1,bar=2"},
    {"an empty list is accepted", "", ""},
    {"white space only is an empty list", " \t", ""},
    {"empty members are allowed", ",foo=1,,bar=2,", "foo=1,bar=2"},
    {"white space around commas is optional", "foo=1 \t , \t bar=2", "foo=1,bar=2"},
    {"white space at both ends is optional", "\t foo=1 \t", "foo=1"},
    {"a space that begins a value belongs to it", "foo= 1", "foo= 1"},
    {"a space within a value belongs to it", "foo=1 2", "foo=1 2"},
    {"a key may begin with a digit", "0foo=1", "0foo=1"},
    {"every key character", "a0_-*/@z=1", "a0_-*/@z=1"},
    {"an at sign has no meaning since level 2", "foo@=1,foo@@bar=1", "foo@=1,foo@@bar=1"},
    {"several at signs", "foo@bar@baz=1", "foo@bar@baz=1"},
    {"every value character but comma and equals sign",
     "foo=!\"#$%&'()*+-./09:;<>?@AZ[\\]^_`az{|}~", "foo=!\"#$%&'()*+-./09:;<>?@AZ[\\]^_`az{|}~"},
    {"duplicate keys are passed on", "foo=1,foo=2", "foo=1,foo=2"},
    {"no equals sign", "foo", NULL},
    {"no key", "=1", NULL},
    {"empty value", "foo=", NULL},
    {"value of white space", "foo= ", NULL},
    {"one bad member spoils all", "foo=1,bar", NULL},
    {"second equals sign", "foo=bar=baz", NULL},
    {"upper case in a key", "Foo=1", NULL},
    {"dot in a key", "foo.bar=1", NULL},
    {"space before the equals sign", "foo =1", NULL},
    {"key begins with an at sign", "@foo=1", NULL},
    {"key begins with an underscore", "_foo=1", NULL},
    {"tab within a value", "foo=1\t2", NULL},
    {"control character", "foo=1\x01", NULL},
    {"DEL", "foo=1\x7F", NULL},
    {"not ASCII", "foo=\xC3\xA9", NULL},
    {"not ASCII in a key", "f\xC3\xA9=1", NULL},
    {"semicolon for a comma", "foo=1;bar=2", NULL},
};

static void a_header_is_read_as_the_grammar_says(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(ROWS); i++) {
        const otelmq_tracestate *tracestate = NULL;
        otelmq_status status = otelmq_tracestate_parse(otelmq_str_from(ROWS[i].text), &tracestate);
        if (ROWS[i].expected == NULL) {
            assert_row(status == OTELMQ_ERROR_MALFORMED && tracestate == NULL, ROWS[i].rule);
        } else {
            assert_row(status == OTELMQ_OK, ROWS[i].rule);
            assert_same_str(otelmq_tracestate_text(tracestate), otelmq_str_from(ROWS[i].expected),
                            ROWS[i].rule);
        }
        otelmq_tracestate_release(tracestate);
    }
}

static void keys_and_values_have_a_longest_length(void **state)
{
    static const struct {
        const char *rule;
        repeated text;
        otelmq_status expected;
    } rows[] = {
        {"key of 256", {"", "k", 256, "=1"}, OTELMQ_OK},
        {"key of 257", {"", "k", 257, "=1"}, OTELMQ_ERROR_MALFORMED},
        {"tenant of 242, too long in level 1", {"", "t", 242, "@v=1"}, OTELMQ_OK},
        {"value of 256", {"k=", "v", 256, ""}, OTELMQ_OK},
        {"value of 257", {"k=", "v", 257, ""}, OTELMQ_ERROR_MALFORMED},
        {"value of 256 with white space behind", {"k=", "v", 256, "  "}, OTELMQ_OK},
    };
    (void)state;
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        otelmq_buffer buffer;
        otelmq_buffer_init(&buffer);
        add_repeated(&buffer, rows[i].text);
        const otelmq_tracestate *tracestate = NULL;
        otelmq_status status = otelmq_tracestate_parse(otelmq_buffer_str(&buffer), &tracestate);
        assert_row(status == rows[i].expected, rows[i].rule);
        otelmq_tracestate_release(tracestate);
        otelmq_buffer_clean(&buffer);
    }
}

static void a_list_has_at_most_32_members(void **state)
{
    (void)state;
    for (size_t count = 31; count <= 33; count++) {
        otelmq_buffer buffer;
        otelmq_buffer_init(&buffer);
        otelmq_buffer_add_text(&buffer, ",,,"); /* empty members do not count */
        add_members(&buffer, count);
        const otelmq_tracestate *tracestate = NULL;
        otelmq_status status = otelmq_tracestate_parse(otelmq_buffer_str(&buffer), &tracestate);
        assert_int_equal(status, count <= 32 ? OTELMQ_OK : OTELMQ_ERROR_MALFORMED);
        otelmq_tracestate_release(tracestate);
        otelmq_buffer_clean(&buffer);
    }
}

static void the_longest_list_of_all_is_read(void **state)
{
    (void)state;
    otelmq_buffer buffer;
    otelmq_buffer_init(&buffer);
    for (size_t i = 0; i < 32; i++) {
        add_repeated(&buffer, (repeated){i > 0 ? " , " : "", "k", 256, "="});
        add_repeated(&buffer, (repeated){"", "v", 256, ""});
    }
    const otelmq_tracestate *tracestate = NULL;
    assert_int_equal(otelmq_tracestate_parse(otelmq_buffer_str(&buffer), &tracestate), OTELMQ_OK);
    assert_int_equal(otelmq_tracestate_text(tracestate).len, 32 * 513 + 31);
    otelmq_tracestate_release(tracestate);
    otelmq_buffer_clean(&buffer);
}

static void several_headers_count_as_one_list(void **state)
{
    (void)state;
    const otelmq_str values[] = {OTELMQ_STR("foo=1, "), OTELMQ_STR(""), OTELMQ_STR("bar=2,baz=3")};
    const otelmq_tracestate *tracestate = NULL;
    assert_int_equal(otelmq_tracestate_parse_headers(values, 3, &tracestate), OTELMQ_OK);
    assert_str(otelmq_tracestate_text(tracestate), "foo=1,bar=2,baz=3");
    otelmq_tracestate_release(tracestate);
}

static void get_finds_the_value_of_exactly_this_key(void **state)
{
    (void)state;
    const otelmq_tracestate *tracestate = parse("foobar=1,foo=2,bar= 3");
    assert_str(otelmq_tracestate_get(tracestate, OTELMQ_STR("foo")), "2");
    assert_str(otelmq_tracestate_get(tracestate, OTELMQ_STR("foobar")), "1");
    assert_str(otelmq_tracestate_get(tracestate, OTELMQ_STR("bar")), " 3");
    assert_str(otelmq_tracestate_get(tracestate, OTELMQ_STR("fo")), "");
    assert_str(otelmq_tracestate_get(NULL, OTELMQ_STR("foo")), "");
    otelmq_tracestate_release(tracestate);
}

static void with_puts_a_new_or_changed_member_first(void **state)
{
    static const struct {
        const char *rule;
        const char *before;
        const char *after;
    } rows[] = {
        {"into nothing", "", "key=new"},
        {"added", "a=1,b=2", "key=new,a=1,b=2"},
        {"changed members move to the front", "a=1,key=old,b=2", "key=new,a=1,b=2"},
        {"no duplicate is left", "key=x,a=1,key=y", "key=new,a=1"},
    };
    (void)state;
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        const otelmq_tracestate *before = parse(rows[i].before);
        const otelmq_tracestate *after = NULL;
        assert_row(otelmq_tracestate_with(before, OTELMQ_STR("key"), OTELMQ_STR("new"), &after) ==
                       OTELMQ_OK,
                   rows[i].rule);
        assert_same_str(otelmq_tracestate_text(after), otelmq_str_from(rows[i].after),
                        rows[i].rule);
        assert_same_str(otelmq_tracestate_text(before), otelmq_str_from(rows[i].before),
                        "the original is not changed");
        otelmq_tracestate_release(after);
        otelmq_tracestate_release(before);
    }
}

static void at_32_members_the_last_one_falls_off(void **state)
{
    (void)state;
    otelmq_buffer buffer;
    otelmq_buffer_init(&buffer);
    add_members(&buffer, 32);
    const otelmq_tracestate *full = NULL;
    const otelmq_tracestate *added = NULL;
    const otelmq_tracestate *changed = NULL;
    assert_int_equal(otelmq_tracestate_parse(otelmq_buffer_str(&buffer), &full), OTELMQ_OK);
    otelmq_tracestate_with(full, OTELMQ_STR("new"), OTELMQ_STR("1"), &added);
    assert_str(otelmq_tracestate_get(added, OTELMQ_STR("new")), "1");
    assert_str(otelmq_tracestate_get(added, OTELMQ_STR("k30")), "v");
    assert_str(otelmq_tracestate_get(added, OTELMQ_STR("k31")), "");
    otelmq_tracestate_with(full, OTELMQ_STR("k5"), OTELMQ_STR("1"), &changed);
    assert_str(otelmq_tracestate_get(changed, OTELMQ_STR("k31")), "v");
    otelmq_tracestate_release(changed);
    otelmq_tracestate_release(added);
    otelmq_tracestate_release(full);
    otelmq_buffer_clean(&buffer);
}

static void with_refuses_what_could_not_be_sent(void **state)
{
    static const struct {
        const char *key;
        const char *value;
    } rows[] = {{"", "1"},   {"Key", "1"}, {"k,", "1"},  {"k=", "1"},    {"k", ""},
                {"k", "1 "}, {"k", "1,2"}, {"k", "1=2"}, {"k", "1\r\n"}, {"k", "\xC3\xA9"}};
    (void)state;
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        const otelmq_tracestate *result = NULL;
        assert_row(otelmq_tracestate_with(NULL, otelmq_str_from(rows[i].key),
                                          otelmq_str_from(rows[i].value),
                                          &result) == OTELMQ_ERROR_MALFORMED,
                   rows[i].key);
        assert_null(result);
    }
}

static void without_leaves_the_others(void **state)
{
    (void)state;
    const otelmq_tracestate *tracestate = parse("a=1,b=2,a=3,c=4");
    const otelmq_tracestate *rest = NULL;
    assert_int_equal(otelmq_tracestate_without(tracestate, OTELMQ_STR("a"), &rest), OTELMQ_OK);
    assert_str(otelmq_tracestate_text(rest), "b=2,c=4");
    otelmq_tracestate_release(rest);
    otelmq_tracestate_release(tracestate);
    tracestate = parse("a=1");
    assert_int_equal(otelmq_tracestate_without(tracestate, OTELMQ_STR("a"), &rest), OTELMQ_OK);
    assert_null(rest);
    otelmq_tracestate_release(tracestate);
}

/* Members are "x=" and a value, so that a total length of any size can be made. */
static void add_member_of(otelmq_buffer *buffer, const char *key, size_t len)
{
    otelmq_buffer_add_text(buffer, buffer->len > 0 ? "," : "");
    otelmq_buffer_add_text(buffer, key);
    add_repeated(buffer, (repeated){"=", "v", len - strlen(key) - 1, ""});
}

static void shortening_removes_long_members_first_and_then_from_the_end(void **state)
{
    static const struct {
        const char *rule;
        size_t lens[6]; /* of the members a, b, c, ... */
        const char *left;
    } rows[] = {
        {"a long member goes although it is first", {129, 128, 128, 128}, "bcd"},
        {"a member of 128 is not a long one", {128, 128, 128, 126}, "abc"},
        {"the last of the long ones goes first", {200, 100, 200, 100}, "abd"},
        {"no more long ones go than must", {129, 129, 129, 129}, "abc"},
        {"all long ones and then from the end", {128, 128, 128, 128, 200, 128}, "abc"},
        {"whole members only", {128, 128, 128, 125, 4}, "abcd"},
        {"512 are not too long", {128, 128, 128, 125}, "abcd"},
    };
    (void)state;
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        otelmq_buffer buffer;
        otelmq_buffer_init(&buffer);
        char key[] = "a";
        for (size_t member = 0; member < 6 && rows[i].lens[member] > 0; member++) {
            key[0] = (char)('a' + member);
            add_member_of(&buffer, key, rows[i].lens[member]);
        }
        const otelmq_tracestate *tracestate = NULL;
        otelmq_tracestate_parse(otelmq_buffer_str(&buffer), &tracestate);
        char out[OTELMQ_TRACESTATE_INJECT_MAX];
        otelmq_str shortened = otelmq_tracestate_shorten(tracestate, out);
        const otelmq_tracestate *left = NULL;
        assert_row(otelmq_tracestate_parse(shortened, &left) == OTELMQ_OK, rows[i].rule);
        for (key[0] = 'a'; key[0] <= 'f'; key[0]++) {
            bool is_left = otelmq_tracestate_get(left, otelmq_str_from(key)).len > 0;
            assert_row(is_left == (strchr(rows[i].left, key[0]) != NULL), rows[i].rule);
        }
        otelmq_tracestate_release(left);
        otelmq_tracestate_release(tracestate);
        otelmq_buffer_clean(&buffer);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_header_is_read_as_the_grammar_says),
        cmocka_unit_test(keys_and_values_have_a_longest_length),
        cmocka_unit_test(a_list_has_at_most_32_members),
        cmocka_unit_test(the_longest_list_of_all_is_read),
        cmocka_unit_test(several_headers_count_as_one_list),
        cmocka_unit_test(get_finds_the_value_of_exactly_this_key),
        cmocka_unit_test(with_puts_a_new_or_changed_member_first),
        cmocka_unit_test(at_32_members_the_last_one_falls_off),
        cmocka_unit_test(with_refuses_what_could_not_be_sent),
        cmocka_unit_test(without_leaves_the_others),
        cmocka_unit_test(shortening_removes_long_members_first_and_then_from_the_end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
