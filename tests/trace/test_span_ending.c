/* SPDX-License-Identifier: Apache-2.0 */
/* What processors may do while a span ends. */
#include "support/test.h"
#include "trace/trace_fixture.h"

typedef struct {
    otelmq_tracer *tracer; /* for a span that the processor ends itself */
    bool ends_again;
    bool was_recording;
    bool was_recording_elsewhere;
    uint64_t end_time_unix_nano;
    uint32_t attributes_seen;
    int endings;
    int ends;
    int ends_before_the_last_ending;
} ending_processor;

static ending_processor seen;

static void *change_elsewhere(void *span)
{
    otelmq_span_set_bool(span, "elsewhere", true);
    seen.was_recording_elsewhere = otelmq_span_is_recording(span);
    return NULL;
}

static void on_ending(void *self, otelmq_span *span)
{
    ending_processor *processor = self;
    processor->endings++;
    processor->ends_before_the_last_ending = processor->ends;
    processor->was_recording = otelmq_span_is_recording(span);
    processor->end_time_unix_nano = otelmq_span_read(span)->end_time_unix_nano;
    processor->attributes_seen = otelmq_span_read(span)->attribute_count;
    pthread_t other;
    assert_int_equal(pthread_create(&other, NULL, change_elsewhere, span), 0);
    assert_int_equal(pthread_join(other, NULL), 0);
    if (processor->ends_again) {
        otelmq_span_end(span);
    }
    if (processor->tracer != NULL) {
        otelmq_tracer *tracer = processor->tracer;
        processor->tracer = NULL;
        end_one_span(tracer, "inner");
    }
    otelmq_span_set_bool(span, "ending", true);
    otelmq_span_add_event(span, "ending", NULL, 0);
    otelmq_span_update_name(span, "renamed");
}

static void on_end(void *self, otelmq_span *span)
{
    ending_processor *processor = self;
    otelmq_span_set_bool(span, "too.late", true);
    processor->ends++;
}

static const otelmq_processor_ops ending_ops = {.on_ending = on_ending, .on_end = on_end};

static otelmq_memory_exporter *memory;
static otelmq_tracer_provider *provider;
static otelmq_tracer *tracer;

static int set_up(void **state)
{
    (void)state;
    seen = (ending_processor){0};
    memory = otelmq_memory_exporter_create();
    otelmq_processor processors[] = {
        {&ending_ops, &seen},
        otelmq_processor_simple(otelmq_memory_exporter_as_exporter(memory)),
        {&ending_ops, &seen},
    };
    otelmq_tracer_provider_options options = {.processors = processors, .processor_count = 3};
    assert_int_equal(otelmq_tracer_provider_create(&options, &provider), OTELMQ_OK);
    tracer = otelmq_tracer_provider_tracer(provider, "tests", NULL);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    otelmq_tracer_provider_destroy(provider);
    otelmq_memory_exporter_destroy(memory);
    return 0;
}

static void a_span_can_be_changed_while_it_ends_and_not_afterwards(void **state)
{
    (void)state;
    otelmq_span *span = otelmq_tracer_start_span(tracer, "work", NULL);
    otelmq_span_set_int(span, "k", 1);
    otelmq_span_end_at(span, 1790000000000000000);
    const otelmq_span_data *data = otelmq_memory_exporter_span_at(memory, 0);
    assert_str(data->name, "renamed");
    assert_int_equal(data->end_time_unix_nano, 1790000000000000000);
    assert_int_equal(data->attribute_count, 2);
    assert_true(otelmq_span_data_attribute(data, "ending").as.boolean);
    assert_int_equal(data->event_count, 2);
    assert_true(seen.was_recording);
    assert_int_equal(seen.end_time_unix_nano, 1790000000000000000);
}

static void every_on_ending_runs_before_any_on_end(void **state)
{
    (void)state;
    end_one_span(tracer, "work");
    assert_int_equal(seen.endings, 2);
    assert_int_equal(seen.ends, 2);
    assert_int_equal(seen.ends_before_the_last_ending, 0);
}

static void other_threads_cannot_change_it_any_more(void **state)
{
    (void)state;
    end_one_span(tracer, "work");
    const otelmq_span_data *data = otelmq_memory_exporter_span_at(memory, 0);
    assert_int_equal(otelmq_span_data_attribute(data, "elsewhere").type, OTELMQ_VALUE_NONE);
    assert_false(seen.was_recording_elsewhere);
}

static void ending_it_again_changes_nothing(void **state)
{
    (void)state;
    seen.ends_again = true;
    end_one_span(tracer, "work");
    assert_int_equal(otelmq_memory_exporter_count(memory), 1);
    assert_int_equal(seen.endings, 2);
}

static void a_processor_may_end_another_span_meanwhile(void **state)
{
    (void)state;
    seen.tracer = tracer;
    end_one_span(tracer, "outer");
    assert_int_equal(otelmq_memory_exporter_count(memory), 2);
    assert_int_equal(seen.endings, 4);
    for (size_t i = 0; i < 2; i++) {
        const otelmq_span_data *data = otelmq_memory_exporter_span_at(memory, i);
        assert_true(otelmq_span_data_attribute(data, "ending").as.boolean);
    }
}

static void an_end_after_the_provider_is_gone_finds_no_processor(void **state)
{
    (void)state;
    otelmq_span *span = otelmq_tracer_start_span(tracer, "work", NULL);
    otelmq_tracer_provider_destroy(provider);
    provider = NULL;
    otelmq_span_end(span);
    assert_int_equal(seen.endings, 0);
}

int main(void)
{
#define T(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        T(a_span_can_be_changed_while_it_ends_and_not_afterwards),
        T(every_on_ending_runs_before_any_on_end),
        T(other_threads_cannot_change_it_any_more),
        T(ending_it_again_changes_nothing),
        T(a_processor_may_end_another_span_meanwhile),
        T(an_end_after_the_provider_is_gone_finds_no_processor),
    };
#undef T
    return cmocka_run_group_tests(tests, NULL, NULL);
}
