/* SPDX-License-Identifier: Apache-2.0 */
#include "support/test.h"
#include "trace/trace_fixture.h"

static void note_destroy(void *self)
{
    ++*(int *)self;
}

static otelmq_sampling_result never(const void *self, const otelmq_sampling_input *input)
{
    (void)self;
    (void)input;
    return (otelmq_sampling_result){.decision = OTELMQ_SAMPLING_DROP};
}

static const otelmq_sampler_ops counted_sampler_ops = {
    .should_sample = never,
    .destroy = note_destroy,
};

static void a_missing_processor_fails_and_frees_all_that_was_handed_over(void **state)
{
    (void)state;
    scripted_exporter exporter;
    scripted_init(&exporter);
    int sampler_destroys = 0;
    otelmq_processor processors[] = {
        otelmq_processor_simple(scripted_as_exporter(&exporter)),
        otelmq_processor_simple((otelmq_exporter){0}),
    };
    otelmq_tracer_provider_options options = {
        .sampler = {&counted_sampler_ops, &sampler_destroys},
        .processors = processors,
        .processor_count = 2,
    };
    otelmq_tracer_provider *provider = NULL;
    assert_int_equal(otelmq_tracer_provider_create(&options, &provider),
                     OTELMQ_ERROR_INVALID_ARGUMENT);
    assert_null(provider);
    assert_int_equal(exporter.destroys, 1);
    assert_int_equal(sampler_destroys, 1);
    scripted_clean(&exporter);
}

static void without_processors_spans_record_and_count_as_unsampled(void **state)
{
    (void)state;
    otelmq_stats before = otelmq_stats_read();
    otelmq_tracer_provider *provider = NULL;
    assert_int_equal(otelmq_tracer_provider_create(NULL, &provider), OTELMQ_OK);
    otelmq_tracer *tracer = otelmq_tracer_provider_tracer(provider, "tests", NULL);
    otelmq_span *span = otelmq_tracer_start_span(tracer, "a", NULL);
    assert_true(otelmq_span_is_recording(span));
    otelmq_span_end(span);
    assert_int_equal(grown(&before, OTELMQ_STAT_SPANS_UNSAMPLED), 1);
    assert_int_equal(otelmq_tracer_provider_force_flush(provider, 0), OTELMQ_OK);
    otelmq_tracer_provider_destroy(provider);
    assert_accounted(&before, 0);
}

static void the_resource_is_on_every_span_and_outlives_the_provider(void **state)
{
    (void)state;
    const otelmq_resource *resource = NULL;
    otelmq_attribute name = otelmq_attribute_string("service.name", OTELMQ_STR("orders"));
    assert_int_equal(otelmq_resource_create(&name, 1, NULL, &resource), OTELMQ_OK);
    traced fixture;
    traced_start(&fixture, &(otelmq_tracer_provider_options){.resource = resource});
    otelmq_resource_release(resource);
    end_one_span(fixture.tracer, "a");
    otelmq_tracer_provider_destroy(fixture.provider);
    const otelmq_span_data *span = otelmq_memory_exporter_span_at(fixture.memory, 0);
    size_t count = 0;
    const otelmq_attribute *attributes = otelmq_resource_attributes(span->resource, &count);
    assert_int_equal(count, 1);
    assert_str(attributes[0].value.as.string, "orders");
    assert_str(span->scope->name, "tests");
    otelmq_memory_exporter_destroy(fixture.memory);
}

static void without_a_resource_one_is_detected(void **state)
{
    (void)state;
    traced fixture;
    traced_start(&fixture, NULL);
    end_one_span(fixture.tracer, "a");
    size_t count = 0;
    otelmq_resource_attributes(otelmq_memory_exporter_span_at(fixture.memory, 0)->resource, &count);
    assert_true(count > 5);
    traced_stop(&fixture);
}

/* A processor of a user's, which notes what it is called with. */
typedef struct {
    otelmq_str started;
    uint32_t attributes_at_start;
    bool had_parent;
    size_t ended;
    bool was_sampled;
    otelmq_span *kept;
    unsigned flushes;
    unsigned shutdowns;
    unsigned destroys;
} noting_processor;

static void note_start(void *self, otelmq_span *span, const otelmq_context *parent)
{
    noting_processor *noted = self;
    noted->started = otelmq_span_read(span)->name;
    noted->attributes_at_start = otelmq_span_read(span)->attribute_count;
    noted->had_parent = otelmq_span_context_is_valid(otelmq_context_span_context(parent));
    otelmq_span_set_bool(span, "seen", true);
}

static void note_end(void *self, otelmq_span *span)
{
    noting_processor *noted = self;
    noted->ended++;
    noted->was_sampled = otelmq_span_context_is_sampled(otelmq_span_get_context(span));
    assert_false(otelmq_span_is_recording(span));
    if (noted->kept == NULL) {
        noted->kept = otelmq_span_retain(span);
    }
}

static otelmq_status note_flush(void *self, uint32_t timeout_ms)
{
    (void)timeout_ms;
    ((noting_processor *)self)->flushes++;
    return OTELMQ_ERROR_IO;
}

static otelmq_status note_shutdown(void *self, uint32_t timeout_ms)
{
    (void)timeout_ms;
    ((noting_processor *)self)->shutdowns++;
    return OTELMQ_OK;
}

static void note_processor_destroy(void *self)
{
    ((noting_processor *)self)->destroys++;
}

static const otelmq_processor_ops noting_ops = {
    .on_start = note_start,
    .on_end = note_end,
    .force_flush = note_flush,
    .shutdown = note_shutdown,
    .destroy = note_processor_destroy,
};

