/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The 24 cases of the tests of W3C Baggage, with the rule that each checks; rules and headers are
 * written anew, after the specification. OpenTelemetry keeps the properties of a member as one
 * piece of text, its metadata, so that they are compared as they stood. (W3C Baggage, section 3.)
 */
#include "base/buffer.h"
#include "support/test.h"

#include <otelmq/map_carrier.h>
#include <otelmq/propagator.h>

/* What quoting these makes of them: tab, space, both quotes, and what separates in the header. */
#define ODD_VALUE "\t \"';=xyz!@#$%^&*()"
#define ODD_QUOTED "%09%20%22%27%3B%3Dxyz%21%40%23%24%25%5E%26%2A%28%29"
/* Only what must be is quoted when it goes out. */
#define ODD_SENT "%09%20%22'%3B=xyz!@#$%25^&*()"

typedef struct {
    const char *key;
    const char *value;
    const char *metadata; /* NULL: none */
} entry;

typedef struct {
    const char *rule;
    const char *header; /* that comes in; NULL: none */
    entry entries[2]; /* that are read, up to one without a key */
    const char *sent; /* the header that goes out; NULL: none */
} baggage_case;

static const baggage_case LISTS[] = {
    {"without a header there is nothing, and nothing goes out", NULL, {{0}}, NULL},
    {"one member", "Tenant=Blue", {{"Tenant", "Blue", NULL}}, "Tenant=Blue"},
    {"commas separate members, semicolons their properties",
     "Tenant=Blue;Signed,Tier=Gold;Until=Noon",
     {{"Tenant", "Blue", "Signed"}, {"Tier", "Gold", "Until=Noon"}},
     "Tenant=Blue;Signed,Tier=Gold;Until=Noon"},
    {"white space may stand around every separator of a list",
     "Tenant \t = \t Blue \t ; \t Signed \t , \t Tier \t = \t Gold \t ; \t Until \t = \t Noon",
     {{"Tenant", "Blue", "Signed"}, {"Tier", "Gold", "Until \t = \t Noon"}},
     "Tenant=Blue;Signed,Tier=Gold;Until \t = \t Noon"},
    {"every member has properties of its own",
     "Tenant=Blue;From=Here,Tier=Gold;Until=Noon",
     {{"Tenant", "Blue", "From=Here"}, {"Tier", "Gold", "Until=Noon"}},
     "Tenant=Blue;From=Here,Tier=Gold;Until=Noon"},
    {"every member has properties of its own, with white space too",
     "Tenant \t = \t Blue \t ; \t From=Here \t , \t Tier \t = \t Gold \t ; \t Until \t = \t Noon",
     {{"Tenant", "Blue", "From=Here"}, {"Tier", "Gold", "Until \t = \t Noon"}},
     "Tenant=Blue;From=Here,Tier=Gold;Until \t = \t Noon"},
};

