/* SPDX-License-Identifier: Apache-2.0 */
#include "support/diagnostics_log.h"
#include "support/test.h"
#include "trace/sampling/sampling_fixture.h"
#include "trace/trace_fixture.h"

enum { SAMPLED = OTELMQ_SAMPLING_RECORD_AND_SAMPLE, DROPPED = OTELMQ_SAMPLING_DROP };

static const uint64_t LOW = 0; /* below every threshold but 0 */
static const uint64_t MIDDLE = UINT64_C(0x80000000000000);
static const uint64_t HIGH = UINT64_C(0xffffffffffffff); /* below none */

typedef struct {
    const char *what;
    sampling_parent parent;
    int decision;
    const char *tracestate;
} decision_row;

/* Takes the composable sampler over. */
static void assert_decisions(otelmq_composable_sampler composable, const decision_row rows[],
                             size_t count)
{
    otelmq_sampler sampler = otelmq_sampler_composite(composable);
    for (size_t i = 0; i < count; i++) {
        sampling_answer answer = ask_sampler(sampler, &rows[i].parent);
        assert_row((int)answer.decision == rows[i].decision, rows[i].what);
        assert_same_str(otelmq_str_from(answer.tracestate), otelmq_str_from(rows[i].tracestate),
                        rows[i].what);
        assert_row(answer.attribute_count == 0, rows[i].what);
    }
    otelmq_sampler_destroy(sampler);
}

static void always_on_samples_with_threshold_zero(void **state)
{
    (void)state;
    const decision_row rows[] = {
        {"root", {.is_random = true, .randomness = LOW}, SAMPLED, "ot=th:0"},
        {"child of unsampled", {.is_valid = true, .tracestate = "v=1"}, SAMPLED, "ot=th:0,v=1"},
        {"child with threshold",
         {.is_valid = true, .tracestate = "ot=th:8;x:1", .randomness = LOW},
         SAMPLED,
         "ot=x:1;th:0"},
        {"child with randomness",
         {.is_valid = true, .tracestate = "ot=rv:00000000000000"},
         SAMPLED,
         "ot=rv:00000000000000;th:0"},
    };
    assert_decisions(otelmq_composable_always_on(), rows, COUNT_OF(rows));
}

static void always_off_drops_and_erases_the_threshold(void **state)
{
    (void)state;
    const decision_row rows[] = {
        {"root", {.is_random = true, .randomness = HIGH}, DROPPED, "-"},
        {"child of sampled",
         {.is_valid = true, .is_sampled = true, .tracestate = "v=1,ot=th:8", .randomness = HIGH},
         DROPPED,
         "v=1"},
        {"the rv stays",
         {.is_valid = true, .tracestate = "ot=th:8;rv:ffffffffffffff"},
         DROPPED,
         "ot=rv:ffffffffffffff"},
    };
    assert_decisions(otelmq_composable_always_off(), rows, COUNT_OF(rows));
    assert_decisions(otelmq_composable_probability(0), rows, COUNT_OF(rows));
}

static void probability_compares_randomness_and_threshold(void **state)
{
    (void)state;
    const decision_row rows[] = {
        {"above", {.is_random = true, .randomness = HIGH}, SAMPLED, "ot=th:c"},
        {"at", {.is_random = true, .randomness = UINT64_C(0xc0) << 48}, SAMPLED, "ot=th:c"},
        {"below", {.is_random = true, .randomness = MIDDLE}, DROPPED, "-"},
        {"rv above",
         {.is_valid = true, .tracestate = "ot=rv:c0000000000000", .randomness = LOW},
         SAMPLED,
         "ot=rv:c0000000000000;th:c"},
        {"rv below, parent sampled",
         {.is_valid = true,
          .is_sampled = true,
          .tracestate = "ot=rv:bfffffffffffff;th:8",
          .randomness = HIGH},
         DROPPED,
         "ot=rv:bfffffffffffff"},
    };
    assert_decisions(otelmq_composable_probability(0.25), rows, COUNT_OF(rows));
}

