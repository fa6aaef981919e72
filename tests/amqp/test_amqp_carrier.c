/* SPDX-License-Identifier: Apache-2.0 */
#include <otelmq/amqp_carrier.h>
#include <otelmq/propagator.h>

#include "amqp/entries.h"
#include "support/test.h"

#include <stdio.h>
#include <stdlib.h>

enum { ENCODED_MAX = 1 << 20 };

/* How many bytes librabbitmq itself makes of the table; SIZE_MAX when it refuses. */
static size_t librabbitmq_size(const amqp_table_t *table)
{
    amqp_table_t copy = *table;
    amqp_bytes_t room = amqp_bytes_malloc(ENCODED_MAX);
    size_t size = 0;
    int status = amqp_encode_table(room, &copy, &size);
    amqp_bytes_free(room);
    return status < 0 ? SIZE_MAX : size;
}

static size_t our_size(const amqp_table_t *table)
{
    otelmq_amqp_headers headers;
    assert_int_equal(otelmq_amqp_headers_init(&headers, table), OTELMQ_OK);
    size_t size = otelmq_amqp_headers_encoded_size(&headers);
    otelmq_amqp_headers_clean(&headers);
    return size;
}

static void a_value_is_found_by_the_bytes_of_its_key(void **state)
{
    (void)state;
    char key[] = {'k', 'e', 'y', 'X'};
    amqp_table_entry_t entries[] = {entry_text("other", "no"), entry_text("key", "value")};
    entries[0].key = (amqp_bytes_t){4, key};
    entries[1].key = (amqp_bytes_t){3, key};
    amqp_table_t table = {(int)COUNT_OF(entries), entries};
    otelmq_carrier carrier = otelmq_amqp_table_carrier(&table);
    assert_str(otelmq_carrier_get(carrier, "key"), "value");
    assert_str(otelmq_carrier_get(carrier, "ke"), "");
    assert_str(otelmq_carrier_get(carrier, "Key"), "");
    assert_str(otelmq_carrier_key_at(carrier, 0), "keyX");
    assert_str(otelmq_carrier_key_at(carrier, 2), "");
}

static void values_of_the_kinds_S_and_x_are_seen_and_others_are_absent(void **state)
{
    (void)state;
    amqp_table_entry_t nested_entry = entry_text("traceparent", "nested");
    amqp_table_entry_t entries[] = {
        entry_number("number", 7),
        entry_of_kind("both", AMQP_FIELD_KIND_VOID),
        entry_text("both", "text"),
        entry_text("bytes", "raw"),
        entry_table("table", (amqp_table_t){1, &nested_entry}),
    };
    entries[3].value.kind = AMQP_FIELD_KIND_BYTES;
    amqp_table_t table = {(int)COUNT_OF(entries), entries};
    otelmq_carrier carrier = otelmq_amqp_table_carrier(&table);
    assert_str(otelmq_carrier_get(carrier, "number"), "");
    assert_str(otelmq_carrier_get(carrier, "both"), "text");
    assert_str(otelmq_carrier_get(carrier, "bytes"), "raw");
    assert_str(otelmq_carrier_get(carrier, "table"), "");
    assert_str(otelmq_carrier_get(carrier, "traceparent"), "");
}

static void of_duplicate_keys_the_first_counts(void **state)
{
    (void)state;
    amqp_table_entry_t entries[] = {entry_text("k", "1"), entry_text("k", "2"),
                                    entry_text("k", "3")};
    amqp_table_t table = {(int)COUNT_OF(entries), entries};
    otelmq_carrier carrier = otelmq_amqp_table_carrier(&table);
    otelmq_str values[2];
    assert_str(otelmq_carrier_get(carrier, "k"), "1");
    assert_int_equal(otelmq_carrier_get_all(carrier, "k", values, 2), 1);
    assert_str(values[0], "1");
}

static void a_missing_or_empty_table_reads_as_empty(void **state)
{
    (void)state;
    amqp_table_t garbage = {0, (amqp_table_entry_t *)(uintptr_t)0xdead};
    amqp_table_t negative = {-1, garbage.entries};
    const amqp_table_t *tables[] = {NULL, &garbage, &negative};
    for (size_t i = 0; i < 3; i++) {
        otelmq_carrier carrier = otelmq_amqp_table_carrier(tables[i]);
        assert_str(otelmq_carrier_get(carrier, "traceparent"), "");
        assert_str(otelmq_carrier_key_at(carrier, 0), "");
        assert_int_equal(otelmq_carrier_set(carrier, "k", OTELMQ_STR("v")),
                         OTELMQ_ERROR_INVALID_ARGUMENT);
        if (tables[i] != NULL) {
            assert_int_equal(our_size(tables[i]), 4);
        }
    }
}

