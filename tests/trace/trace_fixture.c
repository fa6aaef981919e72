/* SPDX-License-Identifier: Apache-2.0 */
#include "trace/trace_fixture.h"

#include "support/test.h"

void traced_start(traced *fixture, const otelmq_tracer_provider_options *options)
{
    otelmq_tracer_provider_options chosen = {0};
    if (options != NULL) {
        chosen = *options;
    }
    fixture->memory = otelmq_memory_exporter_create();
    otelmq_processor processor =
        otelmq_processor_simple(otelmq_memory_exporter_as_exporter(fixture->memory));
    chosen.processors = &processor;
    chosen.processor_count = 1;
    assert_int_equal(otelmq_tracer_provider_create(&chosen, &fixture->provider), OTELMQ_OK);
    fixture->tracer = otelmq_tracer_provider_tracer(fixture->provider, "tests", "1.0");
}

void traced_stop(traced *fixture)
{
    otelmq_tracer_provider_destroy(fixture->provider);
    otelmq_memory_exporter_destroy(fixture->memory);
}

void end_one_span(otelmq_tracer *tracer, const char *name)
{
    otelmq_span_end(otelmq_tracer_start_span(tracer, name, NULL));
}

void scripted_init(scripted_exporter *exporter)
{
    memset(exporter, 0, sizeof(*exporter));
    pthread_mutex_init(&exporter->mutex, NULL);
    pthread_cond_init(&exporter->changed, NULL);
}

void scripted_clean(scripted_exporter *exporter)
{
    pthread_cond_destroy(&exporter->changed);
    pthread_mutex_destroy(&exporter->mutex);
}

static bool is_stuck(const scripted_exporter *exporter)
{
    return exporter->is_held && (exporter->is_deaf || !exporter->is_shut_down);
}

static otelmq_status export_spans(void *self, const otelmq_span_data *const spans[], size_t count,
                                  uint32_t timeout_ms, otelmq_export_result *result)
{
    (void)spans;
    (void)result;
    scripted_exporter *exporter = self;
    pthread_mutex_lock(&exporter->mutex);
    pthread_sigmask(SIG_SETMASK, NULL, &exporter->signal_mask);
    exporter->timeout_ms = timeout_ms;
    exporter->waiting++;
    pthread_cond_broadcast(&exporter->changed);
    while (is_stuck(exporter)) {
        pthread_cond_wait(&exporter->changed, &exporter->mutex);
    }
    exporter->waiting--;
    otelmq_status answer =
        exporter->is_held && exporter->is_shut_down ? OTELMQ_ERROR_SHUT_DOWN : exporter->answer;
    exporter->spans += count;
    exporter->exports++;
    exporter->largest_export = count > exporter->largest_export ? count : exporter->largest_export;
    pthread_cond_broadcast(&exporter->changed);
    pthread_mutex_unlock(&exporter->mutex);
    return answer;
}

static otelmq_status force_flush(void *self, uint32_t timeout_ms, otelmq_export_result *result)
{
    (void)result;
    (void)timeout_ms;
    scripted_exporter *exporter = self;
    pthread_mutex_lock(&exporter->mutex);
    exporter->flushes++;
    pthread_mutex_unlock(&exporter->mutex);
    return OTELMQ_OK;
}

static void shut_down(void *self)
{
    scripted_exporter *exporter = self;
    pthread_mutex_lock(&exporter->mutex);
    exporter->shutdowns++;
    exporter->is_shut_down = true;
    pthread_cond_broadcast(&exporter->changed);
    pthread_mutex_unlock(&exporter->mutex);
}

static void destroy(void *self)
{
    scripted_exporter *exporter = self;
    pthread_mutex_lock(&exporter->mutex);
    exporter->destroys++;
    pthread_cond_broadcast(&exporter->changed);
    pthread_mutex_unlock(&exporter->mutex);
}

static const otelmq_exporter_ops scripted_ops = {
    .export_spans = export_spans,
    .force_flush = force_flush,
    .shutdown = shut_down,
    .destroy = destroy,
};

otelmq_exporter scripted_as_exporter(scripted_exporter *exporter)
{
    return (otelmq_exporter){&scripted_ops, exporter};
}

void scripted_hold(scripted_exporter *exporter)
{
    pthread_mutex_lock(&exporter->mutex);
    exporter->is_held = true;
    pthread_mutex_unlock(&exporter->mutex);
}

void scripted_turn_deaf(scripted_exporter *exporter)
{
    pthread_mutex_lock(&exporter->mutex);
    exporter->is_deaf = true;
    pthread_mutex_unlock(&exporter->mutex);
}

void scripted_let_go(scripted_exporter *exporter)
{
    pthread_mutex_lock(&exporter->mutex);
    exporter->is_held = false;
    pthread_cond_broadcast(&exporter->changed);
    pthread_mutex_unlock(&exporter->mutex);
}

void scripted_wait_held(scripted_exporter *exporter)
{
    pthread_mutex_lock(&exporter->mutex);
    while (exporter->waiting == 0) {
        pthread_cond_wait(&exporter->changed, &exporter->mutex);
    }
    pthread_mutex_unlock(&exporter->mutex);
}

void scripted_wait_destroyed(scripted_exporter *exporter)
{
    pthread_mutex_lock(&exporter->mutex);
    while (exporter->destroys == 0) {
        pthread_cond_wait(&exporter->changed, &exporter->mutex);
    }
    pthread_mutex_unlock(&exporter->mutex);
}

void scripted_wait_spans(scripted_exporter *exporter, size_t count)
{
    pthread_mutex_lock(&exporter->mutex);
    while (exporter->spans < count) {
        pthread_cond_wait(&exporter->changed, &exporter->mutex);
    }
    pthread_mutex_unlock(&exporter->mutex);
}

size_t scripted_spans(scripted_exporter *exporter)
{
    pthread_mutex_lock(&exporter->mutex);
    size_t spans = exporter->spans;
    pthread_mutex_unlock(&exporter->mutex);
    return spans;
}

otelmq_tracer_provider *batch_provider(scripted_exporter *exporter,
                                       const otelmq_batch_options *options)
{
    otelmq_processor processor = otelmq_processor_batch(scripted_as_exporter(exporter), options);
    otelmq_tracer_provider_options provider_options = {.processors = &processor,
                                                       .processor_count = 1};
    otelmq_tracer_provider *provider = NULL;
    assert_int_equal(otelmq_tracer_provider_create(&provider_options, &provider), OTELMQ_OK);
    return provider;
}

uint64_t grown(const otelmq_stats *before, otelmq_stat stat)
{
    return otelmq_stats_read().counts[stat] - before->counts[stat];
}

void assert_accounted(const otelmq_stats *before, uint64_t live)
{
    uint64_t settled = 0;
    for (otelmq_stat stat = OTELMQ_STAT_SPANS_UNSAMPLED;
         stat <= OTELMQ_STAT_SPANS_DROPPED_NO_MEMORY; stat++) {
        settled += grown(before, stat);
    }
    assert_int_equal(grown(before, OTELMQ_STAT_SPANS_STARTED), settled + live);
}
