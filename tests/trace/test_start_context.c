/* SPDX-License-Identifier: Apache-2.0 */
/* What processors and samplers get to see of the context in which a span starts: all of it. */
#include "base/unconst.h"
#include "support/test.h"
#include "trace/trace_fixture.h"

static const otelmq_context_key TENANT = {"tenant"};
static char blue[] = "blue";

/* What a processor or a sampler found in the context. */
typedef struct {
    const char *tenant;
    char tier[16];
    otelmq_span_context span_context;
} seen_context;

static void look_at(seen_context *seen, const otelmq_context *context)
{
    seen->tenant = otelmq_context_value(context, &TENANT);
    seen->span_context = *otelmq_context_span_context(context);
    otelmq_str tier = otelmq_baggage_get(otelmq_context_baggage(context), "tier");
    snprintf(seen->tier, sizeof(seen->tier), "%.*s", (int)tier.len, tier.data);
}

/* A context with a value, baggage and a remote span. The caller's. */
static const otelmq_context *full_context(void)
{
    const otelmq_baggage *baggage = NULL;
    otelmq_baggage_entry entry = {OTELMQ_STR("tier"), OTELMQ_STR("gold"), {NULL, 0}};
    assert_int_equal(otelmq_baggage_with(NULL, entry, &baggage), OTELMQ_OK);
    otelmq_span_context remote = {.trace_flags = OTELMQ_TRACE_FLAG_SAMPLED, .is_remote = true};
    remote.trace_id.bytes[0] = 7;
    remote.span_id.bytes[0] = 9;
    const otelmq_context *value =
        otelmq_context_with_value(otelmq_context_root(), &TENANT, blue, NULL);
    const otelmq_context *tiered = otelmq_context_with_baggage(value, baggage);
    const otelmq_context *context = otelmq_context_with_span_context(tiered, &remote);
    otelmq_context_release(tiered);
    otelmq_context_release(value);
    otelmq_baggage_release(baggage);
    return context;
}

static void assert_full(const seen_context *seen)
{
    assert_ptr_equal(seen->tenant, blue);
    assert_string_equal(seen->tier, "gold");
    assert_int_equal(seen->span_context.trace_id.bytes[0], 7);
    assert_int_equal(seen->span_context.span_id.bytes[0], 9);
    assert_true(seen->span_context.is_remote);
}

/* Starts and ends a span in that context, given as the parent or attached. */
static void end_span_in(otelmq_tracer *tracer, const otelmq_context *context, bool is_attached)
{
    if (is_attached) {
        otelmq_context_token token = otelmq_context_attach(context);
        otelmq_span_end(otelmq_tracer_start_span(tracer, "a", NULL));
        otelmq_context_detach(token);
        return;
    }
    otelmq_span_options options = {.parent = context};
    otelmq_span_end(otelmq_tracer_start_span(tracer, "a", &options));
}

static void look_at_start(void *self, otelmq_span *span, const otelmq_context *parent)
{
    (void)span;
    look_at(self, parent);
}

static void ignore_end(void *self, otelmq_span *span)
{
    (void)self;
    (void)span;
}

static otelmq_status do_nothing(void *self, uint32_t timeout_ms)
{
    (void)self;
    (void)timeout_ms;
    return OTELMQ_OK;
}

static const otelmq_processor_ops LOOKING_PROCESSOR = {
    .on_start = look_at_start,
    .on_end = ignore_end,
    .force_flush = do_nothing,
    .shutdown = do_nothing,
};

static void a_processor_gets_the_whole_context_in_which_a_span_starts(void **state)
{
    (void)state;
    seen_context seen;
    otelmq_processor processor = {&LOOKING_PROCESSOR, &seen};
    otelmq_tracer_provider_options options = {.processors = &processor, .processor_count = 1};
    otelmq_tracer_provider *provider = NULL;
    assert_int_equal(otelmq_tracer_provider_create(&options, &provider), OTELMQ_OK);
    otelmq_tracer *tracer = otelmq_tracer_provider_tracer(provider, "tests", NULL);
    const otelmq_context *context = full_context();
    for (int is_attached = 0; is_attached < 2; is_attached++) {
        seen = (seen_context){.tenant = NULL};
        end_span_in(tracer, context, is_attached != 0);
        assert_full(&seen);
    }
    end_span_in(tracer, otelmq_context_root(), false);
    assert_null(seen.tenant);
    assert_false(otelmq_span_context_is_valid(&seen.span_context));
    otelmq_context_release(context);
    otelmq_tracer_provider_destroy(provider);
}

static otelmq_sampling_result look_and_drop(const void *self, const otelmq_sampling_input *input)
{
    look_at(otelmq_unconst(self), input->parent);
    return (otelmq_sampling_result){.decision = OTELMQ_SAMPLING_DROP};
}

static const otelmq_sampler_ops LOOKING_SAMPLER = {.should_sample = look_and_drop};

static void a_sampler_gets_the_whole_context_in_which_a_span_starts(void **state)
{
    (void)state;
    seen_context seen;
    traced fixture;
    traced_start(&fixture, &(otelmq_tracer_provider_options){.sampler = {&LOOKING_SAMPLER, &seen}});
    const otelmq_context *context = full_context();
    for (int is_attached = 0; is_attached < 2; is_attached++) {
        seen = (seen_context){.tenant = NULL};
        end_span_in(fixture.tracer, context, is_attached != 0);
        assert_full(&seen);
    }
    otelmq_context_release(context);
    traced_stop(&fixture);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_processor_gets_the_whole_context_in_which_a_span_starts),
        cmocka_unit_test(a_sampler_gets_the_whole_context_in_which_a_span_starts),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