static void parent_threshold_does_as_the_parent(void **state)
{
    (void)state;
    const decision_row rows[] = {
        {"root asks the root sampler, above",
         {.is_random = true, .randomness = HIGH},
         SAMPLED,
         "ot=th:c"},
        {"root asks the root sampler, below",
         {.is_random = true, .randomness = MIDDLE},
         DROPPED,
         "-"},
        {"sampled with threshold",
         {.is_valid = true, .is_sampled = true, .tracestate = "v=1,ot=th:8", .randomness = HIGH},
         SAMPLED,
         "v=1,ot=th:8"},
        {"sampled with threshold zero",
         {.is_valid = true, .is_sampled = true, .tracestate = "ot=th:0", .randomness = LOW},
         SAMPLED,
         "ot=th:0"},
        {"unsampled with threshold",
         {.is_valid = true, .tracestate = "ot=th:8", .randomness = LOW},
         DROPPED,
         "-"},
        {"sampled without threshold: of unknown probability",
         {.is_valid = true, .is_sampled = true, .tracestate = "v=1", .randomness = LOW},
         SAMPLED,
         "v=1"},
        {"unsampled without threshold",
         {.is_valid = true, .tracestate = "v=1", .randomness = HIGH},
         DROPPED,
         "v=1"},
        {"sampled, but below its threshold",
         {.is_valid = true, .is_sampled = true, .tracestate = "ot=th:8;x:1", .randomness = LOW},
         SAMPLED,
         "ot=x:1"},
        {"sampled, but its rv is below its threshold",
         {.is_valid = true,
          .is_sampled = true,
          .tracestate = "ot=th:8;rv:7fffffffffffff",
          .randomness = HIGH},
         SAMPLED,
         "ot=rv:7fffffffffffff"},
        {"unsampled, but above its threshold",
         {.is_valid = true, .tracestate = "ot=th:8;x:1", .randomness = HIGH},
         DROPPED,
         "ot=x:1"},
        {"a malformed threshold is none",
         {.is_valid = true, .is_sampled = true, .tracestate = "ot=th:8Z", .randomness = LOW},
         SAMPLED,
         "-"},
    };
    assert_decisions(otelmq_composable_parent_threshold(otelmq_composable_probability(0.25)), rows,
                     COUNT_OF(rows));
}

static void the_first_matching_rule_counts(void **state)
{
    (void)state;
    scripted_composable wants[3] = {
        {.intent = {.has_threshold = true, .is_adjusted_count_reliable = true}},
        {.intent = {0}},
        {.intent = {.has_threshold = true}},
    };
    otelmq_sampling_rule rules[] = {
        {otelmq_predicate_span_name("GET *"), as_composable(&wants[0])},
        {otelmq_predicate_span_name("GET /health"), as_composable(&wants[1])},
        {otelmq_predicate_span_kind(OTELMQ_SPAN_CONSUMER), as_composable(&wants[2])},
    };
    static const struct {
        const char *name;
        otelmq_span_kind kind;
        int decision;
        size_t rule; /* 3: none */
    } rows[] = {
        {"GET /health", OTELMQ_SPAN_SERVER, SAMPLED, 0},
        {"process", OTELMQ_SPAN_CONSUMER, SAMPLED, 2},
        {"process", OTELMQ_SPAN_INTERNAL, DROPPED, 3},
    };
    otelmq_sampler sampler =
        otelmq_sampler_composite(otelmq_composable_rule_based(rules, COUNT_OF(rules)));
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        unsigned before[4] = {wants[0].calls, wants[1].calls, wants[2].calls, 0};
        otelmq_sampling_input input = {.name = otelmq_str_from(rows[i].name), .kind = rows[i].kind};
        sampling_answer answer =
            ask_sampler_about(sampler, &(sampling_parent){.is_random = true}, input);
        assert_int_equal(answer.decision, rows[i].decision);
        for (size_t rule = 0; rule < 3; rule++) {
            assert_int_equal(wants[rule].calls - before[rule], rule == rows[i].rule);
        }
    }
    otelmq_sampler_destroy(sampler);
    for (size_t rule = 0; rule < 3; rule++) {
        assert_int_equal(wants[rule].destroys, 1);
    }
}

