/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Eight threads do at random, from fixed seeds, what threads of programs do: start, change, hand
 * over and end spans, attach contexts, flush, pump, replace the global provider and shut providers
 * down, while their exporters fail at random. In the end every span must be accounted for. Meant
 * for ThreadSanitizer above all.
 */
#include "support/test.h"
#include "trace/trace_fixture.h"

#include <stdatomic.h>
#include <time.h>

enum { THREADS = 8, ROUNDS = 1500, PROVIDERS = 5, MAILBOXES = 16, SHARED_SPANS = 2 };

typedef struct {
    uint64_t state;
} dice;

/* Xorshift: the same run for the same seed. */
static unsigned roll(dice *die, unsigned sides)
{
    die->state ^= die->state << 13;
    die->state ^= die->state >> 7;
    die->state ^= die->state << 17;
    return (unsigned)(die->state >> 33) % sides;
}

typedef struct {
    dice die; /* exports come one at a time */
    atomic_uint taken;
    atomic_uint failed;
    atomic_uint destroyed;
} flaky_exporter;

static otelmq_status export_or_fail(void *self, const otelmq_span_data *const spans[], size_t count,
                                    uint32_t timeout_ms, otelmq_export_result *result)
{
    (void)timeout_ms;
    flaky_exporter *exporter = self;
    const struct timespec pause = {.tv_nsec = 1000 * (long)roll(&exporter->die, 200)};
    size_t failed = roll(&exporter->die, 3) == 0 ? roll(&exporter->die, (unsigned)count) + 1 : 0;
    assert_true(spans[0]->end_time_unix_nano > 0);
    nanosleep(&pause, NULL);
    atomic_fetch_add(&exporter->failed, (unsigned)failed);
    atomic_fetch_add(&exporter->taken, (unsigned)(count - failed));
    result->failed = failed;
    return failed > 0 ? OTELMQ_ERROR_IO : OTELMQ_OK;
}

static void note_destroy(void *self)
{
    atomic_fetch_add(&((flaky_exporter *)self)->destroyed, 1);
}

static const otelmq_exporter_ops flaky_ops = {.export_spans = export_or_fail,
                                              .destroy = note_destroy};

static flaky_exporter exporters[2 * PROVIDERS];
static otelmq_tracer_provider *providers[PROVIDERS];
static otelmq_tracer *tracers[PROVIDERS + 1]; /* the last one is the global one */
static _Atomic(otelmq_span *) mailboxes[MAILBOXES];
static otelmq_span *shared_spans[SHARED_SPANS];

static otelmq_processor make_processor(unsigned number)
{
    unsigned kind = number % PROVIDERS;
    static const otelmq_batch_options batches[] = {
        {.max_queue_size = 32, .max_export_batch_size = 8, .schedule_delay_ms = 1},
        {.max_queue_size = 16, .max_export_batch_size = 16, .blocks_when_full = true},
        {.max_queue_size = 64, .max_export_batch_size = 8, .schedule_delay_ms = 1, .pumped = true},
        {.max_queue_size = 8, .blocks_when_full = true, .pumped = true},
    };
    exporters[number] = (flaky_exporter){.die = {number + 1}};
    otelmq_exporter exporter = {&flaky_ops, &exporters[number]};
    return kind < COUNT_OF(batches) ? otelmq_processor_batch(exporter, &batches[kind])
                                    : otelmq_processor_simple(exporter);
}

static otelmq_tracer *any_tracer(dice *die)
{
    return tracers[roll(die, PROVIDERS + 1)];
}

static void start_span_somewhere(dice *die)
{
    otelmq_scope scope = otelmq_tracer_start_scope(any_tracer(die), "scope", NULL);
    otelmq_span_set_int(scope.span, "k", (int64_t)roll(die, 10));
    if (roll(die, 2) == 0) {
        end_one_span(any_tracer(die), "child");
    }
    otelmq_scope_end(&scope);
}

/* Whoever finds a span in a mailbox changes it, and ends it or puts it into another. */
static void hand_over(dice *die)
{
    bool brings_one = roll(die, 2) == 0;
    otelmq_span *mine =
        brings_one ? otelmq_tracer_start_span(any_tracer(die), "letter", NULL) : NULL;
    otelmq_span *found = atomic_exchange(&mailboxes[roll(die, MAILBOXES)], mine);
    if (found == NULL) {
        return;
    }
    otelmq_span_record_exception(found, "Lost", NULL, NULL, 0);
    if (roll(die, 2) == 0) {
        found = atomic_exchange(&mailboxes[roll(die, MAILBOXES)], found);
    }
    otelmq_span_end(found);
}

static void change_shared(dice *die)
{
    otelmq_span *span = shared_spans[roll(die, SHARED_SPANS)];
    otelmq_span_set_string(span, "text", OTELMQ_STR("some text"));
    otelmq_span_add_event(span, "event", NULL, 0);
    otelmq_span_update_name(span, roll(die, 2) == 0 ? "one" : "two");
}

