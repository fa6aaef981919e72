/* SPDX-License-Identifier: Apache-2.0 */
/* What spans tell of the headers that the broker adds, and that anybody else may write too. */
#include "amqp/consuming.h"
#include "amqp/entries.h"
#include "support/test.h"

#include <stdlib.h>

static const otelmq_span_data *process_entry(traced *self, amqp_table_entry_t entry)
{
    return consuming_process_entries(self, &entry, 1);
}

static amqp_table_entry_t entry_array(const char *key, amqp_field_value_t values[], int count)
{
    amqp_table_entry_t entry = entry_of_kind(key, AMQP_FIELD_KIND_ARRAY);
    entry.value.value.array = (amqp_array_t){count, values};
    return entry;
}

static amqp_field_value_t table_value(amqp_table_entry_t entries[], int count)
{
    return entry_table("", (amqp_table_t){count, entries}).value;
}

static void a_dead_lettered_message_tells_how_often_and_why_first(void **state)
{
    (void)state;
    amqp_table_entry_t latest[] = {entry_number("count", 2), entry_text("queue", "retry")};
    amqp_table_entry_t first[] = {entry_text("reason", "rejected"), entry_number("count", 3)};
    amqp_field_value_t deaths[] = {table_value(latest, 2), table_value(first, 2)};
    amqp_table_entry_t entries[] = {entry_array("x-death", deaths, 2),
                                    entry_text("x-first-death-queue", "orders"),
                                    entry_text("x-first-death-reason", "rejected")};
    traced self;
    traced_start(&self, CONSUMING_FRAME_MAX, NULL);
    const otelmq_span_data *span = consuming_process_entries(&self, entries, COUNT_OF(entries));
    assert_int_attribute(span, "rabbitmq.message.death.count", 5);
    assert_attribute(span, "rabbitmq.message.death.queue", "orders");
    assert_attribute(span, "rabbitmq.message.death.reason", "rejected");
    traced_stop(&self);
}

static void an_x_death_of_another_form_is_left_out(void **state)
{
    (void)state;
    amqp_table_entry_t text_count[] = {entry_text("count", "3")};
    amqp_table_entry_t negative[] = {entry_number("count", -3)};
    amqp_table_entry_t other[] = {entry_number("counts", 3)};
    amqp_field_value_t values[] = {table_value(text_count, 1), table_value(negative, 1),
                                   table_value(other, 1), table_value(NULL, 0),
                                   entry_number("", 7).value};
    amqp_table_entry_t cases[] = {
        entry_array("x-death", values, (int)COUNT_OF(values)),
        entry_array("x-death", NULL, 0),
        entry_table("x-death", (amqp_table_t){0, NULL}),
        entry_text("x-death", "3"),
        entry_number("x-death", 3),
        entry_of_kind("x-death", AMQP_FIELD_KIND_VOID),
    };
    traced self;
    traced_start(&self, CONSUMING_FRAME_MAX, NULL);
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        assert_no_attribute(process_entry(&self, cases[i]), "rabbitmq.message.death.count");
    }
    traced_stop(&self);
}

static void counts_without_bound_do_not_overflow(void **state)
{
    (void)state;
    amqp_table_entry_t most[] = {entry_number("count", INT64_MAX)};
    amqp_field_value_t deaths[] = {table_value(most, 1), table_value(most, 1)};
    traced self;
    traced_start(&self, CONSUMING_FRAME_MAX, NULL);
    const otelmq_span_data *span = process_entry(&self, entry_array("x-death", deaths, 2));
    assert_int_attribute(span, "rabbitmq.message.death.count", INT64_MAX);
    traced_stop(&self);
}

static void a_text_that_is_none_is_left_out(void **state)
{
    (void)state;
    char long_text[257];
    memset(long_text, 'q', sizeof(long_text) - 1);
    long_text[sizeof(long_text) - 1] = '\0';
    amqp_table_entry_t cases[] = {
        entry_text("x-first-death-queue", "\xff\xfe"),
        entry_text("x-first-death-queue", long_text),
        entry_text("x-first-death-queue", ""),
        entry_number("x-first-death-queue", 5),
        entry_table("x-first-death-queue", (amqp_table_t){0, NULL}),
    };
    traced self;
    traced_start(&self, CONSUMING_FRAME_MAX, NULL);
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        assert_no_attribute(process_entry(&self, cases[i]), "rabbitmq.message.death.queue");
    }
    amqp_table_entry_t bytes = entry_text("x-first-death-queue", "orders");
    bytes.value.kind = AMQP_FIELD_KIND_BYTES;
    assert_attribute(process_entry(&self, bytes), "rabbitmq.message.death.queue", "orders");
    traced_stop(&self);
}

