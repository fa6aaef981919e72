/* SPDX-License-Identifier: Apache-2.0 */
#include "config/make.h"
#include "support/test.h"

#include <stdlib.h>

/* The file: a sampler below two lines of text. */
static otelmq_config *config;
static otelmq_config_problems problems;

static otelmq_sampler make_sampler(const char *sampler)
{
    static const otelmq_sdk_options options = {.service_name = "orders"};
    char text[4096];
    snprintf(text, sizeof(text),
             "file_format: \"1.0\"\n"
             "tracer_provider: {processors: [{simple: {exporter: {console: }}}], sampler: %s}\n",
             sampler);
    otelmq_config_problems_init(&problems, "t.yaml");
    config = otelmq_config_parse("t.yaml", otelmq_str_from(text), &problems);
    assert_row(config != NULL, problems.items[0].text);
    otelmq_config_maker maker = {.config = config, .problems = &problems, .options = &options};
    return otelmq_config_make_sampler(
        &maker, otelmq_config_get(otelmq_config_get(config->root, "tracer_provider"), "sampler"));
}

static void release(otelmq_sampler sampler)
{
    otelmq_sampler_destroy(sampler);
    otelmq_config_destroy(config);
}

static otelmq_sampler make_half(const char *name, const char *argument,
                                const otelmq_resource *resource)
{
    (void)name;
    (void)argument;
    (void)resource;
    return otelmq_sampler_trace_id_ratio(0.5);
}

static otelmq_sampler make_nothing(const char *name, const char *argument,
                                   const otelmq_resource *resource)
{
    (void)name;
    (void)argument;
    (void)resource;
    return (otelmq_sampler){0};
}

static void samplers_are_what_the_file_says(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        const char *description; /* its beginning */
    } rows[] = {
        {"{always_on: }", "AlwaysOnSampler"},
        {"{always_off: {}}", "AlwaysOffSampler"},
        {"{trace_id_ratio_based: {ratio: 0.25}}", "TraceIdRatioBased{0.25}"},
        {"{trace_id_ratio_based: }", "TraceIdRatioBased{1}"},
        {"{trace_id_ratio_based: {ratio: 1}}", "TraceIdRatioBased{1}"},
        {"{probability/development: {ratio: 0.5}}", "ProbabilitySampler{0.5}"},
        {"{parent_based: }", "ParentBased{root:AlwaysOnSampler,"},
        {"{parent_based: {root: {trace_id_ratio_based: {ratio: 0.1}}}}",
         "ParentBased{root:TraceIdRatioBased{0.1},"},
        {"{parent_based: {root: {always_off: }, remote_parent_sampled: {always_off: }}}",
         "ParentBased{root:AlwaysOffSampler,remoteParentSampled:AlwaysOffSampler,"},
        {"{always_record: {root: {always_off: }}}", "AlwaysRecord{AlwaysOffSampler}"},
        {"{composite/development: {probability: {ratio: 0.5}}}", "CompositeSampler{"},
        {"{composite/development: {parent_threshold: {root: {always_on: }}}}", "CompositeSampler{"},
        {"{half: }", "TraceIdRatioBased{0.5}"},
    };
    assert_int_equal(otelmq_sampler_register("half", make_half), OTELMQ_OK);
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        otelmq_sampler sampler = make_sampler(rows[i].text);
        assert_row(sampler.ops != NULL, rows[i].text);
        const char *description = sampler.ops->description(sampler.self);
        assert_row(strncmp(description, rows[i].description, strlen(rows[i].description)) == 0,
                   description);
        release(sampler);
    }
}

static void a_sampler_that_cannot_be_made_is_named_with_its_line(void **state)
{
    (void)state;
    assert_int_equal(otelmq_sampler_register("nothing", make_nothing), OTELMQ_OK);
    otelmq_sampler sampler = make_sampler("{parent_based: {root: {nothing: }}}");
    assert_null(sampler.ops);
    assert_non_null(strstr(problems.items[0].text, "t.yaml:2: the sampler \"nothing\""));
    release(sampler);
}

/* A span that starts as a test says. */
typedef struct {
    otelmq_span_kind kind;
    bool has_parent;
    bool is_remote;
    otelmq_attribute attribute;
} start;

static bool is_sampled(otelmq_sampler sampler, const start *started)
{
    otelmq_span_context parent = {.trace_flags = 1, .is_remote = started->is_remote};
    const otelmq_context *context = otelmq_context_root();
    if (started->has_parent) {
        parent.trace_id.bytes[0] = 7;
        parent.span_id.bytes[0] = 7;
        context = otelmq_context_with_span_context(context, &parent);
    }
    otelmq_sampling_input input = {
        .parent = context,
        .trace_id = {{7}},
        .is_trace_id_random = true,
        .name = OTELMQ_STR("span"),
        .kind = started->kind,
        .attributes = &started->attribute,
        .attribute_count = started->attribute.key.len > 0,
    };
    otelmq_sampling_result result = sampler.ops->should_sample(sampler.self, &input);
    otelmq_tracestate_release(result.tracestate);
    otelmq_context_release(context);
    return result.decision == OTELMQ_SAMPLING_RECORD_AND_SAMPLE;
}

/* Whether the rule samples a span; what it does not match is dropped. */
static bool matches(const char *conditions, const start *started)
{
    char text[2048];
    snprintf(text, sizeof(text),
             "{composite/development: {rule_based: {rules: [{%s sampler: {always_on: }}]}}}",
             conditions);
    otelmq_sampler sampler = make_sampler(text);
    assert_row(sampler.ops != NULL, conditions);
    /* The sampler keeps what it needs of the configuration. */
    otelmq_config_destroy(config);
    bool is_match = is_sampled(sampler, started);
    otelmq_sampler_destroy(sampler);
    return is_match;
}