static void attach_and_start(dice *die)
{
    const otelmq_context *context =
        otelmq_context_with_span(NULL, shared_spans[roll(die, SHARED_SPANS)]);
    otelmq_context_token token = otelmq_context_attach(context);
    otelmq_context_release(context);
    start_span_somewhere(die);
    otelmq_context_detach(token);
}

static void do_something(dice *die)
{
    otelmq_tracer_provider *provider = providers[roll(die, PROVIDERS)];
    unsigned what = roll(die, 1000);
    if (what < 400) {
        start_span_somewhere(die);
    } else if (what < 600) {
        hand_over(die);
    } else if (what < 700) {
        change_shared(die);
    } else if (what < 850) {
        attach_and_start(die);
    } else if (what < 900) {
        (void)otelmq_tracer_provider_force_flush(provider, roll(die, 4));
    } else if (what < 970) {
        (void)otelmq_tracer_provider_pump(provider, roll(die, 4));
    } else if (what < 990) {
        otelmq_tracer_provider_set_global(roll(die, 4) == 0 ? NULL : provider);
    } else if (what < 999) {
        (void)otelmq_stats_read();
    } else if (roll(die, 3) == 0) {
        (void)otelmq_tracer_provider_shutdown(provider, roll(die, 20));
    }
}

static void *live_at_random(void *seed)
{
    dice die = {(uint64_t)(uintptr_t)seed * 2654435761u};
    for (int i = 0; i < ROUNDS; i++) {
        do_something(&die);
    }
    return NULL;
}

/* Each with one processor, or with two of different kinds. */
static void set_up_all(size_t processor_count)
{
    for (unsigned i = 0; i < PROVIDERS; i++) {
        otelmq_processor processors[] = {make_processor(i), {0}};
        if (processor_count > 1) {
            processors[1] = make_processor(2 * PROVIDERS - 1 - i);
        }
        otelmq_tracer_provider_options options = {.processors = processors,
                                                  .processor_count = processor_count};
        assert_int_equal(otelmq_tracer_provider_create(&options, &providers[i]), OTELMQ_OK);
        tracers[i] = otelmq_tracer_provider_tracer(providers[i], "tests", NULL);
    }
    tracers[PROVIDERS] = otelmq_tracer_get("random", NULL);
    for (unsigned i = 0; i < SHARED_SPANS; i++) {
        shared_spans[i] = otelmq_tracer_start_span(tracers[i], "shared", NULL);
    }
}

static void tear_down_all(void)
{
    for (unsigned i = 0; i < MAILBOXES; i++) {
        otelmq_span_end(atomic_exchange(&mailboxes[i], NULL));
    }
    for (unsigned i = 0; i < SHARED_SPANS; i++) {
        otelmq_span_end(shared_spans[i]);
    }
    otelmq_tracer_provider_set_global(NULL);
    for (unsigned i = 0; i < PROVIDERS; i++) {
        otelmq_tracer_provider_destroy(providers[i]);
    }
}

static void run_at_random(size_t processor_count)
{
    pthread_t threads[THREADS];
    set_up_all(processor_count);
    for (uintptr_t i = 0; i < THREADS; i++) {
        void *seed = (void *)(i + 1 + THREADS * processor_count);
        assert_int_equal(pthread_create(&threads[i], NULL, live_at_random, seed), 0);
    }
    for (size_t i = 0; i < THREADS; i++) {
        assert_int_equal(pthread_join(threads[i], NULL), 0);
    }
    tear_down_all();
}

static void assert_nothing_left(const otelmq_stats *before)
{
    otelmq_stats after = otelmq_stats_read();
    assert_accounted(before, 0);
    assert_int_equal(after.spans_live, before->spans_live);
    assert_int_equal(after.spans_in_flight, 0);
    assert_int_equal(after.queue_size, 0);
    assert_int_equal(after.queue_capacity, 0);
}

static void every_span_is_accounted_for_whatever_threads_do(void **state)
{
    (void)state;
    otelmq_stats before = otelmq_stats_read();
    uint64_t taken = 0;
    uint64_t failed = 0;
    run_at_random(1);
    for (unsigned i = 0; i < PROVIDERS; i++) {
        taken += atomic_load(&exporters[i].taken);
        failed += atomic_load(&exporters[i].failed);
        assert_int_equal(atomic_load(&exporters[i].destroyed), 1);
    }
    assert_nothing_left(&before);
    assert_true(taken > 0 && failed > 0);
    assert_int_equal(grown(&before, OTELMQ_STAT_SPANS_EXPORTED), taken);
    assert_int_equal(grown(&before, OTELMQ_STAT_SPANS_FAILED), failed);
}

static void a_span_of_two_processors_is_accounted_for_once(void **state)
{
    (void)state;
    otelmq_stats before = otelmq_stats_read();
    run_at_random(2);
    for (unsigned i = 0; i < 2 * PROVIDERS; i++) {
        assert_int_equal(atomic_load(&exporters[i].destroyed), 1);
    }
    assert_nothing_left(&before);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_span_is_accounted_for_whatever_threads_do),
        cmocka_unit_test(a_span_of_two_processors_is_accounted_for_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
