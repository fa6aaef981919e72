/* SPDX-License-Identifier: Apache-2.0 */
#include "support/diagnostics_log.h"
#include "support/test.h"
#include "trace/sampling/sampling_fixture.h"
#include "trace/trace_fixture.h"

#include <math.h>

enum { SAMPLED = OTELMQ_SAMPLING_RECORD_AND_SAMPLE, DROPPED = OTELMQ_SAMPLING_DROP };

static const struct {
    double ratio;
    uint32_t precision;
    sampling_parent parent;
    int decision;
    const char *tracestate;
} decisions[] = {
    /* Root spans with a random trace id. */
    {0.25, 0, {.is_random = true, .randomness = UINT64_C(0xc0000000000000)}, SAMPLED, "ot=th:c"},
    {0.25, 0, {.is_random = true, .randomness = UINT64_C(0xbfffffffffffff)}, DROPPED, "-"},
    {1.0 / 3,
     0,
     {.is_random = true, .randomness = UINT64_C(0xaaab0000000000)},
     SAMPLED,
     "ot=th:aaab"},
    {1.0 / 3, 0, {.is_random = true, .randomness = UINT64_C(0xaaaaffffffffff)}, DROPPED, "-"},
    {0.01,
     5,
     {.is_random = true, .randomness = UINT64_C(0xfd70a400000000)},
     SAMPLED,
     "ot=th:fd70a4"},
    {1, 0, {.is_random = true, .randomness = 0}, SAMPLED, "ot=th:0"},
    {7, 0, {.is_random = true, .randomness = 0}, SAMPLED, "ot=th:0"},
    {0, 0, {.is_random = true, .randomness = UINT64_C(0xffffffffffffff)}, DROPPED, "-"},
    {NAN, 0, {.is_random = true, .randomness = UINT64_C(0xffffffffffffff)}, DROPPED, "-"},
    {0x1p-56,
     0,
     {.is_random = true, .randomness = UINT64_C(0xffffffffffffff)},
     SAMPLED,
     "ot=th:ffffffffffffff"},
    /* The rv counts, not the trace id, and stays as it is. */
    {0.5,
     0,
     {.is_random = true, .tracestate = "ot=rv:80000000000000"},
     SAMPLED,
     "ot=rv:80000000000000;th:8"},
    {0.5,
     0,
     {.tracestate = "a=b,ot=rv:7fffffffffffff", .randomness = UINT64_C(0xff) << 48},
     DROPPED,
     "a=b,ot=rv:7fffffffffffff"},
    /* The parent's sampled flag and threshold do not count. */
    {0.5,
     0,
     {.is_valid = true, .is_sampled = true, .is_random = true, .tracestate = "ot=x:1;th:0"},
     DROPPED,
     "ot=x:1"},
    {0.5,
     0,
     {.is_valid = true,
      .is_random = true,
      .tracestate = "v=1,ot=th:f;x:1",
      .randomness = UINT64_C(0x80000000000000)},
     SAMPLED,
     "ot=x:1;th:8,v=1"},
};

static void it_samples_what_reaches_the_threshold(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(decisions); i++) {
        otelmq_sampler sampler =
            otelmq_sampler_probability(decisions[i].ratio, decisions[i].precision);
        sampling_answer answer = ask_sampler(sampler, &decisions[i].parent);
        char row[32];
        snprintf(row, sizeof(row), "row %zu", i);
        assert_row((int)answer.decision == decisions[i].decision, row);
        assert_string_equal(answer.tracestate, decisions[i].tracestate);
        otelmq_sampler_destroy(sampler);
    }
}

static void it_says_what_it_is(void **state)
{
    (void)state;
    static const struct {
        double ratio;
        const char *description;
    } rows[] = {
        {0.25, "ProbabilitySampler{0.25}"},
        {2, "ProbabilitySampler{1}"},
        {-1, "ProbabilitySampler{0}"},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        otelmq_sampler sampler = otelmq_sampler_probability(rows[i].ratio, 0);
        assert_string_equal(sampler.ops->description(sampler.self), rows[i].description);
        otelmq_sampler_destroy(sampler);
    }
}