static void set_replaces_every_earlier_value_and_leaves_the_table_alone(void **state)
{
    (void)state;
    amqp_table_entry_t entries[] = {entry_text("k", "1"), entry_number("own", 7),
                                    entry_number("k", 2)};
    amqp_table_t table = {(int)COUNT_OF(entries), entries};
    amqp_table_entry_t before[(int)COUNT_OF(entries)];
    memcpy(before, entries, sizeof(entries));
    otelmq_amqp_headers headers;
    assert_int_equal(otelmq_amqp_headers_init(&headers, &table), OTELMQ_OK);
    otelmq_carrier carrier = otelmq_amqp_headers_carrier(&headers);
    assert_int_equal(otelmq_carrier_set(carrier, "k", OTELMQ_STR("new")), OTELMQ_OK);
    assert_int_equal(headers.table.num_entries, 2);
    assert_str(otelmq_carrier_get(carrier, "k"), "new");
    assert_str(otelmq_carrier_key_at(carrier, 0), "own");
    assert_int_equal(headers.table.entries[1].value.kind, AMQP_FIELD_KIND_UTF8);
    otelmq_amqp_headers_clean(&headers);
    assert_memory_equal(entries, before, sizeof(entries));
}

static void values_are_copied_and_an_empty_one_is_a_value(void **state)
{
    (void)state;
    otelmq_amqp_headers headers;
    assert_int_equal(otelmq_amqp_headers_init(&headers, NULL), OTELMQ_OK);
    otelmq_carrier carrier = otelmq_amqp_headers_carrier(&headers);
    char key[] = "key";
    char value[] = "value";
    assert_int_equal(otelmq_carrier_set(carrier, key, otelmq_str_from(value)), OTELMQ_OK);
    assert_int_equal(otelmq_carrier_set(carrier, "empty", (otelmq_str){NULL, 0}), OTELMQ_OK);
    memset(key, 'z', sizeof(key));
    memset(value, 'z', sizeof(value));
    assert_str(otelmq_carrier_get(carrier, "key"), "value");
    assert_int_equal(headers.table.num_entries, 2);
    otelmq_amqp_headers_clean(&headers);
}

static void bad_keys_are_refused_and_change_nothing(void **state)
{
    (void)state;
    char longest[257];
    memset(longest, 'k', sizeof(longest));
    longest[256] = '\0';
    otelmq_amqp_headers headers;
    assert_int_equal(otelmq_amqp_headers_init(&headers, NULL), OTELMQ_OK);
    otelmq_carrier carrier = otelmq_amqp_headers_carrier(&headers);
    assert_int_equal(otelmq_carrier_set(carrier, longest, OTELMQ_STR("v")), OTELMQ_ERROR_LIMIT);
    assert_int_equal(otelmq_carrier_set(carrier, "", OTELMQ_STR("v")),
                     OTELMQ_ERROR_INVALID_ARGUMENT);
    assert_int_equal(headers.table.num_entries, 0);
    longest[255] = '\0';
    assert_int_equal(otelmq_carrier_set(carrier, longest, OTELMQ_STR("v")), OTELMQ_OK);
    assert_int_equal(otelmq_amqp_headers_encoded_size(&headers), librabbitmq_size(&headers.table));
    otelmq_amqp_headers_clean(&headers);
}

static void it_grows_beyond_its_own_storage(void **state)
{
    (void)state;
    enum { OWN = 100, OURS = 50, LONG = 5000 };
    amqp_table_entry_t entries[OWN];
    for (int i = 0; i < OWN; i++) {
        entries[i] = entry_text("own", "value");
    }
    amqp_table_t table = {OWN, entries};
    char *value = malloc(LONG);
    assert_non_null(value);
    memset(value, 'v', LONG);
    otelmq_amqp_headers headers;
    assert_int_equal(otelmq_amqp_headers_init(&headers, &table), OTELMQ_OK);
    otelmq_carrier carrier = otelmq_amqp_headers_carrier(&headers);
    for (int i = 0; i < OURS; i++) {
        char key[16];
        snprintf(key, sizeof(key), "key-%d", i);
        otelmq_str str = otelmq_str_from_bytes(value, (size_t)(i * LONG / OURS));
        assert_int_equal(otelmq_carrier_set(carrier, key, str), OTELMQ_OK);
    }
    assert_int_equal(headers.table.num_entries, OWN + OURS);
    assert_int_equal(otelmq_carrier_get(carrier, "key-1").len, LONG / OURS);
    assert_int_equal(otelmq_carrier_get(carrier, "key-49").len, 49 * LONG / OURS);
    assert_int_equal(otelmq_amqp_headers_encoded_size(&headers), librabbitmq_size(&headers.table));
    otelmq_amqp_headers_remove(&headers, "own");
    assert_int_equal(headers.table.num_entries, OURS);
    otelmq_amqp_headers_clean(&headers);
    free(value);
}

static void every_kind_has_the_size_that_librabbitmq_gives_it(void **state)
{
    (void)state;
    const char *kinds = "tbBsuIilLfdDTVSxAF";
    for (const char *kind = kinds; *kind != '\0'; kind++) {
        amqp_table_entry_t entries[] = {entry_text("a", "text"),
                                        entry_of_kind("key", (uint8_t)*kind)};
        amqp_table_t table = {(int)COUNT_OF(entries), entries};
        assert_int_equal(our_size(&table), librabbitmq_size(&table));
    }
}

