/* SPDX-License-Identifier: Apache-2.0 */
/* Spans that are filled in by the export worker are like any others for everybody who looks. */
#include "support/allocations.h"
#include "support/test.h"
#include "trace/span_pool.h"
#include "trace/span_template.h"
#include "trace/trace_fixture.h"

#include <otelmq/otelmq.h>

#include <sys/wait.h>
#include <unistd.h>

enum { FLUSH_MS = 30000, HOUR_MS = 3600000 };

static otelmq_memory_exporter *memory;
static otelmq_tracer_provider *provider;
static otelmq_tracer *tracer;
static otelmq_span_template *template;
static otelmq_stats before;

static void start_provider(otelmq_tracer_provider_options options)
{
    assert_int_equal(otelmq_tracer_provider_create(&options, &provider), OTELMQ_OK);
    tracer = otelmq_tracer_provider_tracer(provider, "tests", "1.0");
}

static void start_batching(const otelmq_batch_options *options)
{
    otelmq_processor processor =
        otelmq_processor_batch(otelmq_memory_exporter_as_exporter(memory), options);
    start_provider(
        (otelmq_tracer_provider_options){.processors = &processor, .processor_count = 1});
}

static int set_up(void **state)
{
    (void)state;
    const otelmq_attribute attributes[] = {
        otelmq_attribute_string("messaging.system", OTELMQ_STR("test")),
        otelmq_attribute_int("server.port", 4711),
    };
    before = otelmq_stats_read();
    memory = otelmq_memory_exporter_create();
    template = otelmq_span_template_create(OTELMQ_STR("publish orders"), attributes, 2);
    assert_non_null(template);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    otelmq_tracer_provider_destroy(provider);
    otelmq_memory_exporter_destroy(memory);
    otelmq_span_template_destroy(template);
    assert_accounted(&before, 0);
    return 0;
}

static otelmq_span *start(void)
{
    otelmq_span *span = otelmq_tracer_start_folded(tracer, template, OTELMQ_SPAN_PRODUCER,
                                                   otelmq_context_span_context(NULL));
    assert_non_null(span);
    return span;
}

static void flush(void)
{
    assert_int_equal(otelmq_tracer_provider_force_flush(provider, FLUSH_MS), OTELMQ_OK);
}

static const otelmq_span_data *exported(size_t index)
{
    const otelmq_span_data *span = otelmq_memory_exporter_span_at(memory, index);
    assert_non_null(span);
    return span;
}

static void assert_common(const otelmq_span_data *span)
{
    assert_true(otelmq_str_equal(span->name, OTELMQ_STR("publish orders")));
    assert_int_equal(span->kind, OTELMQ_SPAN_PRODUCER);
    assert_int_equal(otelmq_span_data_attribute(span, "server.port").as.integer, 4711);
    assert_true(otelmq_str_equal(span->scope->name, OTELMQ_STR("tests")));
    assert_non_null(span->resource);
    assert_true(otelmq_span_context_is_valid(&span->span_context));
    assert_true(otelmq_span_context_is_sampled(&span->span_context));
    assert_true(span->end_time_unix_nano > span->start_time_unix_nano);
    assert_int_equal(span->event_count, 0);
    assert_int_equal(span->link_count, 0);
}

static void it_arrives_with_all_that_its_template_says(void **state)
{
    (void)state;
    start_batching(NULL);
    otelmq_span *span = start();
    otelmq_span_context context = *otelmq_span_get_context(span);
    otelmq_span_end(span);
    flush();
    assert_int_equal(otelmq_memory_exporter_count(memory), 1);
    assert_common(exported(0));
    assert_int_equal(exported(0)->attribute_count, 2);
    assert_int_equal(exported(0)->status, OTELMQ_STATUS_UNSET);
    assert_false(otelmq_span_id_is_valid(exported(0)->parent_span_id));
    assert_true(otelmq_span_context_is_same_span(&exported(0)->span_context, &context));
}