static const baggage_case MEMBERS[] = {
    {"a key and a value", "Tenant=Blue", {{"Tenant", "Blue", NULL}}, "Tenant=Blue"},
    {"the first equals sign separates, further ones belong to the value",
     "Tenant=Blue=Green",
     {{"Tenant", "Blue=Green", NULL}},
     "Tenant=Blue=Green"},
    {"a value is unquoted when it is read, and quoted when it goes out",
     "Tenant=" ODD_QUOTED,
     {{"Tenant", ODD_VALUE, NULL}},
     "Tenant=" ODD_SENT},
    {"a property may be a key alone",
     "Tenant=Blue;Signed",
     {{"Tenant", "Blue", "Signed"}},
     "Tenant=Blue;Signed"},
    {"several properties keep their order",
     "Tenant=Blue;Signed;Until=Noon",
     {{"Tenant", "Blue", "Signed;Until=Noon"}},
     "Tenant=Blue;Signed;Until=Noon"},
    {"properties of one name are all kept",
     "Tenant=Blue;From;From=Here;From=There",
     {{"Tenant", "Blue", "From;From=Here;From=There"}},
     "Tenant=Blue;From;From=Here;From=There"},
    {"a property may have a value",
     "Tenant=Blue;From=Here",
     {{"Tenant", "Blue", "From=Here"}},
     "Tenant=Blue;From=Here"},
    {"white space around key and value does not belong to them",
     "Tenant \t = \t Blue \t ",
     {{"Tenant", "Blue", NULL}},
     "Tenant=Blue"},
    {"white space around a quoted value is not of the value, and quoted one is",
     "Tenant \t = \t " ODD_QUOTED " \t ",
     {{"Tenant", ODD_VALUE, NULL}},
     "Tenant=" ODD_SENT},
    {"white space around a property does not belong to it",
     "Tenant \t = \t Blue \t ; \t Signed",
     {{"Tenant", "Blue", "Signed"}},
     "Tenant=Blue;Signed"},
    {"white space between properties changes none of them",
     "Tenant \t = \t Blue \t ; \t Signed \t ; \t Until \t = \t Noon",
     {{"Tenant", "Blue", "Signed \t ; \t Until \t = \t Noon"}},
     "Tenant=Blue;Signed \t ; \t Until \t = \t Noon"},
    {"white space may stand around the equals sign of a property",
     "Tenant \t = \t Blue \t ; \t From \t = \t Here",
     {{"Tenant", "Blue", "From \t = \t Here"}},
     "Tenant=Blue;From \t = \t Here"},
    {"the value of a property goes out quoted, as it came in",
     "Tenant=Blue;From=" ODD_QUOTED,
     {{"Tenant", "Blue", "From=" ODD_QUOTED}},
     "Tenant=Blue;From=" ODD_QUOTED},
    {"the key of a property is never unquoted, even if it would then look like a pair",
     "Tenant=Blue;From%20%3D%20Here",
     {{"Tenant", "Blue", "From%20%3D%20Here"}},
     "Tenant=Blue;From%20%3D%20Here"},
};

static const otelmq_context *extract(otelmq_str header)
{
    otelmq_map *map = otelmq_map_create();
    if (header.data != NULL) {
        assert_int_equal(otelmq_map_add(map, "baggage", header), OTELMQ_OK);
    }
    const otelmq_context *context = otelmq_propagator_extract(
        otelmq_propagator_baggage(), otelmq_context_root(), otelmq_map_carrier(map));
    otelmq_map_destroy(map);
    return context;
}

static void check_entries(const baggage_case *of, const otelmq_baggage *baggage)
{
    size_t count = 0;
    while (count < COUNT_OF(of->entries) && of->entries[count].key != NULL) {
        const entry *expected = &of->entries[count];
        otelmq_baggage_entry read = otelmq_baggage_entry_at(baggage, count);
        assert_same_str(read.key, otelmq_str_from(expected->key), of->rule);
        assert_same_str(read.value, otelmq_str_from(expected->value), of->rule);
        assert_same_str(read.metadata, otelmq_str_from(expected->metadata), of->rule);
        count++;
    }
    assert_row(otelmq_baggage_count(baggage) == count, of->rule);
}

/* expected {0}: no header goes out at all. */
static void check_sent(const otelmq_context *context, otelmq_str expected, const char *rule)
{
    otelmq_map *map = otelmq_map_create();
    otelmq_propagator_inject(otelmq_propagator_baggage(), context, otelmq_map_carrier(map));
    assert_row(otelmq_map_count(map) == (expected.data != NULL ? 1 : 0), rule);
    assert_same_str(otelmq_map_get(map, "baggage"), expected, rule);
    otelmq_map_destroy(map);
}

static void check_all(const baggage_case cases[], size_t count)
{
    for (size_t i = 0; i < count; i++) {
        const baggage_case *of = &cases[i];
        const otelmq_context *context = extract(otelmq_str_from(of->header));
        check_entries(of, otelmq_context_baggage(context));
        check_sent(context, otelmq_str_from(of->sent), of->rule);
        otelmq_context_release(context);
    }
}

