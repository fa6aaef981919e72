/* SPDX-License-Identifier: Apache-2.0 */
#include "support/test.h"
#include "trace/trace_fixture.h"

static void a_tracer_may_be_asked_for_before_there_is_a_provider(void **state)
{
    (void)state;
    otelmq_tracer *tracer = otelmq_tracer_get("early", NULL);
    end_one_span(tracer, "lost");
    traced fixture;
    traced_start(&fixture, NULL);
    otelmq_tracer_provider_set_global(fixture.provider);
    end_one_span(tracer, "kept");
    otelmq_tracer_provider_set_global(NULL);
    end_one_span(tracer, "lost");
    assert_int_equal(otelmq_memory_exporter_count(fixture.memory), 1);
    assert_str(otelmq_memory_exporter_span_at(fixture.memory, 0)->scope->name, "early");
    traced_stop(&fixture);
}

static void the_global_provider_can_be_replaced(void **state)
{
    (void)state;
    otelmq_tracer *tracer = otelmq_tracer_get("early", NULL);
    traced first;
    traced second;
    traced_start(&first, NULL);
    traced_start(&second, NULL);
    otelmq_tracer_provider_set_global(first.provider);
    otelmq_span *span = otelmq_tracer_start_span(tracer, "first", NULL);
    otelmq_tracer_provider_set_global(second.provider);
    end_one_span(tracer, "second");
    otelmq_span_end(span);
    otelmq_tracer_provider_set_global(NULL);
    assert_non_null(otelmq_memory_exporter_find(first.memory, "first"));
    assert_non_null(otelmq_memory_exporter_find(second.memory, "second"));
    assert_int_equal(otelmq_memory_exporter_count(second.memory), 1);
    traced_stop(&first);
    traced_stop(&second);
}

static void a_destroyed_global_provider_lets_spans_record_nothing(void **state)
{
    (void)state;
    traced fixture;
    traced_start(&fixture, NULL);
    otelmq_tracer_provider_set_global(fixture.provider);
    traced_stop(&fixture);
    otelmq_span *span = otelmq_tracer_start_span(otelmq_tracer_get("early", NULL), "a", NULL);
    assert_false(otelmq_span_is_recording(span));
    otelmq_span_end(span);
    otelmq_tracer_provider_set_global(NULL);
}

/* Two points that both threads of a test pass together. */
static pthread_barrier_t barrier;

static void *start_and_stay(void *unused)
{
    (void)unused;
    end_one_span(otelmq_tracer_get("early", NULL), "a");
    pthread_barrier_wait(&barrier);
    pthread_barrier_wait(&barrier);
    return NULL;
}

static void an_idle_thread_does_not_keep_the_exporter(void **state)
{
    (void)state;
    scripted_exporter exporter;
    scripted_init(&exporter);
    pthread_t thread;
    pthread_barrier_init(&barrier, NULL, 2);
    otelmq_tracer_provider *provider = batch_provider(&exporter, NULL);
    otelmq_tracer_provider_set_global(provider);
    assert_int_equal(pthread_create(&thread, NULL, start_and_stay, NULL), 0);
    pthread_barrier_wait(&barrier);
    otelmq_tracer_provider_set_global(NULL);
    assert_int_equal(otelmq_tracer_provider_shutdown(provider, 30000), OTELMQ_OK);
    otelmq_tracer_provider_destroy(provider);
    assert_int_equal(exporter.destroys, 1);
    pthread_barrier_wait(&barrier);
    assert_int_equal(pthread_join(thread, NULL), 0);
    pthread_barrier_destroy(&barrier);
    scripted_clean(&exporter);
}

static pthread_key_t late_key;

static void record_late(void *value)
{
    (void)value;
    end_one_span(otelmq_tracer_get("early", NULL), "late");
}

static void *exit_with_late_destructor(void *value)
{
    pthread_setspecific(late_key, value);
    end_one_span(otelmq_tracer_get("early", NULL), "a");
    return NULL;
}

static void a_span_while_the_thread_exits_does_no_harm(void **state)
{
    (void)state;
    traced fixture;
    pthread_t thread;
    traced_start(&fixture, NULL);
    otelmq_tracer_provider_set_global(fixture.provider);
    end_one_span(otelmq_tracer_get("early", NULL), "main");
    /* Created after the keys of the library, so that its destructor runs after theirs. */
    assert_int_equal(pthread_key_create(&late_key, record_late), 0);
    assert_int_equal(pthread_create(&thread, NULL, exit_with_late_destructor, &fixture), 0);
    assert_int_equal(pthread_join(thread, NULL), 0);
    otelmq_tracer_provider_set_global(NULL);
    assert_non_null(otelmq_memory_exporter_find(fixture.memory, "a"));
    traced_stop(&fixture);
    pthread_key_delete(late_key);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_tracer_may_be_asked_for_before_there_is_a_provider),
        cmocka_unit_test(the_global_provider_can_be_replaced),
        cmocka_unit_test(a_destroyed_global_provider_lets_spans_record_nothing),
        cmocka_unit_test(an_idle_thread_does_not_keep_the_exporter),
        cmocka_unit_test(a_span_while_the_thread_exits_does_no_harm),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