static void it_is_a_child_of_the_active_span(void **state)
{
    (void)state;
    start_batching(NULL);
    otelmq_scope scope = otelmq_tracer_start_scope(tracer, "parent", NULL);
    otelmq_span_context parent = *otelmq_span_get_context(scope.span);
    otelmq_span_end(start());
    otelmq_scope_end(&scope);
    flush();
    const otelmq_span_data *child = otelmq_memory_exporter_find(memory, "publish orders");
    assert_memory_equal(&child->parent_span_id, &parent.span_id, sizeof(parent.span_id));
    assert_memory_equal(&child->span_context.trace_id, &parent.trace_id, sizeof(parent.trace_id));
}

static void what_is_set_on_it_is_not_seen_on_the_next(void **state)
{
    (void)state;
    start_batching(NULL);
    otelmq_span *changed = start();
    otelmq_span_set_int(changed, "server.port", 4712);
    otelmq_span_set_string(changed, "error.type", OTELMQ_STR("nack"));
    otelmq_span_add_event(changed, "returned", NULL, 0);
    otelmq_span_set_status(changed, OTELMQ_STATUS_ERROR, "not taken");
    otelmq_span_end(changed);
    otelmq_span_end(start());
    flush();
    assert_int_equal(otelmq_span_data_attribute(exported(0), "server.port").as.integer, 4712);
    assert_int_equal(exported(0)->attribute_count, 3);
    assert_int_equal(exported(0)->event_count, 1);
    assert_int_equal(exported(0)->status, OTELMQ_STATUS_ERROR);
    assert_common(exported(1));
    assert_int_equal(exported(1)->attribute_count, 2);
}

/* It begins without room for any of that. */
static void it_takes_as_much_as_any_other(void **state)
{
    enum { ATTRIBUTES = 50, TEXT_LEN = 4000 };
    (void)state;
    start_batching(NULL);
    otelmq_span *span = start();
    char text[TEXT_LEN];
    memset(text, 'x', sizeof(text));
    char key[16];
    for (int i = 0; i < ATTRIBUTES; i++) {
        (void)snprintf(key, sizeof(key), "key.%d", i);
        otelmq_span_set_string(span, key, otelmq_str_from_bytes(text, sizeof(text) - (size_t)i));
    }
    otelmq_span_update_name(span, "publish somewhere else");
    otelmq_span_end(span);
    flush();
    const otelmq_span_data *data = exported(0);
    assert_true(otelmq_str_equal(data->name, OTELMQ_STR("publish somewhere else")));
    assert_int_equal(data->attribute_count, 2 + ATTRIBUTES);
    assert_int_equal(otelmq_span_data_attribute(data, "server.port").as.integer, 4711);
    for (int i = 0; i < ATTRIBUTES; i++) {
        (void)snprintf(key, sizeof(key), "key.%d", i);
        assert_int_equal(otelmq_span_data_attribute(data, key).as.string.len, TEXT_LEN - i);
    }
}

/* Takes the blocks that are left over from before; how many these are. */
static size_t empty_the_pool(void *blocks[], size_t max)
{
    size_t count = 0;
    allocations_resume();
    for (size_t before_it = allocations_counted();
         count < max && allocations_counted() == before_it; count++) {
        blocks[count] = otelmq_span_pool_take(OTELMQ_WHOLE_BLOCK);
    }
    allocations_pause();
    assert_true(count < max);
    return count;
}

static void without_memory_it_stays_as_its_template_says(void **state)
{
    (void)state;
    start_batching(NULL);
    otelmq_span *span = start();
    void *blocks[1000];
    size_t count = empty_the_pool(blocks, COUNT_OF(blocks));
    allocations_resume();
    allocations_fail_after(0);
    otelmq_span_set_int(span, "server.port", 4712);
    assert_true(allocations_end_failure());
    while (count > 0) {
        otelmq_span_pool_give(OTELMQ_WHOLE_BLOCK, blocks[--count]);
    }
    otelmq_span_set_string(span, "error.type", OTELMQ_STR("nack"));
    otelmq_span_end(span);
    flush();
    assert_common(exported(0));
    assert_int_equal(exported(0)->attribute_count, 3);
    assert_int_equal(exported(0)->dropped_attribute_count, 1);
}