static void a_list_is_read_and_passed_on(void **state)
{
    (void)state;
    assert_int_equal(COUNT_OF(LISTS), 6);
    check_all(LISTS, COUNT_OF(LISTS));
}

static void a_member_is_read_and_passed_on(void **state)
{
    (void)state;
    assert_int_equal(COUNT_OF(MEMBERS), 14);
    check_all(MEMBERS, COUNT_OF(MEMBERS));
}

static const otelmq_baggage *add(const otelmq_baggage *baggage, otelmq_str key, otelmq_str value)
{
    const otelmq_baggage *longer = NULL;
    otelmq_baggage_entry added = {key, value, {0}};
    assert_int_equal(otelmq_baggage_with(baggage, added, &longer), OTELMQ_OK);
    otelmq_baggage_release(baggage);
    return longer;
}

static void an_entry_that_the_program_makes_has_no_properties(void **state)
{
    (void)state;
    const otelmq_baggage *baggage = add(NULL, OTELMQ_STR("Tenant"), OTELMQ_STR("Blue"));
    otelmq_baggage_entry made = otelmq_baggage_entry_at(baggage, 0);
    assert_str(made.key, "Tenant");
    assert_str(made.value, "Blue");
    assert_str(made.metadata, "");
    otelmq_baggage_release(baggage);
}

/* So many members with keys of three digits, and in each value so many characters. */
typedef struct {
    const char *rule;
    const char *key; /* NULL: 000, 001, ... */
    size_t members;
    size_t value_len;
    size_t bytes; /* of the header */
} amount;

static const amount AMOUNTS[] = {
    {"64 members always travel", NULL, 64, 5, 64 * 10 - 1},
    {"8192 bytes always travel, if need be in one member", "a", 1, 8190, 8192},
    {"512 members travel while they fit into 8192 bytes", NULL, 512, 11, 8191},
};

static void check_amount(const amount *of)
{
    const otelmq_baggage *baggage = NULL;
    otelmq_buffer header;
    otelmq_buffer_init(&header);
    for (size_t i = 0; i < of->members; i++) {
        char digits[] = {(char)('0' + i / 100), (char)('0' + i / 10 % 10), (char)('0' + i % 10)};
        otelmq_str key = of->key != NULL ? otelmq_str_from(of->key)
                                         : otelmq_str_from_bytes(digits, sizeof(digits));
        otelmq_buffer_add_text(&header, i > 0 ? "," : "");
        otelmq_buffer_add_str(&header, key);
        otelmq_buffer_add_char(&header, '=');
        size_t start = header.len;
        for (size_t n = 0; n < of->value_len; n++) {
            otelmq_buffer_add_char(&header, (char)('0' + n % 10));
        }
        baggage = add(baggage, key, otelmq_str_from_bytes(header.data + start, of->value_len));
    }
    assert_row(header.len == of->bytes, of->rule);
    const otelmq_context *made = otelmq_context_with_baggage(otelmq_context_root(), baggage);
    check_sent(made, otelmq_buffer_str(&header), of->rule);
    const otelmq_context *read = extract(otelmq_buffer_str(&header));
    check_sent(read, otelmq_buffer_str(&header), of->rule);
    otelmq_context_release(read);
    otelmq_context_release(made);
    otelmq_baggage_release(baggage);
    otelmq_buffer_clean(&header);
}

static void what_must_travel_is_sent_and_read_whole(void **state)
{
    (void)state;
    assert_int_equal(COUNT_OF(AMOUNTS), 3);
    for (size_t i = 0; i < COUNT_OF(AMOUNTS); i++) {
        check_amount(&AMOUNTS[i]);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_list_is_read_and_passed_on),
        cmocka_unit_test(a_member_is_read_and_passed_on),
        cmocka_unit_test(an_entry_that_the_program_makes_has_no_properties),
        cmocka_unit_test(what_must_travel_is_sent_and_read_whole),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