/* A condition, and a span that starts without attributes. */
static void rules_match_kind_and_parent(void **state)
{
    (void)state;
    static const struct {
        const char *conditions;
        otelmq_span_kind kind;
        bool has_parent;
        bool is_remote;
        bool is_match;
    } rows[] = {
        {"", OTELMQ_SPAN_CLIENT, false, false, true},
        {"span_kinds: [client, server],", OTELMQ_SPAN_SERVER, false, false, true},
        {"span_kinds: [client, server],", OTELMQ_SPAN_PRODUCER, false, false, false},
        {"parent: [none],", OTELMQ_SPAN_INTERNAL, false, false, true},
        {"parent: [none],", OTELMQ_SPAN_INTERNAL, true, true, false},
        {"parent: [remote],", OTELMQ_SPAN_INTERNAL, true, true, true},
        {"parent: [remote],", OTELMQ_SPAN_INTERNAL, true, false, false},
        {"parent: [none, local],", OTELMQ_SPAN_INTERNAL, true, false, true},
        {"span_kinds: [client], parent: [none],", OTELMQ_SPAN_CLIENT, true, true, false},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        const start started = {
            .kind = rows[i].kind,
            .has_parent = rows[i].has_parent,
            .is_remote = rows[i].is_remote,
        };
        assert_row(matches(rows[i].conditions, &started) == rows[i].is_match, rows[i].conditions);
    }
}

static void assert_matches(const char *conditions, otelmq_attribute attribute, bool is_match)
{
    const start started = {.kind = OTELMQ_SPAN_INTERNAL, .attribute = attribute};
    assert_row(matches(conditions, &started) == is_match, conditions);
}

static void rules_match_texts(void **state)
{
    (void)state;
    const otelmq_attribute route = otelmq_attribute_string("route", OTELMQ_STR("/healthz"));
    static const struct {
        const char *conditions;
        bool is_match;
    } rows[] = {
        {"attribute_values: {key: route, values: [/a, /healthz]},", true},
        {"attribute_values: {key: route, values: [/health*]},", false},
        {"attribute_values: {key: other, values: [/healthz]},", false},
        {"attribute_patterns: {key: route},", true},
        {"attribute_patterns: {key: other},", false},
        {"attribute_patterns: {key: route, included: [/*], excluded: [/health*]},", false},
        {"attribute_patterns: {key: route, excluded: [/a*]},", true},
        {"span_kinds: [client], attribute_values: {key: route, values: [/healthz]},", false},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        assert_matches(rows[i].conditions, route, rows[i].is_match);
    }
}

static void rules_match_other_values_as_text(void **state)
{
    (void)state;
    static const otelmq_str routes[] = {{"/a", 2}, {"/healthz", 8}};
    static const int64_t codes[] = {200, 404};
    static const bool flags[] = {true};
    static const double ratios[] = {0.5};
    const otelmq_attribute code = otelmq_attribute_int("k", 404);
    assert_matches("attribute_values: {key: k, values: [\"404\"]},", code, true);
    assert_matches("attribute_patterns: {key: k, included: [\"4??\"]},", code, true);
    assert_matches("attribute_patterns: {key: k, excluded: [\"404\"]},", code, false);
    assert_matches("attribute_patterns: {key: k, excluded: [\"5*\"]},", code, true);
    assert_matches("attribute_values: {key: k, values: [\"0.1\"]},",
                   otelmq_attribute_double("k", 0.1), true);
    assert_matches("attribute_values: {key: k, values: [\"200\"]},",
                   otelmq_attribute_double("k", 200), true);
    assert_matches("attribute_values: {key: k, values: [\"100000\"]},",
                   otelmq_attribute_double("k", 1e5), true);
    assert_matches("attribute_values: {key: k, values: [\"false\"]},",
                   otelmq_attribute_bool("k", true), false);
    assert_matches("attribute_values: {key: k, values: [/healthz]},",
                   otelmq_attribute_string_array("k", routes, 2), true);
    assert_matches("attribute_values: {key: k, values: [\"404\"]},",
                   otelmq_attribute_int_array("k", codes, 2), true);
    assert_matches("attribute_values: {key: k, values: [\"true\"]},",
                   otelmq_attribute_bool_array("k", flags, 1), true);
    assert_matches("attribute_values: {key: k, values: [\"0.5\"]},",
                   otelmq_attribute_double_array("k", ratios, 1), true);
}

static void the_first_rule_that_matches_decides(void **state)
{
    (void)state;
    const start client = {.kind = OTELMQ_SPAN_CLIENT};
    const start server = {.kind = OTELMQ_SPAN_SERVER};
    otelmq_sampler sampler = make_sampler(
        "{composite/development: {rule_based: {rules: ["
        "{span_kinds: [client], sampler: {always_off: }}, {sampler: {always_on: }}]}}}");
    assert_false(is_sampled(sampler, &client));
    assert_true(is_sampled(sampler, &server));
    release(sampler);
    sampler = make_sampler("{composite/development: {rule_based: }}");
    assert_false(is_sampled(sampler, &server));
    release(sampler);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(samplers_are_what_the_file_says),
        cmocka_unit_test(a_sampler_that_cannot_be_made_is_named_with_its_line),
        cmocka_unit_test(rules_match_kind_and_parent),
        cmocka_unit_test(rules_match_texts),
        cmocka_unit_test(rules_match_other_values_as_text),
        cmocka_unit_test(the_first_rule_that_matches_decides),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
