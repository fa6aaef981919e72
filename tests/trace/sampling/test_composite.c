/* SPDX-License-Identifier: Apache-2.0 */
#include "support/diagnostics_log.h"
#include "support/test.h"
#include "trace/sampling/sampling_fixture.h"

enum { SAMPLED = OTELMQ_SAMPLING_RECORD_AND_SAMPLE, DROPPED = OTELMQ_SAMPLING_DROP };

static const uint64_t HIGH = UINT64_C(0xffffffffffffff); /* below no threshold */

static const otelmq_tracestate *with_member(const void *self, const otelmq_tracestate *tracestate,
                                            otelmq_sampling_decision decision)
{
    const char *const *key = self;
    const otelmq_tracestate *changed = NULL;
    otelmq_str value = decision == OTELMQ_SAMPLING_DROP ? OTELMQ_STR("no") : OTELMQ_STR("yes");
    assert_int_equal(otelmq_tracestate_with(tracestate, otelmq_str_from(*key), value, &changed),
                     OTELMQ_OK);
    return changed;
}

static const otelmq_tracestate_provider_ops member_ops = {.tracestate = with_member};

static void tracestate_providers_change_it_one_after_the_other(void **state)
{
    (void)state;
    static const char *const keys[] = {"first", "second"};
    static const struct {
        uint64_t randomness;
        const char *tracestate;
    } rows[] = {
        {UINT64_C(0xffffffffffffff), "ot=rv:ffffffffffffff;th:8,second=yes,first=yes,v=1"},
        {0, "second=no,first=no,v=1,ot=rv:00000000000000"},
    };
    scripted_composable scripted = {.intent = otelmq_sampling_intent_for_ratio(0.5, 0)};
    for (size_t i = 0; i < COUNT_OF(keys); i++) {
        otelmq_sampling_intent_add_tracestate(&scripted.intent,
                                              (otelmq_tracestate_provider){&member_ops, &keys[i]});
    }
    otelmq_sampler sampler = otelmq_sampler_composite(as_composable(&scripted));
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        char tracestate[64];
        snprintf(tracestate, sizeof(tracestate), "v=1,ot=rv:%014llx",
                 (unsigned long long)rows[i].randomness);
        sampling_parent parent = {.is_valid = true, .tracestate = tracestate};
        assert_string_equal(ask_sampler(sampler, &parent).tracestate, rows[i].tracestate);
    }
    otelmq_sampler_destroy(sampler);
}

static void a_provider_cannot_touch_the_ot_member(void **state)
{
    (void)state;
    static diagnostics_log log;
    static const char *const key = "ot";
    static const struct {
        const char *before;
        const char *after;
    } rows[] = {
        {"v=1,ot=rv:ffffffffffffff", "ot=rv:ffffffffffffff;th:8,v=1"},
        {"v=1", "ot=th:8,v=1"},
    };
    diagnostics_log_start(&log, OTELMQ_SEVERITY_WARNING);
    scripted_composable scripted = {.intent = otelmq_sampling_intent_for_ratio(0.5, 0)};
    otelmq_sampling_intent_add_tracestate(&scripted.intent,
                                          (otelmq_tracestate_provider){&member_ops, &key});
    otelmq_sampler sampler = otelmq_sampler_composite(as_composable(&scripted));
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        sampling_parent parent = {
            .is_valid = true, .tracestate = rows[i].before, .randomness = HIGH};
        assert_string_equal(ask_sampler(sampler, &parent).tracestate, rows[i].after);
        assert_int_equal(log.count, i + 1);
        assert_non_null(strstr(log.messages[i], "\"ot\""));
    }
    otelmq_sampler_destroy(sampler);
    diagnostics_log_stop();
}

static void an_unreliable_threshold_is_decided_by_new_dice_and_does_not_travel(void **state)
{
    (void)state;
    scripted_composable scripted = {
        .intent = {.has_threshold = true, .threshold = UINT64_C(1) << 55},
    };
    otelmq_sampler sampler = otelmq_sampler_composite(as_composable(&scripted));
    sampling_parent parent = {
        .is_valid = true, .is_sampled = true, .tracestate = "ot=th:8;x:1", .randomness = HIGH};
    size_t sampled = 0;
    for (size_t i = 0; i < 200; i++) {
        sampling_answer answer = ask_sampler(sampler, &parent);
        assert_string_equal(answer.tracestate, "ot=x:1");
        sampled += (int)answer.decision == SAMPLED;
    }
    /* All or none of 200 fair coins would be one in 2^199. */
    assert_true(sampled > 0 && sampled < 200);
    otelmq_sampler_destroy(sampler);
}

