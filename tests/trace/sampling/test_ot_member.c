/* SPDX-License-Identifier: Apache-2.0 */
#include "trace/sampling/ot_member.h"

#include "support/diagnostics_log.h"
#include "support/test.h"

static const otelmq_tracestate *parse(const char *text)
{
    const otelmq_tracestate *tracestate = NULL;
    assert_int_equal(otelmq_tracestate_parse(otelmq_str_from(text), &tracestate), OTELMQ_OK);
    return tracestate;
}

static void values_are_read_where_they_are_well_formed(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        otelmq_ot_values values;
    } rows[] = {
        {"", {0}},
        {"vendor=th:8", {0}},
        {"ot=th:0", {.has_threshold = true}},
        {"ot=th:c", {.has_threshold = true, .threshold = UINT64_C(0xc0000000000000)}},
        {"a=b,ot=x:1;th:8;y:2", {.has_threshold = true, .threshold = UINT64_C(1) << 55}},
        {"ot=rv:6e6d1a75832a2f",
         {.has_randomness = true, .randomness = UINT64_C(0x6e6d1a75832a2f)}},
        {"ot=th:1;rv:00000000000001",
         {.has_threshold = true,
          .threshold = UINT64_C(0x10000000000000),
          .has_randomness = true,
          .randomness = 1}},
        {"ot=th:", {0}},
        {"ot=th:8x", {0}},
        {"ot=th:C", {0}},
        {"ot=th:123456789012345", {0}},
        {"ot=rv:6e6d1a75832a2", {0}},
        {"ot=rv:6e6d1a75832a2f0", {0}},
        {"ot=rv:6E6D1A75832A2F", {0}},
        {"ot=xth:8;thx:8;th", {0}},
        {"ot=;;", {0}},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        const otelmq_tracestate *tracestate = parse(rows[i].text);
        otelmq_ot_values values = otelmq_ot_read(tracestate);
        assert_row(values.has_threshold == rows[i].values.has_threshold, rows[i].text);
        assert_row(values.has_randomness == rows[i].values.has_randomness, rows[i].text);
        assert_row(!values.has_threshold || values.threshold == rows[i].values.threshold,
                   rows[i].text);
        assert_row(!values.has_randomness || values.randomness == rows[i].values.randomness,
                   rows[i].text);
        otelmq_tracestate_release(tracestate);
    }
}

static void assert_written(const char *before, const otelmq_ot_values *values, const char *expected)
{
    const otelmq_tracestate *tracestate = parse(before);
    const otelmq_tracestate *written = otelmq_ot_write(tracestate, values);
    assert_same_str(otelmq_tracestate_text(written), otelmq_str_from(expected), before);
    otelmq_tracestate_release(written);
    otelmq_tracestate_release(tracestate);
}