static void a_processor_of_a_users_sees_start_end_flush_and_shutdown(void **state)
{
    (void)state;
    noting_processor noted = {0};
    otelmq_processor processor = {&noting_ops, &noted};
    otelmq_tracer_provider_options options = {.processors = &processor, .processor_count = 1};
    otelmq_tracer_provider *provider = NULL;
    assert_int_equal(otelmq_tracer_provider_create(&options, &provider), OTELMQ_OK);
    otelmq_tracer *tracer = otelmq_tracer_provider_tracer(provider, "tests", NULL);
    otelmq_attribute attribute = otelmq_attribute_int("k", 1);
    otelmq_span_options span_options = {.attributes = &attribute, .attribute_count = 1};
    otelmq_span *span = otelmq_tracer_start_span(tracer, "a", &span_options);
    assert_str(noted.started, "a");
    assert_int_equal(noted.attributes_at_start, 1);
    assert_false(noted.had_parent);
    otelmq_span_end(span);
    assert_int_equal(noted.ended, 1);
    assert_true(noted.was_sampled);
    assert_true(otelmq_span_data_attribute(otelmq_span_read(noted.kept), "seen").as.boolean);
    assert_int_equal(otelmq_tracer_provider_force_flush(provider, 10), OTELMQ_ERROR_IO);
    assert_int_equal(otelmq_tracer_provider_shutdown(provider, 10), OTELMQ_OK);
    otelmq_tracer_provider_destroy(provider);
    assert_int_equal(noted.flushes, 1);
    assert_int_equal(noted.shutdowns, 1);
    assert_int_equal(noted.destroys, 1);
    assert_str(otelmq_span_read(noted.kept)->name, "a");
    otelmq_span_release(noted.kept);
}

static void every_processor_gets_every_span(void **state)
{
    (void)state;
    noting_processor noted = {0};
    otelmq_memory_exporter *memory = otelmq_memory_exporter_create();
    otelmq_processor processors[] = {
        {&noting_ops, &noted},
        otelmq_processor_simple(otelmq_memory_exporter_as_exporter(memory)),
        otelmq_processor_batch(otelmq_memory_exporter_as_exporter(memory), NULL),
    };
    otelmq_tracer_provider_options options = {.processors = processors, .processor_count = 3};
    otelmq_tracer_provider *provider = NULL;
    assert_int_equal(otelmq_tracer_provider_create(&options, &provider), OTELMQ_OK);
    end_one_span(otelmq_tracer_provider_tracer(provider, "tests", NULL), "a");
    (void)otelmq_tracer_provider_force_flush(provider, 30000);
    assert_int_equal(otelmq_memory_exporter_count(memory), 2);
    otelmq_span_release(noted.kept);
    otelmq_tracer_provider_destroy(provider);
    otelmq_memory_exporter_destroy(memory);
}

static void providers_do_not_mix_their_spans_and_end_one_by_one(void **state)
{
    (void)state;
    otelmq_stats before = otelmq_stats_read();
    scripted_exporter exporters[3];
    otelmq_tracer_provider *providers[3];
    otelmq_span *late[3];
    for (size_t i = 0; i < COUNT_OF(providers); i++) {
        scripted_init(&exporters[i]);
        providers[i] = batch_provider(&exporters[i], NULL);
        otelmq_tracer *tracer = otelmq_tracer_provider_tracer(providers[i], "tests", NULL);
        late[i] = otelmq_tracer_start_span(tracer, "late", NULL);
    }
    for (size_t i = 0; i < COUNT_OF(providers); i++) {
        for (size_t j = 0; j < COUNT_OF(providers); j++) {
            end_one_span(otelmq_tracer_provider_tracer(providers[j], "tests", NULL), "a");
        }
        assert_int_equal(otelmq_tracer_provider_shutdown(providers[i], 30000), OTELMQ_OK);
        assert_int_equal(scripted_spans(&exporters[i]), i + 1);
    }
    for (size_t i = 0; i < COUNT_OF(providers); i++) {
        otelmq_span_end(late[i]);
        otelmq_tracer_provider_destroy(providers[i]);
        assert_int_equal(scripted_spans(&exporters[i]), i + 1);
        scripted_clean(&exporters[i]);
    }
    assert_int_equal(grown(&before, OTELMQ_STAT_SPANS_DROPPED_SHUT_DOWN), 3);
    assert_accounted(&before, 0);
}

static void null_is_taken_everywhere(void **state)
{
    (void)state;
    otelmq_tracer_provider_destroy(NULL);
    assert_int_equal(otelmq_tracer_provider_force_flush(NULL, 1), OTELMQ_ERROR_INVALID_ARGUMENT);
    assert_int_equal(otelmq_tracer_provider_shutdown(NULL, 1), OTELMQ_ERROR_INVALID_ARGUMENT);
    assert_int_equal(otelmq_tracer_provider_create(NULL, NULL), OTELMQ_ERROR_INVALID_ARGUMENT);
    assert_non_null(otelmq_tracer_provider_tracer(NULL, "tests", NULL));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_missing_processor_fails_and_frees_all_that_was_handed_over),
        cmocka_unit_test(without_processors_spans_record_and_count_as_unsampled),
        cmocka_unit_test(the_resource_is_on_every_span_and_outlives_the_provider),
        cmocka_unit_test(without_a_resource_one_is_detected),
        cmocka_unit_test(a_processor_of_a_users_sees_start_end_flush_and_shutdown),
        cmocka_unit_test(every_processor_gets_every_span),
        cmocka_unit_test(providers_do_not_mix_their_spans_and_end_one_by_one),
        cmocka_unit_test(null_is_taken_everywhere),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
