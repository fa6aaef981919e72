/* SPDX-License-Identifier: Apache-2.0 */
#include "propagation/traceparent.h"
#include "support/test.h"

#define TRACE "4bf92f3577b34da6a3ce929d0e0e4736"
#define SPAN "00f067aa0ba902b7"
#define VALID "00-" TRACE "-" SPAN "-01"

/* flags -1: the header is invalid. */
static const struct {
    const char *rule;
    const char *traceparent;
    int flags;
} ROWS[] = {
    {"as in the specification", VALID, 0x01},
    {"not sampled", "00-" TRACE "-" SPAN "-00", 0x00},
    {"random without sampled", "00-" TRACE "-" SPAN "-02", 0x02},
    {"random is kept beside sampled", "00-" TRACE "-" SPAN "-03", 0x03},
    {"unknown flags are cleared", "00-" TRACE "-" SPAN "-ff", 0x03},
    {"unknown flags only", "00-" TRACE "-" SPAN "-fc", 0x00},
    {"white space in front", " \t" VALID, 0x01},
    {"white space behind", VALID "\t ", 0x01},
    {"a future version has the same length", "cc-" TRACE "-" SPAN "-01", 0x01},
    {"a future version has more behind a dash", "cc-" TRACE "-" SPAN "-01-what-will-come", 0x01},
    {"a future version ends in a dash", "cc-" TRACE "-" SPAN "-01-", 0x01},
    {"of a future version only sampled is known", "cc-" TRACE "-" SPAN "-ff", 0x01},
    {"the last future version", "fe-" TRACE "-" SPAN "-00", 0x00},
    {"a future version without the dash", "cc-" TRACE "-" SPAN "-01.what-will-come", -1},
    {"a future version that is too short", "cc-" TRACE "-" SPAN "-0", -1},
    {"version ff is forbidden", "ff-" TRACE "-" SPAN "-01", -1},
    {"version ff with more", "ff-" TRACE "-" SPAN "-01-x", -1},
    {"version 00 with more behind a dash", VALID "-what", -1},
    {"version 00 with more behind a dot", VALID ".", -1},
    {"version 00 with a dash at the end", VALID "-", -1},
    {"version in upper case", "CC-" TRACE "-" SPAN "-01", -1},
    {"version is no digit", ".0-" TRACE "-" SPAN "-01", -1},
    {"version of one digit", "0-" TRACE "-" SPAN "-01", -1},
    {"trace id all zero", "00-00000000000000000000000000000000-" SPAN "-01", -1},
    {"trace id in upper case", "00-4BF92F3577B34DA6A3CE929D0E0E4736-" SPAN "-01", -1},
    {"trace id with a dot", "00-.bf92f3577b34da6a3ce929d0e0e4736-" SPAN "-01", -1},
    {"trace id too long", "00-" TRACE "0-" SPAN "-01", -1},
    {"trace id too short", "00-bf92f3577b34da6a3ce929d0e0e4736-" SPAN "-01", -1},
    {"span id all zero", "00-" TRACE "-0000000000000000-01", -1},
    {"span id in upper case", "00-" TRACE "-00F067AA0BA902B7-01", -1},
    {"span id with a dot", "00-" TRACE "-.0f067aa0ba902b7-01", -1},
    {"span id too long", "00-" TRACE "-" SPAN "0-01", -1},
    {"span id too short", "00-" TRACE "-0f067aa0ba902b7-01", -1},
    {"flags with a dot", "00-" TRACE "-" SPAN "-.0", -1},
    {"flags in upper case", "00-" TRACE "-" SPAN "-0A", -1},
    {"flags too long", "00-" TRACE "-" SPAN "-001", -1},
    {"flags too short", "00-" TRACE "-" SPAN "-1", -1},
    {"no flags", "00-" TRACE "-" SPAN, -1},
    {"other separators", "00_" TRACE "_" SPAN "_01", -1},
    {"white space within", "00- " TRACE "-" SPAN "-01", -1},
    {"white space only", "    ", -1},
    {"not ASCII",
     "00-" TRACE "-\xC3\xA9"
     "f067aa0ba902b7-01",
     -1},
    {"empty", "", -1},
};

static void check_parsed(const otelmq_span_context *found, int flags, const char *rule)
{
    char trace_id[OTELMQ_TRACE_ID_HEX_SIZE];
    char span_id[OTELMQ_SPAN_ID_HEX_SIZE];
    otelmq_trace_id_format(found->trace_id, trace_id);
    otelmq_span_id_format(found->span_id, span_id);
    assert_same_str(otelmq_str_from(trace_id), OTELMQ_STR(TRACE), rule);
    assert_same_str(otelmq_str_from(span_id), OTELMQ_STR(SPAN), rule);
    assert_row(found->trace_flags == flags, rule);
    assert_row(found->is_remote, rule);
}

static void a_traceparent_is_read_as_level_2_says(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(ROWS); i++) {
        otelmq_span_context parsed;
        bool is_valid = otelmq_traceparent_parse(otelmq_str_from(ROWS[i].traceparent), &parsed);
        assert_row(is_valid == (ROWS[i].flags >= 0), ROWS[i].rule);
        if (is_valid) {
            check_parsed(&parsed, ROWS[i].flags, ROWS[i].rule);
        }
    }
}

static void every_beginning_of_a_traceparent_is_invalid(void **state)
{
    (void)state;
    for (size_t len = 0; len < OTELMQ_TRACEPARENT_LEN; len++) {
        otelmq_span_context parsed;
        assert_false(otelmq_traceparent_parse(otelmq_str_from_bytes(VALID, len), &parsed));
    }
}

/* The flags that are sent: bits that level 2 does not define must be zero. */
static void it_is_written_in_version_00_with_known_flags_only(void **state)
{
    static const struct {
        uint8_t flags;
        const char *expected;
    } rows[] = {
        {0x00, "00-" TRACE "-" SPAN "-00"}, {0x01, VALID},
        {0x02, "00-" TRACE "-" SPAN "-02"}, {0x03, "00-" TRACE "-" SPAN "-03"},
        {0xff, "00-" TRACE "-" SPAN "-03"}, {0xfc, "00-" TRACE "-" SPAN "-00"},
    };
    (void)state;
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        otelmq_span_context span_context = {.trace_flags = rows[i].flags};
        char text[OTELMQ_TRACEPARENT_LEN];
        otelmq_trace_id_parse(OTELMQ_STR(TRACE), &span_context.trace_id);
        otelmq_span_id_parse(OTELMQ_STR(SPAN), &span_context.span_id);
        otelmq_traceparent_format(&span_context, text);
        assert_str(otelmq_str_from_bytes(text, sizeof(text)), rows[i].expected);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_traceparent_is_read_as_level_2_says),
        cmocka_unit_test(every_beginning_of_a_traceparent_is_invalid),
        cmocka_unit_test(it_is_written_in_version_00_with_known_flags_only),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
