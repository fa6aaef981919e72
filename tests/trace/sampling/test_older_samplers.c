/* SPDX-License-Identifier: Apache-2.0 */
/* What consistent sampling asks of the samplers that were there before it. */
#include "support/diagnostics_log.h"
#include "support/test.h"
#include "trace/sampling/sampling_fixture.h"
#include "trace/trace_fixture.h"

#include <stdlib.h>

enum { SAMPLED = OTELMQ_SAMPLING_RECORD_AND_SAMPLE };

/* The tracestate of the child that starts below parent, as the provider makes it. */
static void assert_child(const traced *fixture, const sampling_parent *parent, bool is_sampled,
                         const char *tracestate)
{
    const otelmq_context *context = context_of(parent);
    otelmq_span *span = otelmq_tracer_start_span(fixture->tracer, "child",
                                                 &(otelmq_span_options){.parent = context});
    const otelmq_span_context *span_context = otelmq_span_get_context(span);
    assert_int_equal(otelmq_span_context_is_sampled(span_context), is_sampled);
    assert_str(otelmq_tracestate_text(span_context->tracestate), tracestate);
    otelmq_span_end(span);
    otelmq_context_release(context);
}

static void parent_based_erases_a_threshold_that_contradicts_its_decision(void **state)
{
    (void)state;
    static const uint64_t low = 0;
    static const uint64_t high = UINT64_C(0xffffffffffffff);
    traced fixture;
    traced_start(&fixture, NULL);
    assert_child(&fixture,
                 &(sampling_parent){.is_valid = true,
                                    .is_sampled = true,
                                    .tracestate = "v=1,ot=x:1;th:8",
                                    .randomness = high},
                 true, "v=1,ot=x:1;th:8");
    assert_child(&fixture,
                 &(sampling_parent){.is_valid = true,
                                    .is_sampled = true,
                                    .tracestate = "v=1,ot=x:1;th:8",
                                    .randomness = low},
                 true, "ot=x:1,v=1");
    assert_child(&fixture,
                 &(sampling_parent){.is_valid = true,
                                    .is_sampled = true,
                                    .tracestate = "ot=rv:7fffffffffffff;th:8",
                                    .randomness = high},
                 true, "ot=rv:7fffffffffffff");
    assert_child(&fixture,
                 &(sampling_parent){.is_valid = true, .tracestate = "ot=th:8", .randomness = high},
                 false, "");
    assert_child(&fixture,
                 &(sampling_parent){.is_valid = true, .tracestate = "ot=th:8", .randomness = low},
                 false, "ot=th:8");
    assert_child(&fixture, &(sampling_parent){.is_valid = true, .tracestate = "v=1"}, false, "v=1");
    traced_stop(&fixture);
}

static void parent_based_leaves_the_tracestate_of_a_delegate_alone(void **state)
{
    (void)state;
    otelmq_parent_based_options options = {
        .remote_parent_not_sampled = otelmq_sampler_probability(1, 0),
    };
    otelmq_sampler sampler = otelmq_sampler_parent_based(&options);
    sampling_parent parent = {.is_valid = true, .is_remote = true, .tracestate = "ot=th:8"};
    sampling_answer answer = ask_sampler(sampler, &parent);
    assert_int_equal(answer.decision, SAMPLED);
    assert_string_equal(answer.tracestate, "ot=th:0");
    otelmq_sampler_destroy(sampler);
}

static void a_ratio_that_decides_about_children_is_warned_about_once(void **state)
{
    (void)state;
    static diagnostics_log log;
    static const struct {
        const char *tracestate;
        bool names_probability;
    } rows[] = {{"", false}, {"v=1", false}, {"ot=th:8", true}, {"ot=rv:ffffffffffffff", true}};
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        diagnostics_log_start(&log, OTELMQ_SEVERITY_WARNING);
        traced fixture;
        traced_start(&fixture, &(otelmq_tracer_provider_options){
                                   .sampler = otelmq_sampler_trace_id_ratio(1)});
        assert_child(&fixture, &(sampling_parent){.is_valid = false}, true, "");
        assert_int_equal(log.count, 0);
        for (size_t times = 0; times < 3; times++) {
            sampling_parent parent = {.is_valid = true, .tracestate = rows[i].tracestate};
            assert_child(&fixture, &parent, true, rows[i].tracestate);
        }
        assert_int_equal(log.count, 1);
        assert_non_null(strstr(log.messages[0], "TraceIdRatioBased"));
        assert_int_equal(strstr(log.messages[0], "by a ProbabilitySampler") != NULL,
                         rows[i].names_probability);
        traced_stop(&fixture);
        diagnostics_log_stop();
    }
}

static void a_ratio_below_parent_based_is_not_warned_about(void **state)
{
    (void)state;
    static diagnostics_log log;
    diagnostics_log_start(&log, OTELMQ_SEVERITY_WARNING);
    otelmq_parent_based_options options = {.root = otelmq_sampler_trace_id_ratio(1)};
    traced fixture;
    traced_start(&fixture, &(otelmq_tracer_provider_options){
                               .sampler = otelmq_sampler_parent_based(&options)});
    assert_child(&fixture, &(sampling_parent){.is_valid = false}, true, "");
    assert_child(&fixture, &(sampling_parent){.is_valid = true, .is_sampled = true}, true, "");
    assert_int_equal(log.count, 0);
    traced_stop(&fixture);
    diagnostics_log_stop();
}