static void a_root_span_without_random_trace_id_gets_an_rv_that_decides(void **state)
{
    (void)state;
    otelmq_sampler sampler = otelmq_sampler_probability(0.5, 0);
    size_t sampled = 0;
    for (size_t i = 0; i < 200; i++) {
        sampling_answer answer = ask_sampler(sampler, &(sampling_parent){.tracestate = "ot=x:1"});
        char *rv = strstr(answer.tracestate, "ot=x:1;rv:");
        assert_ptr_equal(rv, answer.tracestate);
        bool is_above = strchr("89abcdef", rv[10]) != NULL;
        assert_int_equal(answer.decision, is_above ? SAMPLED : DROPPED);
        assert_string_equal(rv + 24, is_above ? ";th:8" : "");
        sampled += is_above;
    }
    assert_true(sampled > 0 && sampled < 200);
    otelmq_sampler_destroy(sampler);
}

static void a_child_without_random_flag_is_warned_about_once(void **state)
{
    (void)state;
    static diagnostics_log log;
    static const sampling_parent quiet[] = {
        {.is_random = true},
        {.is_random = false},
        {.is_valid = true, .is_random = true},
        {.is_valid = true, .tracestate = "ot=rv:80000000000000"},
    };
    diagnostics_log_start(&log, OTELMQ_SEVERITY_WARNING);
    otelmq_sampler sampler = otelmq_sampler_probability(0.5, 0);
    for (size_t i = 0; i < COUNT_OF(quiet); i++) {
        (void)ask_sampler(sampler, &quiet[i]);
    }
    assert_int_equal(log.count, 0);
    sampling_parent level_one = {.is_valid = true, .randomness = UINT64_C(0xff) << 48};
    for (size_t i = 0; i < 3; i++) {
        /* Random all the same is what is presumed. */
        assert_int_equal(ask_sampler(sampler, &level_one).decision, SAMPLED);
    }
    assert_int_equal(log.count, 1);
    assert_int_equal(log.severities[0], OTELMQ_SEVERITY_WARNING);
    assert_non_null(strstr(log.messages[0], "random flag"));
    otelmq_sampler_destroy(sampler);
    diagnostics_log_stop();
}

/* Of 20,000 traces of a generator with a fixed seed, within four standard deviations. */
static void it_samples_about_that_part_and_consistently(void **state)
{
    (void)state;
    static const double ratios[] = {0.01, 0.1, 1.0 / 3, 0.5, 0.9};
    enum { TRACES = 20000, RATIOS = COUNT_OF(ratios) };
    otelmq_sampler samplers[RATIOS];
    size_t counts[RATIOS] = {0};
    uint64_t seed = 2024;
    for (size_t i = 0; i < RATIOS; i++) {
        samplers[i] = otelmq_sampler_probability(ratios[i], 0);
    }
    for (size_t trace = 0; trace < TRACES; trace++) {
        sampling_parent parent = {.is_random = true, .randomness = next_of(&seed) >> 8};
        bool was_sampled = false;
        for (size_t i = 0; i < RATIOS; i++) {
            bool is_sampled = (int)ask_sampler(samplers[i], &parent).decision == SAMPLED;
            assert_true(is_sampled || !was_sampled);
            was_sampled = is_sampled;
            counts[i] += is_sampled;
        }
    }
    for (size_t i = 0; i < RATIOS; i++) {
        double expected = (double)TRACES * ratios[i];
        double deviation = sqrt(expected * (1 - ratios[i]));
        assert_true(fabs((double)counts[i] - expected) < 4 * deviation);
        otelmq_sampler_destroy(samplers[i]);
    }
}

