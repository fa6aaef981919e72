/* SPDX-License-Identifier: Apache-2.0 */
#include "support/test.h"
#include "trace/trace_fixture.h"

#include <math.h>
#include <stdlib.h>

static otelmq_sampling_decision ask(otelmq_sampler sampler, uint64_t last_eight_bytes)
{
    otelmq_sampling_input input = {.parent = otelmq_context_root()};
    for (size_t i = 0; i < 8; i++) {
        input.trace_id.bytes[15 - i] = (uint8_t)(last_eight_bytes >> (8 * i));
    }
    return sampler.ops->should_sample(sampler.self, &input).decision;
}

static void always_on_keeps_and_always_off_drops(void **state)
{
    (void)state;
    otelmq_sampler on = otelmq_sampler_always_on();
    otelmq_sampler off = otelmq_sampler_always_off();
    assert_int_equal(ask(on, 1), OTELMQ_SAMPLING_RECORD_AND_SAMPLE);
    assert_int_equal(ask(off, 1), OTELMQ_SAMPLING_DROP);
    assert_string_equal(on.ops->description(on.self), "AlwaysOnSampler");
    assert_string_equal(off.ops->description(off.self), "AlwaysOffSampler");
    otelmq_sampler_destroy(on);
    otelmq_sampler_destroy((otelmq_sampler){0});
}

static void the_ratio_decides_by_the_last_bits_of_the_trace_id(void **state)
{
    (void)state;
    static const struct {
        double ratio;
        uint64_t bytes;
        bool is_kept;
    } rows[] = {
        {0, 0, false},
        {0.25, 0, true},
        {0.25, UINT64_C(0x3FFFFFFFFFFFFFFF), true},
        {0.25, UINT64_C(0x4000000000000000), false},
        {0.5, UINT64_C(0x7FFFFFFFFFFFFFFF), true},
        {0.5, UINT64_C(0x8000000000000000), false},
        {1, UINT64_MAX, true},
        {7, UINT64_MAX, true},
        {-1, 0, false},
        {NAN, 0, false},
        {INFINITY, UINT64_MAX, true},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        otelmq_sampler sampler = otelmq_sampler_trace_id_ratio(rows[i].ratio);
        bool is_kept = ask(sampler, rows[i].bytes) == OTELMQ_SAMPLING_RECORD_AND_SAMPLE;
        char row[64];
        snprintf(row, sizeof(row), "row %zu", i);
        assert_row(is_kept == rows[i].is_kept, row);
        otelmq_sampler_destroy(sampler);
    }
}

static void the_ratio_says_what_it_is(void **state)
{
    (void)state;
    otelmq_sampler sampler = otelmq_sampler_trace_id_ratio(0.25);
    assert_string_equal(sampler.ops->description(sampler.self), "TraceIdRatioBased{0.25}");
    otelmq_sampler_destroy(sampler);
}

static void the_ratio_keeps_about_that_part_of_all_traces(void **state)
{
    (void)state;
    traced fixture;
    otelmq_tracer_provider_options options = {.sampler = otelmq_sampler_trace_id_ratio(0.25)};
    traced_start(&fixture, &options);
    for (int i = 0; i < 4000; i++) {
        end_one_span(fixture.tracer, "a");
    }
    /* Ten standard deviations to each side. */
    assert_in_range(otelmq_memory_exporter_count(fixture.memory), 720, 1280);
    traced_stop(&fixture);
}

/* A sampler of a user's: its answer, and what it was asked. */
typedef struct {
    otelmq_sampling_result answer;
    otelmq_sampling_input asked;
    otelmq_str asked_attribute;
    unsigned calls;
    unsigned destroys;
} scripted_sampler;

static otelmq_sampling_result should_sample(const void *self, const otelmq_sampling_input *input)
{
    scripted_sampler *sampler = (scripted_sampler *)(uintptr_t)self;
    sampler->calls++;
    sampler->asked = *input;
    if (input->attribute_count > 0) {
        sampler->asked_attribute = input->attributes[0].key;
    }
    otelmq_sampling_result answer = sampler->answer;
    otelmq_tracestate_retain(answer.tracestate);
    return answer;
}