static void numbers_of_every_kind_are_read(void **state)
{
    (void)state;
    static const uint8_t kinds[] = {AMQP_FIELD_KIND_I8,  AMQP_FIELD_KIND_U8,  AMQP_FIELD_KIND_I16,
                                    AMQP_FIELD_KIND_U16, AMQP_FIELD_KIND_I32, AMQP_FIELD_KIND_U32,
                                    AMQP_FIELD_KIND_I64, AMQP_FIELD_KIND_U64};
    traced self;
    traced_start(&self, CONSUMING_FRAME_MAX, NULL);
    for (size_t i = 0; i < COUNT_OF(kinds); i++) {
        amqp_table_entry_t entry = entry_of_kind("x-delivery-count", kinds[i]);
        switch (kinds[i]) {
        case AMQP_FIELD_KIND_I8:
            entry.value.value.i8 = 5;
            break;
        case AMQP_FIELD_KIND_U8:
            entry.value.value.u8 = 5;
            break;
        case AMQP_FIELD_KIND_I16:
            entry.value.value.i16 = 5;
            break;
        case AMQP_FIELD_KIND_U16:
            entry.value.value.u16 = 5;
            break;
        case AMQP_FIELD_KIND_I32:
            entry.value.value.i32 = 5;
            break;
        case AMQP_FIELD_KIND_U32:
            entry.value.value.u32 = 5;
            break;
        default:
            entry.value.value.u64 = 5;
            break;
        }
        assert_int_attribute(process_entry(&self, entry), "rabbitmq.message.delivery_count", 5);
    }
    traced_stop(&self);
}

static void a_number_that_is_none_is_left_out(void **state)
{
    (void)state;
    amqp_table_entry_t too_large = entry_of_kind("x-stream-offset", AMQP_FIELD_KIND_U64);
    too_large.value.value.u64 = (uint64_t)INT64_MAX + 1;
    amqp_table_entry_t cases[] = {
        too_large,
        entry_number("x-stream-offset", -1),
        entry_text("x-stream-offset", "5"),
        entry_of_kind("x-stream-offset", AMQP_FIELD_KIND_BOOLEAN),
        entry_of_kind("x-stream-offset", AMQP_FIELD_KIND_F64),
        entry_of_kind("x-stream-offset", AMQP_FIELD_KIND_VOID),
    };
    traced self;
    traced_start(&self, CONSUMING_FRAME_MAX, NULL);
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        assert_no_attribute(process_entry(&self, cases[i]), "rabbitmq.stream.offset");
    }
    traced_stop(&self);
}

static void the_first_of_headers_with_one_name_counts(void **state)
{
    (void)state;
    amqp_table_entry_t entries[] = {entry_number("x-stream-offset", 0),
                                    entry_number("x-stream-offset", 9),
                                    entry_number("X-Stream-Offset", 8)};
    traced self;
    traced_start(&self, CONSUMING_FRAME_MAX, NULL);
    assert_int_attribute(consuming_process_entries(&self, entries, COUNT_OF(entries)),
                         "rabbitmq.stream.offset", 0);
    traced_stop(&self);
}

static void tables_nested_a_thousand_deep_do_no_harm(void **state)
{
    (void)state;
    enum { DEPTH = 1000 };
    amqp_table_entry_t *levels = calloc(DEPTH, sizeof(*levels));
    amqp_field_value_t *arrays = calloc(DEPTH, sizeof(*arrays));
    assert_non_null(levels);
    assert_non_null(arrays);
    levels[0] = entry_number("count", 1);
    arrays[0] = entry_number("", 1).value;
    for (int i = 1; i < DEPTH; i++) {
        levels[i] = entry_table("count", (amqp_table_t){1, &levels[i - 1]});
        arrays[i] = entry_array("", &arrays[i - 1], 1).value;
    }
    static const char *const names[] = {"x-death", "x-first-death-queue", "x-delivery-count",
                                        "x-stream-offset", "traceparent"};
    traced self;
    traced_start(
        &self, CONSUMING_FRAME_MAX,
        &(otelmq_amqp_options){.server_address = "rabbit.test",
                               .server_port = 5672,
                               .messaging = {.records_sizes = true,
                                             .captured_headers = (const char *const[]){"*"},
                                             .captured_header_count = 1}});
    for (size_t i = 0; i < COUNT_OF(names); i++) {
        amqp_table_entry_t entries[] = {
            entry_table(names[i], (amqp_table_t){1, &levels[DEPTH - 1]}),
            entry_array(names[i], &arrays[DEPTH - 1], 1)};
        const otelmq_span_data *span = consuming_process_entries(&self, &entries[0], 1);
        assert_no_attribute(span, "rabbitmq.message.death.count");
        span = consuming_process_entries(&self, &entries[1], 1);
        assert_no_attribute(span, "rabbitmq.message.death.count");
    }
    traced_stop(&self);
    free(arrays);
    free(levels);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_dead_lettered_message_tells_how_often_and_why_first),
        cmocka_unit_test(an_x_death_of_another_form_is_left_out),
        cmocka_unit_test(counts_without_bound_do_not_overflow),
        cmocka_unit_test(a_text_that_is_none_is_left_out),
        cmocka_unit_test(numbers_of_every_kind_are_read),
        cmocka_unit_test(a_number_that_is_none_is_left_out),
        cmocka_unit_test(the_first_of_headers_with_one_name_counts),
        cmocka_unit_test(tables_nested_a_thousand_deep_do_no_harm),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