static void no_rules_sample_nothing(void **state)
{
    (void)state;
    const decision_row rows[] = {
        {"root", {.is_random = true, .randomness = HIGH}, DROPPED, "-"},
    };
    assert_decisions(otelmq_composable_rule_based(NULL, 0), rows, COUNT_OF(rows));
}

static void annotating_adds_attributes_to_what_is_sampled(void **state)
{
    (void)state;
    static const struct {
        uint64_t randomness;
        const char *attributes;
    } rows[] = {{UINT64_C(0xffffffffffffff), "rule=checkout "}, {0, ""}};
    char value[] = "checkout";
    otelmq_sampler sampler =
        otelmq_sampler_composite(annotate("rule", value, otelmq_composable_probability(0.5)));
    memset(value, 'x', sizeof(value) - 1); /* It was copied. */
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        sampling_parent parent = {.is_random = true, .randomness = rows[i].randomness};
        assert_string_equal(ask_sampler(sampler, &parent).attributes, rows[i].attributes);
    }
    otelmq_sampler_destroy(sampler);
}

static void the_attributes_of_several_annotations_add_up_and_the_outer_comes_last(void **state)
{
    (void)state;
    otelmq_sampling_rule rules[] = {
        {otelmq_predicate_any(), annotate("a", "inner", otelmq_composable_always_on())},
    };
    otelmq_composable_sampler inner =
        annotate("b", "middle", otelmq_composable_rule_based(rules, 1));
    otelmq_sampler sampler = otelmq_sampler_composite(annotate("a", "outer", inner));
    sampling_answer answer = ask_sampler(sampler, &(sampling_parent){.is_random = true});
    assert_string_equal(answer.attributes, "a=inner b=middle a=outer ");
    traced fixture;
    traced_start(&fixture, &(otelmq_tracer_provider_options){.sampler = sampler});
    end_one_span(fixture.tracer, "s");
    const otelmq_span_data *span = otelmq_memory_exporter_span_at(fixture.memory, 0);
    assert_int_equal(span->attribute_count, 2);
    assert_str(otelmq_span_data_attribute(span, "a").as.string, "outer");
    assert_str(otelmq_span_data_attribute(span, "b").as.string, "middle");
    traced_stop(&fixture);
}

static void more_providers_than_fit_are_left_out_and_reported(void **state)
{
    (void)state;
    static diagnostics_log log;
    diagnostics_log_start(&log, OTELMQ_SEVERITY_WARNING);
    otelmq_composable_sampler nested = otelmq_composable_always_on();
    for (size_t i = 0; i < OTELMQ_SAMPLING_PROVIDERS_MAX + 1; i++) {
        nested = annotate("k", "v", nested);
    }
    otelmq_sampler sampler = otelmq_sampler_composite(nested);
    sampling_answer answer = ask_sampler(sampler, &(sampling_parent){.is_random = true});
    assert_int_equal(answer.attribute_count, OTELMQ_SAMPLING_PROVIDERS_MAX);
    assert_int_equal(log.count, 1);
    assert_non_null(strstr(log.messages[0], "attributes"));
    otelmq_sampler_destroy(sampler);
    diagnostics_log_stop();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(always_on_samples_with_threshold_zero),
        cmocka_unit_test(always_off_drops_and_erases_the_threshold),
        cmocka_unit_test(probability_compares_randomness_and_threshold),
        cmocka_unit_test(parent_threshold_does_as_the_parent),
        cmocka_unit_test(the_first_matching_rule_counts),
        cmocka_unit_test(no_rules_sample_nothing),
        cmocka_unit_test(annotating_adds_attributes_to_what_is_sampled),
        cmocka_unit_test(the_attributes_of_several_annotations_add_up_and_the_outer_comes_last),
        cmocka_unit_test(more_providers_than_fit_are_left_out_and_reported),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