static void it_can_be_read_while_it_is_open_and_after_its_end(void **state)
{
    (void)state;
    start_batching(NULL);
    otelmq_span *span = start();
    assert_true(otelmq_span_is_recording(span));
    assert_true(otelmq_str_equal(otelmq_span_read(span)->name, OTELMQ_STR("publish orders")));
    otelmq_span *kept = otelmq_span_retain(start());
    otelmq_span_end(span);
    otelmq_span_end(kept);
    otelmq_span_set_int(kept, "late", 1);
    flush();
    assert_false(otelmq_span_is_recording(kept));
    assert_common(otelmq_span_read(kept));
    assert_int_equal(otelmq_span_read(kept)->attribute_count, 2);
    otelmq_span_release(kept);
    assert_int_equal(otelmq_memory_exporter_count(memory), 2);
}

static void one_that_is_let_go_or_ends_twice_is_counted_once(void **state)
{
    (void)state;
    start_batching(NULL);
    uint64_t live = otelmq_stats_read().spans_live;
    otelmq_span *span = start();
    assert_int_equal(otelmq_stats_read().spans_live, live + 1);
    otelmq_span_retain(span);
    otelmq_span_end(span);
    otelmq_span_end(span);
    otelmq_span_release(span);
    assert_int_equal(otelmq_stats_read().spans_live, live);
    flush();
    assert_int_equal(otelmq_memory_exporter_count(memory), 1);
}

static void a_time_of_the_callers_ends_it_then(void **state)
{
    (void)state;
    start_batching(NULL);
    otelmq_span_end_at(start(), UINT64_MAX);
    flush();
    assert_true(exported(0)->end_time_unix_nano == UINT64_MAX);
}

static void what_finds_the_queue_full_or_the_provider_shut_down_is_dropped(void **state)
{
    (void)state;
    start_batching(
        &(otelmq_batch_options){.max_queue_size = 4, .schedule_delay_ms = HOUR_MS, .pumped = true});
    for (int i = 0; i < 6; i++) {
        otelmq_span_end(start());
    }
    assert_int_equal(grown(&before, OTELMQ_STAT_SPANS_DROPPED_QUEUE_FULL), 2);
    assert_int_equal(otelmq_tracer_provider_pump(provider, FLUSH_MS), OTELMQ_OK);
    assert_int_equal(otelmq_memory_exporter_count(memory), 4);
    assert_common(exported(3));
    otelmq_span *late = start();
    assert_int_equal(otelmq_tracer_provider_shutdown(provider, FLUSH_MS), OTELMQ_OK);
    otelmq_span_end(late);
    assert_int_equal(grown(&before, OTELMQ_STAT_SPANS_DROPPED_SHUT_DOWN), 1);
    assert_null(otelmq_tracer_start_folded(tracer, template, OTELMQ_SPAN_PRODUCER,
                                           otelmq_context_span_context(NULL)));
}

static void what_is_queued_at_the_end_of_time_is_dropped(void **state)
{
    (void)state;
    start_batching(&(otelmq_batch_options){.schedule_delay_ms = HOUR_MS, .pumped = true});
    otelmq_span_end(start());
    otelmq_span *abandoned = start();
    otelmq_tracer_provider_destroy(provider);
    provider = NULL;
    assert_int_equal(grown(&before, OTELMQ_STAT_SPANS_DROPPED_SHUT_DOWN), 1);
    otelmq_span_end(abandoned);
    assert_int_equal(grown(&before, OTELMQ_STAT_SPANS_DROPPED_SHUT_DOWN), 2);
}

