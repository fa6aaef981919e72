/* SPDX-License-Identifier: Apache-2.0 */
/* Meant for ThreadSanitizer above all: what several threads may do at once, they do at once. */
#include "support/test.h"
#include "trace/trace_fixture.h"

#include <sched.h>
#include <stdatomic.h>
#include <stdlib.h>

enum { THREADS = 4, ROUNDS = 2000 };

static void run_threads(void *(*run)(void *), void *argument)
{
    pthread_t threads[THREADS];
    for (size_t i = 0; i < THREADS; i++) {
        assert_int_equal(pthread_create(&threads[i], NULL, run, argument), 0);
    }
    for (size_t i = 0; i < THREADS; i++) {
        assert_int_equal(pthread_join(threads[i], NULL), 0);
    }
}

static void *change_span(void *shared)
{
    otelmq_span *span = shared;
    otelmq_attribute attribute = otelmq_attribute_string("k", OTELMQ_STR("value"));
    for (int i = 0; i < ROUNDS; i++) {
        otelmq_span_set_int(span, i % 2 == 0 ? "even" : "odd", i);
        otelmq_span_add_event(span, "event", &attribute, 1);
        otelmq_span_update_name(span, i % 2 == 0 ? "even" : "odd");
        otelmq_span_set_status(span, OTELMQ_STATUS_ERROR, "text");
        assert_true(otelmq_span_is_recording(span));
    }
    return NULL;
}

static void one_span_takes_changes_of_several_threads(void **state)
{
    (void)state;
    traced fixture;
    traced_start(&fixture, NULL);
    otelmq_span *span = otelmq_tracer_start_span(fixture.tracer, "a", NULL);
    run_threads(change_span, span);
    otelmq_span_end(span);
    const otelmq_span_data *data = otelmq_memory_exporter_span_at(fixture.memory, 0);
    assert_int_equal(data->attribute_count, 2);
    assert_int_equal(data->event_count, 128);
    assert_int_equal(data->event_count + data->dropped_event_count, THREADS * ROUNDS);
    traced_stop(&fixture);
}

static void *end_with_children(void *shared)
{
    otelmq_tracer *tracer = shared;
    for (int i = 0; i < ROUNDS; i++) {
        otelmq_scope scope = otelmq_tracer_start_scope(tracer, "parent", NULL);
        otelmq_span_set_string(scope.span, "k", OTELMQ_STR("value"));
        end_one_span(tracer, "child");
        otelmq_scope_end(&scope);
    }
    return NULL;
}

static void spans_of_several_threads_are_all_accounted_for(void **state)
{
    (void)state;
    otelmq_stats before = otelmq_stats_read();
    scripted_exporter exporter;
    scripted_init(&exporter);
    otelmq_batch_options options = {.max_queue_size = 100, .max_export_batch_size = 10};
    otelmq_tracer_provider *provider = batch_provider(&exporter, &options);
    run_threads(end_with_children, otelmq_tracer_provider_tracer(provider, "tests", NULL));
    assert_int_equal(otelmq_tracer_provider_shutdown(provider, 30000), OTELMQ_OK);
    assert_int_equal(grown(&before, OTELMQ_STAT_SPANS_STARTED), 2 * THREADS * ROUNDS);
    assert_int_equal(grown(&before, OTELMQ_STAT_SPANS_EXPORTED), exporter.spans);
    otelmq_tracer_provider_destroy(provider);
    assert_accounted(&before, 0);
    scripted_clean(&exporter);
}

static void *flush_again_and_again(void *provider)
{
    for (int i = 0; i < 50; i++) {
        end_one_span(otelmq_tracer_provider_tracer(provider, "tests", NULL), "a");
        assert_int_equal(otelmq_tracer_provider_force_flush(provider, 30000), OTELMQ_OK);
    }
    return NULL;
}

static void several_threads_flush_at_once(void **state)
{
    (void)state;
    scripted_exporter exporter;
    scripted_init(&exporter);
    otelmq_tracer_provider *provider = batch_provider(&exporter, NULL);
    run_threads(flush_again_and_again, provider);
    assert_int_equal(scripted_spans(&exporter), THREADS * 50);
    otelmq_tracer_provider_destroy(provider);
    scripted_clean(&exporter);
}

static atomic_bool is_over;

static void *use_global_tracer(void *unused)
{
    (void)unused;
    otelmq_tracer *tracer = otelmq_tracer_get("tests", NULL);
    while (!atomic_load(&is_over)) {
        otelmq_scope scope = otelmq_tracer_start_scope(tracer, "a", NULL);
        otelmq_span_set_int(scope.span, "k", 1);
        otelmq_scope_end(&scope);
    }
    return NULL;
}

