/* SPDX-License-Identifier: Apache-2.0 */
#include "support/test.h"
#include "trace_fixture.h"

#include "base/clock.h"

#include <otelmq/otelmq.h>

static traced fixture;

static int set_up(void **state)
{
    (void)state;
    traced_start(&fixture, NULL);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    traced_stop(&fixture);
    return 0;
}

static const otelmq_span_data *only_span(void)
{
    assert_int_equal(otelmq_memory_exporter_count(fixture.memory), 1);
    return otelmq_memory_exporter_span_at(fixture.memory, 0);
}

static void a_span_has_the_context_and_the_time_of_its_seed(void **state)
{
    (void)state;
    otelmq_span_seed seed;
    uint64_t before = otelmq_clock_unix_nano();
    assert_true(otelmq_span_seed_init(&seed, fixture.tracer, 0));
    otelmq_span_context context = seed.span_context;
    uint64_t after = otelmq_clock_unix_nano();
    assert_true(seed.is_recording);
    assert_true(otelmq_span_context_is_sampled(&context));
    assert_int_equal(otelmq_memory_exporter_count(fixture.memory), 0);

    const otelmq_attribute attribute = otelmq_attribute_int("answer", 42);
    const otelmq_span_options options = {
        .kind = OTELMQ_SPAN_PRODUCER, .attributes = &attribute, .attribute_count = 1};
    otelmq_span_end(otelmq_span_seed_start(&seed, fixture.tracer, "send", &options));
    const otelmq_span_data *span = only_span();
    assert_true(otelmq_span_context_is_same_span(&span->span_context, &context));
    assert_true(otelmq_str_equal(span->name, OTELMQ_STR("send")));
    assert_int_equal(span->kind, OTELMQ_SPAN_PRODUCER);
    assert_int_equal(otelmq_span_data_attribute(span, "answer").as.integer, 42);
    assert_false(otelmq_span_id_is_valid(span->parent_span_id));
    assert_true(span->start_time_unix_nano + 1000000 >= before);
    assert_true(span->start_time_unix_nano <= after + 1000000);
    assert_true(span->end_time_unix_nano > span->start_time_unix_nano);
}

static void it_is_the_child_of_the_span_that_was_active_when_it_was_sown(void **state)
{
    (void)state;
    otelmq_span_seed seed;
    otelmq_scope scope = otelmq_tracer_start_scope(fixture.tracer, "parent", NULL);
    otelmq_span_context parent = *otelmq_span_get_context(scope.span);
    assert_true(otelmq_span_seed_init(&seed, fixture.tracer, 0));
    otelmq_scope_end(&scope);
    otelmq_span_end(otelmq_span_seed_start(&seed, fixture.tracer, "child", NULL));
    const otelmq_span_data *child = otelmq_memory_exporter_find(fixture.memory, "child");
    assert_memory_equal(&child->parent_span_id, &parent.span_id, sizeof(parent.span_id));
    assert_memory_equal(&child->span_context.trace_id, &parent.trace_id, sizeof(parent.trace_id));
    assert_int_equal(child->kind, OTELMQ_SPAN_INTERNAL);
}

static void it_inherits_the_tracestate(void **state)
{
    (void)state;
    otelmq_span_seed seed;
    otelmq_span_seed unused;
    const otelmq_tracestate *tracestate = NULL;
    assert_int_equal(otelmq_tracestate_parse(OTELMQ_STR("a=1"), &tracestate), OTELMQ_OK);
    otelmq_span_context remote = {
        .trace_flags = OTELMQ_TRACE_FLAG_SAMPLED, .is_remote = true, .tracestate = tracestate};
    memset(remote.trace_id.bytes, 1, sizeof(remote.trace_id.bytes));
    memset(remote.span_id.bytes, 2, sizeof(remote.span_id.bytes));
    const otelmq_context *context =
        otelmq_context_with_span_context(otelmq_context_root(), &remote);
    otelmq_tracestate_release(tracestate);
    otelmq_context_token token = otelmq_context_attach(context);
    assert_true(otelmq_span_seed_init(&seed, fixture.tracer, 0));
    assert_true(otelmq_span_seed_init(&unused, fixture.tracer, 0));
    otelmq_context_detach(token);
    otelmq_context_release(context);
    otelmq_span_seed_clean(&unused);
    otelmq_span_end(otelmq_span_seed_start(&seed, fixture.tracer, "child", NULL));
    assert_true(only_span()->parent_is_remote);
    assert_true(otelmq_str_equal(otelmq_tracestate_text(only_span()->span_context.tracestate),
                                 OTELMQ_STR("a=1")));
}

static void a_start_time_of_the_callers_stays(void **state)
{
    (void)state;
    otelmq_span_seed seed;
    assert_true(otelmq_span_seed_init(&seed, fixture.tracer, 1000));
    otelmq_span_end(otelmq_span_seed_start(&seed, fixture.tracer, "old", NULL));
    assert_int_equal(only_span()->start_time_unix_nano, 1000);
    assert_true(only_span()->end_time_unix_nano > 1000000000);
}

static void a_seed_that_is_not_sampled_has_a_context_and_no_span(void **state)
{
    (void)state;
    traced silent;
    otelmq_span_seed seed;
    traced_start(&silent,
                 &(otelmq_tracer_provider_options){.sampler = otelmq_sampler_always_off()});
    assert_true(otelmq_span_seed_init(&seed, silent.tracer, 0));
    assert_false(seed.is_recording);
    assert_true(otelmq_span_context_is_valid(&seed.span_context));
    assert_false(otelmq_span_context_is_sampled(&seed.span_context));
    otelmq_span *span = otelmq_span_seed_start(&seed, silent.tracer, "none", NULL);
    assert_false(otelmq_span_is_recording(span));
    otelmq_span_end(span);
    traced_stop(&silent);
}