static void nested_tables_and_arrays_have_the_size_that_librabbitmq_gives_them(void **state)
{
    (void)state;
    amqp_table_entry_t inner[] = {entry_text("text", "value"), entry_number("number", 1)};
    amqp_field_value_t values[] = {
        entry_number("", 1).value, entry_text("", "two").value,
        entry_table("", (amqp_table_t){(int)COUNT_OF(inner), inner}).value};
    amqp_table_entry_t array = entry_of_kind("array", AMQP_FIELD_KIND_ARRAY);
    array.value.value.array = (amqp_array_t){(int)COUNT_OF(values), values};
    amqp_table_entry_t outer[] = {
        entry_text("first", "1"), array, entry_table("empty", (amqp_table_t){0, NULL}),
        entry_table("table", (amqp_table_t){(int)COUNT_OF(inner), inner}), entry_text("last", "2")};
    amqp_table_t table = {(int)COUNT_OF(outer), outer};
    assert_int_equal(our_size(&table), librabbitmq_size(&table));
}

static void deep_nesting_is_measured_without_recursion(void **state)
{
    (void)state;
    enum { DEPTH = 100000 };
    amqp_table_entry_t *levels = calloc(DEPTH, sizeof(*levels));
    assert_non_null(levels);
    levels[0] = entry_text("k", "v");
    for (int i = 1; i < DEPTH; i++) {
        levels[i] = entry_table("k", (amqp_table_t){1, &levels[i - 1]});
    }
    amqp_table_t table = {1, &levels[DEPTH - 1]};
    /* The outermost length field, DEPTH - 1 tables of 4 + 3 each, and one text of 3 + 4 + 1. */
    assert_int_equal(our_size(&table), 4 + (DEPTH - 1) * 7 + 8);
    free(levels);
}

static void what_librabbitmq_cannot_encode_cannot_be_measured(void **state)
{
    (void)state;
    amqp_table_entry_t unknown = entry_of_kind("k", '?');
    assert_int_equal(our_size(&(amqp_table_t){1, &unknown}), SIZE_MAX);
    amqp_table_entry_t nested = entry_table("t", (amqp_table_t){1, &unknown});
    assert_int_equal(our_size(&(amqp_table_t){1, &nested}), SIZE_MAX);
    amqp_table_entry_t huge = entry_text("k", "v");
    huge.value.value.bytes.len = SIZE_MAX - 3;
    assert_int_equal(our_size(&(amqp_table_t){1, &huge}), SIZE_MAX);
    amqp_table_entry_t long_key = entry_text("k", "v");
    long_key.key.len = 256;
    assert_int_equal(our_size(&(amqp_table_t){1, &long_key}), SIZE_MAX);
}

static void a_context_goes_in_and_comes_out_again(void **state)
{
    (void)state;
    const char *text = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
    amqp_table_entry_t entry = entry_text("traceparent", text);
    amqp_table_t table = {1, &entry};
    otelmq_propagator propagator = otelmq_propagator_global();
    const otelmq_context *context = otelmq_propagator_extract(propagator, otelmq_context_root(),
                                                              otelmq_amqp_table_carrier(&table));
    otelmq_amqp_headers headers;
    assert_int_equal(otelmq_amqp_headers_init(&headers, NULL), OTELMQ_OK);
    otelmq_carrier carrier = otelmq_amqp_headers_carrier(&headers);
    otelmq_propagator_inject(propagator, context, carrier);
    otelmq_propagator_inject(propagator, context, carrier);
    assert_int_equal(headers.table.num_entries, 1);
    assert_str(otelmq_carrier_get(carrier, "traceparent"), text);
    otelmq_amqp_headers_clean(&headers);
    otelmq_context_release(context);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_value_is_found_by_the_bytes_of_its_key),
        cmocka_unit_test(values_of_the_kinds_S_and_x_are_seen_and_others_are_absent),
        cmocka_unit_test(of_duplicate_keys_the_first_counts),
        cmocka_unit_test(a_missing_or_empty_table_reads_as_empty),
        cmocka_unit_test(set_replaces_every_earlier_value_and_leaves_the_table_alone),
        cmocka_unit_test(values_are_copied_and_an_empty_one_is_a_value),
        cmocka_unit_test(bad_keys_are_refused_and_change_nothing),
        cmocka_unit_test(it_grows_beyond_its_own_storage),
        cmocka_unit_test(every_kind_has_the_size_that_librabbitmq_gives_it),
        cmocka_unit_test(nested_tables_and_arrays_have_the_size_that_librabbitmq_gives_them),
        cmocka_unit_test(deep_nesting_is_measured_without_recursion),
        cmocka_unit_test(what_librabbitmq_cannot_encode_cannot_be_measured),
        cmocka_unit_test(a_context_goes_in_and_comes_out_again),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