static void a_root_span_without_random_trace_id_gets_an_rv(void **state)
{
    (void)state;
    otelmq_sampler sampler = otelmq_sampler_composite(otelmq_composable_always_on());
    sampling_answer answer = ask_sampler(sampler, &(sampling_parent){.randomness = HIGH});
    assert_memory_equal(answer.tracestate, "ot=rv:", 6);
    assert_string_equal(answer.tracestate + 20, ";th:0");
    otelmq_sampler_destroy(sampler);
}

static void a_composable_sampler_sees_the_span_but_not_the_trace_id(void **state)
{
    (void)state;
    scripted_composable scripted = {.intent = {0}};
    otelmq_sampler sampler = otelmq_sampler_composite(as_composable(&scripted));
    otelmq_attribute attribute = otelmq_attribute_int("k", 1);
    otelmq_sampling_input input = {
        .name = OTELMQ_STR("name"),
        .kind = OTELMQ_SPAN_PRODUCER,
        .attributes = &attribute,
        .attribute_count = 1,
    };
    sampling_parent parent = {.is_valid = true, .randomness = HIGH};
    (void)ask_sampler_about(sampler, &parent, input);
    assert_str(scripted.asked.name, "name");
    assert_int_equal(scripted.asked.kind, OTELMQ_SPAN_PRODUCER);
    assert_int_equal(scripted.asked.attribute_count, 1);
    assert_non_null(scripted.asked.parent);
    assert_false(otelmq_trace_id_is_valid(scripted.asked.trace_id));
    otelmq_sampler_destroy(sampler);
    assert_int_equal(scripted.destroys, 1);
}

static void they_say_what_they_are(void **state)
{
    (void)state;
    scripted_composable scripted = {.intent = {0}};
    otelmq_sampling_rule rules[] = {
        {otelmq_predicate_root(), otelmq_composable_probability(0.25)},
        {otelmq_predicate_span_name("a*"), annotate("k", "v", otelmq_composable_always_on())},
        {otelmq_predicate_any(), as_composable(&scripted)},
    };
    otelmq_sampler sampler = otelmq_sampler_composite(
        otelmq_composable_parent_threshold(otelmq_composable_rule_based(rules, COUNT_OF(rules))));
    assert_string_equal(sampler.ops->description(sampler.self),
                        "CompositeSampler{ComposableParentThreshold{ComposableRuleBased{"
                        "root:ComposableProbability{0.25},"
                        "name=a*:ComposableAnnotating{k,ComposableAlwaysOn},"
                        "any:custom}}}");
    otelmq_sampler_destroy(sampler);
}

static void a_failed_part_makes_the_whole_fail_and_frees_the_others(void **state)
{
    (void)state;
    otelmq_composable_sampler none = {0};
    assert_null(otelmq_sampler_composite(none).ops);
    assert_null(otelmq_composable_parent_threshold(none).ops);
    assert_null(otelmq_composable_annotating(NULL, 0, none).ops);
    scripted_composable scripted[2] = {{.calls = 0}, {.calls = 0}};
    otelmq_sampling_rule rules[] = {
        {otelmq_predicate_span_name("a"), as_composable(&scripted[0])},
        {(otelmq_sampling_predicate){0}, as_composable(&scripted[1])},
        {otelmq_predicate_span_name("b"), none},
    };
    assert_null(otelmq_sampler_composite(otelmq_composable_parent_threshold(
                                             otelmq_composable_rule_based(rules, COUNT_OF(rules))))
                    .ops);
    assert_int_equal(scripted[0].destroys, 1);
    assert_int_equal(scripted[1].destroys, 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(tracestate_providers_change_it_one_after_the_other),
        cmocka_unit_test(a_provider_cannot_touch_the_ot_member),
        cmocka_unit_test(an_unreliable_threshold_is_decided_by_new_dice_and_does_not_travel),
        cmocka_unit_test(a_root_span_without_random_trace_id_gets_an_rv),
        cmocka_unit_test(a_composable_sampler_sees_the_span_but_not_the_trace_id),
        cmocka_unit_test(they_say_what_they_are),
        cmocka_unit_test(a_failed_part_makes_the_whole_fail_and_frees_the_others),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