static void without_an_sdk_the_context_of_the_parent_is_passed_on(void **state)
{
    (void)state;
    otelmq_span_seed seed;
    otelmq_tracer *tracer = otelmq_tracer_get("nobody", NULL);
    assert_true(otelmq_span_seed_init(&seed, tracer, 0));
    assert_false(otelmq_span_context_is_valid(&seed.span_context));
    assert_false(seed.is_recording);
    otelmq_span_seed_clean(&seed);

    otelmq_scope scope = otelmq_tracer_start_scope(fixture.tracer, "parent", NULL);
    assert_true(otelmq_span_seed_init(&seed, tracer, 0));
    assert_true(
        otelmq_span_context_is_same_span(&seed.span_context, otelmq_span_get_context(scope.span)));
    otelmq_span_seed_clean(&seed);
    otelmq_scope_end(&scope);
}

static void after_the_shutdown_the_span_is_lost_and_counted(void **state)
{
    (void)state;
    otelmq_span_seed seed;
    assert_true(otelmq_span_seed_init(&seed, fixture.tracer, 0));
    otelmq_stats before = otelmq_stats_read();
    assert_int_equal(otelmq_tracer_provider_shutdown(fixture.provider, 1000), OTELMQ_OK);
    otelmq_span *span = otelmq_span_seed_start(&seed, fixture.tracer, "late", NULL);
    assert_false(otelmq_span_is_recording(span));
    otelmq_span_end(span);
    otelmq_stats after = otelmq_stats_read();
    assert_int_equal(after.counts[OTELMQ_STAT_SPANS_DROPPED_SHUT_DOWN],
                     before.counts[OTELMQ_STAT_SPANS_DROPPED_SHUT_DOWN] + 1);
    assert_int_equal(after.counts[OTELMQ_STAT_SPANS_ENDED],
                     before.counts[OTELMQ_STAT_SPANS_ENDED] + 1);
}

static void it_is_live_from_the_seed_on(void **state)
{
    (void)state;
    otelmq_span_seed seed;
    otelmq_stats before = otelmq_stats_read();
    assert_true(otelmq_span_seed_init(&seed, fixture.tracer, 0));
    otelmq_stats sown = otelmq_stats_read();
    otelmq_span_end(otelmq_span_seed_start(&seed, fixture.tracer, "counted", NULL));
    otelmq_stats after = otelmq_stats_read();
    static const otelmq_stat begun[] = {OTELMQ_STAT_SPANS_STARTED, OTELMQ_STAT_SPANS_RECORDED};
    for (size_t i = 0; i < 2; i++) {
        assert_int_equal(sown.counts[begun[i]], before.counts[begun[i]] + 1);
        assert_int_equal(after.counts[begun[i]], sown.counts[begun[i]]);
    }
    assert_int_equal(sown.counts[OTELMQ_STAT_SPANS_ENDED], before.counts[OTELMQ_STAT_SPANS_ENDED]);
    assert_int_equal(after.counts[OTELMQ_STAT_SPANS_ENDED],
                     before.counts[OTELMQ_STAT_SPANS_ENDED] + 1);
}

static void look(void *self, otelmq_span *span, const otelmq_context *parent)
{
    (void)self;
    (void)span;
    (void)parent;
}

static otelmq_sampling_result sample(const void *self, const otelmq_sampling_input *input)
{
    (void)self;
    (void)input;
    return (otelmq_sampling_result){.decision = OTELMQ_SAMPLING_RECORD_AND_SAMPLE};
}

static void assert_no_seed(const otelmq_tracer_provider_options *options)
{
    otelmq_tracer_provider *provider = NULL;
    otelmq_span_seed seed;
    assert_int_equal(otelmq_tracer_provider_create(options, &provider), OTELMQ_OK);
    otelmq_tracer *tracer = otelmq_tracer_provider_tracer(provider, "test", NULL);
    uint64_t started = otelmq_stats_read().counts[OTELMQ_STAT_SPANS_STARTED];
    assert_false(otelmq_span_seed_init(&seed, tracer, 0));
    assert_int_equal(otelmq_stats_read().counts[OTELMQ_STAT_SPANS_STARTED], started);
    otelmq_tracer_provider_destroy(provider);
}

static void who_wants_to_see_the_span_at_its_start_gets_no_seed(void **state)
{
    static const otelmq_processor_ops processor_ops = {.on_start = look};
    static const otelmq_sampler_ops sampler_ops = {.should_sample = sample};
    const otelmq_processor processor = {&processor_ops, NULL};
    (void)state;
    assert_no_seed(
        &(otelmq_tracer_provider_options){.processors = &processor, .processor_count = 1});
    assert_no_seed(&(otelmq_tracer_provider_options){.sampler = {&sampler_ops, NULL}});
}

int main(void)
{
#define T(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        T(a_span_has_the_context_and_the_time_of_its_seed),
        T(it_is_the_child_of_the_span_that_was_active_when_it_was_sown),
        T(it_inherits_the_tracestate),
        T(a_start_time_of_the_callers_stays),
        T(a_seed_that_is_not_sampled_has_a_context_and_no_span),
        T(without_an_sdk_the_context_of_the_parent_is_passed_on),
        T(after_the_shutdown_the_span_is_lost_and_counted),
        T(it_is_live_from_the_seed_on),
        T(who_wants_to_see_the_span_at_its_start_gets_no_seed),
    };
#undef T
    return cmocka_run_group_tests(tests, NULL, NULL);
}