static void note_destroy(void *self)
{
    ((scripted_sampler *)self)->destroys++;
}

static const otelmq_sampler_ops scripted_ops = {
    .should_sample = should_sample,
    .destroy = note_destroy,
};

static otelmq_sampler as_sampler(scripted_sampler *sampler)
{
    return (otelmq_sampler){&scripted_ops, sampler};
}

static void parent_based_asks_the_delegate_for_the_parent(void **state)
{
    (void)state;
    static const struct {
        bool has_parent;
        bool is_remote;
        uint8_t flags;
        size_t delegate;
    } rows[] = {
        {false, false, 0, 0}, {true, true, 1, 1},  {true, true, 0, 2},
        {true, false, 1, 3},  {true, false, 0, 4},
    };
    scripted_sampler delegates[5] = {0};
    otelmq_parent_based_options options = {
        .root = as_sampler(&delegates[0]),
        .remote_parent_sampled = as_sampler(&delegates[1]),
        .remote_parent_not_sampled = as_sampler(&delegates[2]),
        .local_parent_sampled = as_sampler(&delegates[3]),
        .local_parent_not_sampled = as_sampler(&delegates[4]),
    };
    traced fixture;
    traced_start(&fixture, &(otelmq_tracer_provider_options){
                               .sampler = otelmq_sampler_parent_based(&options)});
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        otelmq_span_context parent = {.trace_flags = rows[i].flags, .is_remote = rows[i].is_remote};
        parent.trace_id.bytes[0] = rows[i].has_parent;
        parent.span_id.bytes[0] = 1;
        const otelmq_context *context =
            otelmq_context_with_span_context(otelmq_context_root(), &parent);
        otelmq_span_options span_options = {.parent = context};
        otelmq_span_end(otelmq_tracer_start_span(fixture.tracer, "a", &span_options));
        otelmq_context_release(context);
        assert_int_equal(delegates[rows[i].delegate].calls, 1);
    }
    traced_stop(&fixture);
    for (size_t i = 0; i < 5; i++) {
        assert_int_equal(delegates[i].calls, 1);
        assert_int_equal(delegates[i].destroys, 1);
    }
}

static void the_default_follows_the_parent(void **state)
{
    (void)state;
    otelmq_sampler sampler = otelmq_sampler_parent_based(NULL);
    assert_string_equal(sampler.ops->description(sampler.self),
                        "ParentBased{root:AlwaysOnSampler,remoteParentSampled:AlwaysOnSampler,"
                        "remoteParentNotSampled:AlwaysOffSampler,"
                        "localParentSampled:AlwaysOnSampler,"
                        "localParentNotSampled:AlwaysOffSampler}");
    assert_int_equal(ask(sampler, 1), OTELMQ_SAMPLING_RECORD_AND_SAMPLE);
    otelmq_sampler_destroy(sampler);
}

static void a_sampler_sees_what_is_known_at_the_start(void **state)
{
    (void)state;
    scripted_sampler sampler = {0};
    traced fixture;
    traced_start(&fixture, &(otelmq_tracer_provider_options){.sampler = as_sampler(&sampler)});
    otelmq_attribute attributes[] = {otelmq_attribute_int("k", 1)};
    otelmq_link links[] = {{.attributes = attributes, .attribute_count = 1}};
    otelmq_span_options options = {
        .kind = OTELMQ_SPAN_CONSUMER,
        .attributes = attributes,
        .attribute_count = 1,
        .links = links,
        .link_count = 1,
    };
    otelmq_span *span = otelmq_tracer_start_span(fixture.tracer, "process", &options);
    assert_str(sampler.asked.name, "process");
    assert_int_equal(sampler.asked.kind, OTELMQ_SPAN_CONSUMER);
    assert_str(sampler.asked_attribute, "k");
    assert_int_equal(sampler.asked.link_count, 1);
    assert_non_null(sampler.asked.parent);
    assert_memory_equal(&sampler.asked.trace_id, &otelmq_span_get_context(span)->trace_id, 16);
    otelmq_span_end(span);
    traced_stop(&fixture);
    assert_int_equal(sampler.destroys, 1);
}