static void always_record_turns_drop_into_record_only(void **state)
{
    (void)state;
    struct {
        otelmq_sampler root;
        int decision;
        const char *description;
    } rows[] = {
        {otelmq_sampler_always_off(), OTELMQ_SAMPLING_RECORD_ONLY,
         "AlwaysRecord{AlwaysOffSampler}"},
        {otelmq_sampler_always_on(), SAMPLED, "AlwaysRecord{AlwaysOnSampler}"},
        {otelmq_sampler_always_record(otelmq_sampler_always_off()), OTELMQ_SAMPLING_RECORD_ONLY,
         "AlwaysRecord{AlwaysRecord{AlwaysOffSampler}}"},
        {otelmq_sampler_probability(0, 0), OTELMQ_SAMPLING_RECORD_ONLY,
         "AlwaysRecord{ProbabilitySampler{0}}"},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        otelmq_sampler sampler = otelmq_sampler_always_record(rows[i].root);
        sampling_answer answer = ask_sampler(sampler, &(sampling_parent){.is_random = true});
        assert_int_equal(answer.decision, rows[i].decision);
        assert_string_equal(sampler.ops->description(sampler.self), rows[i].description);
        otelmq_sampler_destroy(sampler);
    }
    assert_null(otelmq_sampler_always_record((otelmq_sampler){0}).ops);
}

static void count_span(void *self, otelmq_span *span)
{
    assert_false(otelmq_span_context_is_sampled(otelmq_span_get_context(span)));
    ++*(unsigned *)self;
}

static otelmq_status do_nothing(void *self, uint32_t timeout_ms)
{
    (void)self;
    (void)timeout_ms;
    return OTELMQ_OK;
}

static void always_record_shows_dropped_spans_to_processors(void **state)
{
    (void)state;
    static const otelmq_processor_ops counting_ops = {
        .on_end = count_span, .force_flush = do_nothing, .shutdown = do_nothing};
    unsigned ended = 0;
    otelmq_processor processor = {&counting_ops, &ended};
    otelmq_tracer_provider_options options = {
        .sampler = otelmq_sampler_always_record(otelmq_sampler_always_off()),
        .processors = &processor,
        .processor_count = 1,
    };
    otelmq_tracer_provider *provider = NULL;
    assert_int_equal(otelmq_tracer_provider_create(&options, &provider), OTELMQ_OK);
    otelmq_tracer *tracer = otelmq_tracer_provider_tracer(provider, "tests", NULL);
    otelmq_span *span = otelmq_tracer_start_span(tracer, "a", NULL);
    assert_true(otelmq_span_is_recording(span));
    otelmq_span_end(span);
    assert_int_equal(ended, 1);
    otelmq_tracer_provider_destroy(provider);
}

static unsigned released;

static void release_attributes(const otelmq_attribute *attributes)
{
    assert_str(attributes[0].key, "made");
    released++;
}

static otelmq_sampling_result sample_with_attribute(const void *self,
                                                    const otelmq_sampling_input *input)
{
    (void)input;
    static otelmq_attribute attribute;
    attribute = otelmq_attribute_string("made", OTELMQ_STR("here"));
    return (otelmq_sampling_result){
        .decision = *(const otelmq_sampling_decision *)self,
        .attributes = &attribute,
        .attribute_count = 1,
        .release_attributes = release_attributes,
    };
}

static void the_attributes_of_a_custom_sampler_are_released_once(void **state)
{
    (void)state;
    static const otelmq_sampler_ops custom_ops = {.should_sample = sample_with_attribute};
    otelmq_sampling_decision decisions[] = {OTELMQ_SAMPLING_DROP, OTELMQ_SAMPLING_RECORD_ONLY,
                                            OTELMQ_SAMPLING_RECORD_AND_SAMPLE};
    for (size_t i = 0; i < COUNT_OF(decisions); i++) {
        released = 0;
        traced fixture;
        traced_start(&fixture,
                     &(otelmq_tracer_provider_options){.sampler = {&custom_ops, &decisions[i]}});
        otelmq_span *span = otelmq_tracer_start_span(fixture.tracer, "a", NULL);
        assert_int_equal(released, 1);
        otelmq_span_end(span);
        traced_stop(&fixture);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(parent_based_erases_a_threshold_that_contradicts_its_decision),
        cmocka_unit_test(parent_based_leaves_the_tracestate_of_a_delegate_alone),
        cmocka_unit_test(a_ratio_that_decides_about_children_is_warned_about_once),
        cmocka_unit_test(a_ratio_below_parent_based_is_not_warned_about),
        cmocka_unit_test(always_record_turns_drop_into_record_only),
        cmocka_unit_test(always_record_shows_dropped_spans_to_processors),
        cmocka_unit_test(the_attributes_of_a_custom_sampler_are_released_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