static void values_are_written_and_the_rest_keeps_its_order(void **state)
{
    (void)state;
    static const otelmq_ot_values none = {0};
    static const otelmq_ot_values all = {.has_threshold = true};
    static const otelmq_ot_values quarter = {.has_threshold = true,
                                             .threshold = UINT64_C(0xc0000000000000)};
    static const otelmq_ot_values random = {.has_randomness = true, .randomness = 0x10};
    static const otelmq_ot_values both = {.has_threshold = true,
                                          .threshold = UINT64_C(0xc0000000000000),
                                          .has_randomness = true,
                                          .randomness = 0x10};
    static const struct {
        const char *before;
        const otelmq_ot_values *values;
        const char *after;
    } rows[] = {
        {"", &quarter, "ot=th:c"},
        {"", &all, "ot=th:0"},
        {"", &none, ""},
        {"", &random, "ot=rv:00000000000010"},
        {"", &both, "ot=rv:00000000000010;th:c"},
        {"ot=p:8;r:62", &quarter, "ot=p:8;r:62;th:c"},
        {"ot=p:8;th:7;r:62", &quarter, "ot=p:8;r:62;th:c"},
        {"ot=p:8;th:7;r:62", &none, "ot=p:8;r:62"},
        {"ot=th:7", &none, ""},
        {"a=1,ot=th:7,b=2", &none, "a=1,b=2"},
        {"a=1,ot=th:7,b=2", &quarter, "ot=th:c,a=1,b=2"},
        {"a=1,ot=th:7;th:8;x:y,b=2", &quarter, "ot=x:y;th:c,a=1,b=2"},
        {"ot=th:nonsense", &none, ""},
        /* What says so already stays as it is, and where it is. */
        {"a=1,ot=th:c;x:y", &quarter, "a=1,ot=th:c;x:y"},
        {"a=1,ot=th:c0;x:y", &quarter, "a=1,ot=th:c0;x:y"},
        {"a=1,ot=x:y", &none, "a=1,ot=x:y"},
        /* An rv is never overwritten, not even one that is no rv. */
        {"ot=rv:ffffffffffffff", &both, "ot=rv:ffffffffffffff;th:c"},
        {"ot=rv:short", &both, "ot=rv:short;th:c"},
        {"ot=rv:ffffffffffffff;th:1", &none, "ot=rv:ffffffffffffff"},
        {"ot=a b;th:1", &none, "ot=a b"},
        {"ot=a ;th:1", &none, "ot=a"},
        {"ot=a ; th:1; ;;b", &none, "ot=a;b"},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        assert_written(rows[i].before, rows[i].values, rows[i].after);
    }
}

/* A value of that many characters, "x:" and then its filling. */
static void fill(char *tracestate, size_t size, size_t len, const char *more)
{
    char filling[257];
    memset(filling, 'f', sizeof(filling));
    snprintf(tracestate, size, "ot=x:%.*s%s", (int)(len - 2), filling, more);
}

static void what_does_not_fit_is_left_out_and_reported(void **state)
{
    (void)state;
    static diagnostics_log log;
    diagnostics_log_start(&log, OTELMQ_SEVERITY_WARNING);
    otelmq_ot_values quarter = {.has_threshold = true, .threshold = UINT64_C(0xc0000000000000)};
    char before[300];
    char after[300];
    fill(before, sizeof(before), 251, "");
    fill(after, sizeof(after), 251, ";th:c");
    assert_written(before, &quarter, after);
    assert_int_equal(log.count, 0);
    fill(before, sizeof(before), 252, "");
    assert_written(before, &quarter, before);
    assert_int_equal(log.count, 1);
    assert_non_null(strstr(log.messages[0], "th"));
    /* One that was there says something else, and must not stay. */
    quarter.threshold = UINT64_C(0xcccd) << 40;
    fill(before, sizeof(before), 251, ";th:c");
    fill(after, sizeof(after), 251, "");
    assert_written(before, &quarter, after);
    assert_int_equal(log.count, 2);
    diagnostics_log_stop();
}

static void randomness_is_taken_only_where_there_is_none_and_room(void **state)
{
    (void)state;
    char full[300];
    char fits[300];
    fill(full, sizeof(full), 239, "");
    fill(fits, sizeof(fits), 238, "");
    const struct {
        const char *tracestate;
        bool takes;
    } rows[] = {
        {"", true},         {"ot=th:8", true}, {"ot=rv:00000000000010", false},
        {"ot=rv:1", false}, {fits, true},      {full, false},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        const otelmq_tracestate *tracestate = parse(rows[i].tracestate);
        assert_row(otelmq_ot_takes_randomness(tracestate) == rows[i].takes, rows[i].tracestate);
        otelmq_tracestate_release(tracestate);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(values_are_read_where_they_are_well_formed),
        cmocka_unit_test(values_are_written_and_the_rest_keeps_its_order),
        cmocka_unit_test(what_does_not_fit_is_left_out_and_reported),
        cmocka_unit_test(randomness_is_taken_only_where_there_is_none_and_room),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