static void providers_come_and_go_while_spans_are_recorded(void **state)
{
    (void)state;
    otelmq_stats before = otelmq_stats_read();
    pthread_t threads[THREADS];
    atomic_store(&is_over, false);
    for (size_t i = 0; i < THREADS; i++) {
        assert_int_equal(pthread_create(&threads[i], NULL, use_global_tracer, NULL), 0);
    }
    for (int i = 0; i < 20; i++) {
        scripted_exporter exporter;
        scripted_init(&exporter);
        otelmq_tracer_provider *provider = batch_provider(&exporter, NULL);
        otelmq_tracer_provider_set_global(provider);
        scripted_wait_spans(&exporter, 1);
        otelmq_tracer_provider_set_global(NULL);
        (void)otelmq_tracer_provider_shutdown(provider, 30000);
        otelmq_tracer_provider_destroy(provider);
        /* A thread that was inside the processor when it closed destroys the exporter. */
        pthread_mutex_lock(&exporter.mutex);
        while (exporter.destroys == 0) {
            pthread_cond_wait(&exporter.changed, &exporter.mutex);
        }
        pthread_mutex_unlock(&exporter.mutex);
        scripted_clean(&exporter);
    }
    atomic_store(&is_over, true);
    for (size_t i = 0; i < THREADS; i++) {
        assert_int_equal(pthread_join(threads[i], NULL), 0);
    }
    assert_accounted(&before, 0);
}

static void *ask_for_tracers(void *found)
{
    for (int i = 0; i < 100; i++) {
        char name[16];
        snprintf(name, sizeof(name), "tracer.%d", i);
        otelmq_tracer *tracer = otelmq_tracer_get(name, "1");
        otelmq_tracer *nobody = NULL;
        _Atomic(otelmq_tracer *) *slot = (_Atomic(otelmq_tracer *) *)found + i;
        if (!atomic_compare_exchange_strong(slot, &nobody, tracer)) {
            assert_ptr_equal(nobody, tracer);
        }
    }
    return NULL;
}

static void every_thread_gets_the_same_tracer(void **state)
{
    (void)state;
    _Atomic(otelmq_tracer *) found[100] = {NULL};
    run_threads(ask_for_tracers, found);
}

static _Atomic(otelmq_span *) to_be_ended;

static void *end_each_span_too(void *unused)
{
    (void)unused;
    while (!atomic_load(&is_over)) {
        otelmq_span *span = atomic_load(&to_be_ended);
        if (span != NULL) {
            otelmq_span_end(span);
            atomic_store(&to_be_ended, NULL);
        }
    }
    return NULL;
}

/* Of two ends that both count, the second frees the span under the reference that is left. */
static void an_unsampled_span_that_two_threads_end_is_ended_once(void **state)
{
    (void)state;
    traced fixture;
    const otelmq_tracer_provider_options options = {.sampler = otelmq_sampler_always_off()};
    traced_start(&fixture, &options);
    pthread_t thread;
    atomic_store(&is_over, false);
    assert_int_equal(pthread_create(&thread, NULL, end_each_span_too, NULL), 0);
    for (int i = 0; i < 10 * ROUNDS; i++) {
        otelmq_span *span = otelmq_tracer_start_span(fixture.tracer, "a", NULL);
        otelmq_span_retain(span);
        atomic_store(&to_be_ended, span);
        /* The other thread sees it later than this one knows it, by a little. */
        for (volatile int wait = i % 256; wait > 0; wait--) {
        }
        otelmq_span_end(span);
        while (atomic_load(&to_be_ended) != NULL) {
            sched_yield();
        }
        otelmq_span *other = otelmq_tracer_start_span(fixture.tracer, "b", NULL);
        assert_ptr_not_equal(other, span);
        otelmq_span_end(other);
        otelmq_span_release(span);
    }
    atomic_store(&is_over, true);
    assert_int_equal(pthread_join(thread, NULL), 0);
    traced_stop(&fixture);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_span_takes_changes_of_several_threads),
        cmocka_unit_test(spans_of_several_threads_are_all_accounted_for),
        cmocka_unit_test(several_threads_flush_at_once),
        cmocka_unit_test(providers_come_and_go_while_spans_are_recorded),
        cmocka_unit_test(every_thread_gets_the_same_tracer),
        cmocka_unit_test(an_unsampled_span_that_two_threads_end_is_ended_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