static void an_unsampled_one_is_a_span_that_records_nothing(void **state)
{
    (void)state;
    otelmq_processor processor =
        otelmq_processor_batch(otelmq_memory_exporter_as_exporter(memory), NULL);
    start_provider((otelmq_tracer_provider_options){
        .processors = &processor, .processor_count = 1, .sampler = otelmq_sampler_always_off()});
    otelmq_span *span = start();
    assert_false(otelmq_span_is_recording(span));
    assert_null(otelmq_span_read(span));
    assert_true(otelmq_span_context_is_valid(otelmq_span_get_context(span)));
    assert_false(otelmq_span_context_is_sampled(otelmq_span_get_context(span)));
    otelmq_span_end(span);
    flush();
    assert_int_equal(grown(&before, OTELMQ_STAT_SPANS_UNSAMPLED), 1);
    assert_int_equal(otelmq_memory_exporter_count(memory), 0);
}

static void each_of_several_processors_gets_it(void **state)
{
    (void)state;
    otelmq_processor processors[] = {
        otelmq_processor_batch(otelmq_memory_exporter_as_exporter(memory), NULL),
        otelmq_processor_simple(otelmq_memory_exporter_as_exporter(memory)),
    };
    start_provider(
        (otelmq_tracer_provider_options){.processors = processors, .processor_count = 2});
    otelmq_span_end(start());
    flush();
    assert_int_equal(otelmq_memory_exporter_count(memory), 2);
    assert_common(exported(0));
    assert_common(exported(1));
    assert_int_equal(grown(&before, OTELMQ_STAT_SPANS_EXPORTED), 1);
}

static void it_is_none_where_limits_or_the_users_code_touch_it(void **state)
{
    (void)state;
    otelmq_processor processor =
        otelmq_processor_simple(otelmq_memory_exporter_as_exporter(memory));
    start_provider((otelmq_tracer_provider_options){
        .processors = &processor, .processor_count = 1, .limits.max_attribute_value_length = 3});
    assert_null(otelmq_tracer_start_folded(tracer, template, OTELMQ_SPAN_PRODUCER,
                                           otelmq_context_span_context(NULL)));
    otelmq_tracer_provider_destroy(provider);
    start_provider((otelmq_tracer_provider_options){0});
    assert_null(otelmq_tracer_start_folded(tracer, template, OTELMQ_SPAN_PRODUCER,
                                           otelmq_context_span_context(NULL)));
}

static bool exports_only_its_own(void)
{
    otelmq_span_end(start());
    return otelmq_tracer_provider_force_flush(provider, FLUSH_MS) == OTELMQ_OK &&
           otelmq_memory_exporter_count(memory) == 1 &&
           otelmq_memory_exporter_span_at(memory, 0)->attribute_count == 2;
}

static void a_forked_child_forgets_those_of_its_parent(void **state)
{
    (void)state;
    start_batching(&(otelmq_batch_options){.schedule_delay_ms = HOUR_MS, .pumped = true});
    otelmq_span_end(start());
    otelmq_span_end(start());
    pid_t child = fork();
    if (child == 0) {
        alarm(60);
        _exit(exports_only_its_own() ? 0 : 1);
    }
    int status = -1;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_int_equal(status, 0);
    flush();
    assert_int_equal(otelmq_memory_exporter_count(memory), 2);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(without_memory_it_stays_as_its_template_says),
        TEST(it_arrives_with_all_that_its_template_says),
        TEST(it_is_a_child_of_the_active_span),
        TEST(what_is_set_on_it_is_not_seen_on_the_next),
        TEST(it_takes_as_much_as_any_other),
        TEST(it_can_be_read_while_it_is_open_and_after_its_end),
        TEST(one_that_is_let_go_or_ends_twice_is_counted_once),
        TEST(a_time_of_the_callers_ends_it_then),
        TEST(what_finds_the_queue_full_or_the_provider_shut_down_is_dropped),
        TEST(what_is_queued_at_the_end_of_time_is_dropped),
        TEST(an_unsampled_one_is_a_span_that_records_nothing),
        TEST(each_of_several_processors_gets_it),
        TEST(it_is_none_where_limits_or_the_users_code_touch_it),
        TEST(a_forked_child_forgets_those_of_its_parent),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