static void the_threshold_travels_with_the_span(void **state)
{
    (void)state;
    traced fixture;
    traced_start(&fixture,
                 &(otelmq_tracer_provider_options){.sampler = otelmq_sampler_probability(1, 0)});
    sampling_parent parent = {.is_valid = true, .is_random = true, .tracestate = "v=1,ot=th:8"};
    const otelmq_context *context = context_of(&parent);
    otelmq_span *span =
        otelmq_tracer_start_span(fixture.tracer, "a", &(otelmq_span_options){.parent = context});
    assert_str(otelmq_tracestate_text(otelmq_span_get_context(span)->tracestate), "ot=th:0,v=1");
    assert_true(otelmq_span_context_is_sampled(otelmq_span_get_context(span)));
    otelmq_span_end(span);
    otelmq_context_release(context);
    traced_stop(&fixture);
}

static void a_program_may_bring_the_randomness_of_a_root_span(void **state)
{
    (void)state;
    traced fixture;
    traced_start(&fixture, &(otelmq_tracer_provider_options){
                               .sampler = otelmq_sampler_probability(0x1p-56, 0)});
    const otelmq_context *context =
        context_of(&(sampling_parent){.tracestate = "ot=rv:ffffffffffffff"});
    otelmq_span *span =
        otelmq_tracer_start_span(fixture.tracer, "a", &(otelmq_span_options){.parent = context});
    assert_true(otelmq_span_context_is_sampled(otelmq_span_get_context(span)));
    assert_str(otelmq_tracestate_text(otelmq_span_get_context(span)->tracestate),
               "ot=rv:ffffffffffffff;th:ffffffffffffff");
    otelmq_span_end(span);
    otelmq_context_release(context);
    traced_stop(&fixture);
}

static void count_up(void *self, otelmq_trace_id *id)
{
    (void)self;
    *id = (otelmq_trace_id){{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1}};
}

static void count_up_span(void *self, otelmq_span_id *id)
{
    (void)self;
    *id = (otelmq_span_id){{1}};
}

static void an_id_generator_says_whether_the_trace_id_can_be_relied_on(void **state)
{
    (void)state;
    static const otelmq_id_generator_ops counting_ops = {.trace_id = count_up,
                                                         .span_id = count_up_span};
    static const otelmq_id_generator_ops random_ops = {
        .trace_id = count_up, .span_id = count_up_span, .is_random = true};
    const otelmq_id_generator_ops *ops[] = {&counting_ops, &random_ops};
    for (size_t i = 0; i < COUNT_OF(ops); i++) {
        traced fixture;
        traced_start(&fixture,
                     &(otelmq_tracer_provider_options){.sampler = otelmq_sampler_probability(1, 0),
                                                       .id_generator = {ops[i], NULL}});
        otelmq_span *span = otelmq_tracer_start_span(fixture.tracer, "a", NULL);
        const otelmq_span_context *span_context = otelmq_span_get_context(span);
        otelmq_str ot = otelmq_tracestate_get(span_context->tracestate, OTELMQ_STR("ot"));
        bool is_random = (span_context->trace_flags & OTELMQ_TRACE_FLAG_RANDOM) != 0;
        assert_int_equal(is_random, ops[i]->is_random);
        assert_int_equal(memmem(ot.data, ot.len, "rv:", 3) != NULL, !ops[i]->is_random);
        otelmq_span_end(span);
        traced_stop(&fixture);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(it_samples_what_reaches_the_threshold),
        cmocka_unit_test(it_says_what_it_is),
        cmocka_unit_test(a_root_span_without_random_trace_id_gets_an_rv_that_decides),
        cmocka_unit_test(a_child_without_random_flag_is_warned_about_once),
        cmocka_unit_test(it_samples_about_that_part_and_consistently),
        cmocka_unit_test(the_threshold_travels_with_the_span),
        cmocka_unit_test(a_program_may_bring_the_randomness_of_a_root_span),
        cmocka_unit_test(an_id_generator_says_whether_the_trace_id_can_be_relied_on),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