static void a_sampler_adds_attributes_and_replaces_the_tracestate(void **state)
{
    (void)state;
    otelmq_attribute attributes[] = {otelmq_attribute_string("sampler", OTELMQ_STR("scripted"))};
    scripted_sampler sampler = {
        .answer = {.decision = OTELMQ_SAMPLING_RECORD_AND_SAMPLE,
                   .attributes = attributes,
                   .attribute_count = 1,
                   .replaces_tracestate = true},
    };
    assert_int_equal(otelmq_tracestate_parse(OTELMQ_STR("ot=th:8"), &sampler.answer.tracestate),
                     OTELMQ_OK);
    traced fixture;
    traced_start(&fixture, &(otelmq_tracer_provider_options){.sampler = as_sampler(&sampler)});
    end_one_span(fixture.tracer, "a");
    const otelmq_span_data *span = otelmq_memory_exporter_span_at(fixture.memory, 0);
    assert_str(otelmq_span_data_attribute(span, "sampler").as.string, "scripted");
    assert_str(otelmq_tracestate_text(span->span_context.tracestate), "ot=th:8");
    traced_stop(&fixture);
    otelmq_tracestate_release(sampler.answer.tracestate);
}

static void a_record_only_span_is_recorded_and_not_exported(void **state)
{
    (void)state;
    scripted_sampler sampler = {.answer = {.decision = OTELMQ_SAMPLING_RECORD_ONLY}};
    traced fixture;
    traced_start(&fixture, &(otelmq_tracer_provider_options){.sampler = as_sampler(&sampler)});
    otelmq_stats before = otelmq_stats_read();
    otelmq_span *span = otelmq_tracer_start_span(fixture.tracer, "a", NULL);
    assert_true(otelmq_span_is_recording(span));
    assert_false(otelmq_span_context_is_sampled(otelmq_span_get_context(span)));
    otelmq_span_end(span);
    assert_int_equal(otelmq_memory_exporter_count(fixture.memory), 0);
    assert_int_equal(grown(&before, OTELMQ_STAT_SPANS_UNSAMPLED), 1);
    assert_accounted(&before, 0);
    traced_stop(&fixture);
}

/* A sampler of a user's that does everything a sampler should not. */
static otelmq_sampling_result replace_provider(const void *self, const otelmq_sampling_input *input)
{
    (void)self;
    otelmq_tracer_provider_set_global(NULL);
    end_one_span(otelmq_tracer_get("tests", NULL), "inside");
    bool is_dropped = otelmq_str_equal(input->name, OTELMQ_STR("dropped"));
    return (otelmq_sampling_result){
        .decision = is_dropped ? OTELMQ_SAMPLING_DROP : OTELMQ_SAMPLING_RECORD_AND_SAMPLE,
    };
}

static void a_sampler_may_replace_the_provider_that_asks_it(void **state)
{
    (void)state;
    static const otelmq_sampler_ops ops = {.should_sample = replace_provider};
    const char *const names[] = {"kept", "dropped"};
    for (size_t i = 0; i < COUNT_OF(names); i++) {
        traced fixture;
        traced_start(&fixture, &(otelmq_tracer_provider_options){.sampler = {&ops, NULL}});
        otelmq_tracer_provider_set_global(fixture.provider);
        end_one_span(otelmq_tracer_get("tests", NULL), names[i]);
        assert_int_equal(otelmq_memory_exporter_count(fixture.memory), 1 - i);
        traced_stop(&fixture);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(always_on_keeps_and_always_off_drops),
        cmocka_unit_test(the_ratio_decides_by_the_last_bits_of_the_trace_id),
        cmocka_unit_test(the_ratio_says_what_it_is),
        cmocka_unit_test(the_ratio_keeps_about_that_part_of_all_traces),
        cmocka_unit_test(parent_based_asks_the_delegate_for_the_parent),
        cmocka_unit_test(the_default_follows_the_parent),
        cmocka_unit_test(a_sampler_sees_what_is_known_at_the_start),
        cmocka_unit_test(a_sampler_adds_attributes_and_replaces_the_tracestate),
        cmocka_unit_test(a_record_only_span_is_recorded_and_not_exported),
        cmocka_unit_test(a_sampler_may_replace_the_provider_that_asks_it),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
