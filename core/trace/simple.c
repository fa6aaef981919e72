/* SPDX-License-Identifier: Apache-2.0 */
#include "trace/simple.h"

#include "base/clock.h"
#include "trace/self_observation.h"
#include "trace/span_object.h"

#include <stdlib.h>

enum { EXPORT_TIMEOUT_MS = 30000 };

typedef struct {
    otelmq_exporter exporter;
    otelmq_lock exporting;
    atomic_bool is_shut_down;
} simple_processor;

/* An exporter that is traced itself would wait for its own lock. */
static _Thread_local bool thread_is_exporting;

static otelmq_stat fate_of(otelmq_status status, const otelmq_export_result *result)
{
    bool is_lost = status != OTELMQ_OK || result->failed > 0 || result->under_way > 0;
    return is_lost ? OTELMQ_STAT_SPANS_FAILED : OTELMQ_STAT_SPANS_EXPORTED;
}

static otelmq_stat export_one(simple_processor *processor, const otelmq_span *span)
{
    if (atomic_load(&processor->is_shut_down)) {
        return OTELMQ_STAT_SPANS_DROPPED_SHUT_DOWN;
    }
    const otelmq_exporter *exporter = &processor->exporter;
    const otelmq_span_data *data = &span->data;
    otelmq_export_result result = {0};
    uint64_t start = otelmq_clock_monotonic_nano();
    otelmq_observe_given(1);
    otelmq_status status =
        exporter->ops->export_spans(exporter->self, &data, 1, EXPORT_TIMEOUT_MS, &result);
    if (result.under_way > 0 && exporter->ops->force_flush != NULL) {
        result = (otelmq_export_result){0};
        status = exporter->ops->force_flush(exporter->self, EXPORT_TIMEOUT_MS, &result);
    }
    otelmq_observe_told(1);
    otelmq_observe_export(otelmq_clock_monotonic_nano() - start);
    return fate_of(status, &result);
}

static void on_end(void *self, otelmq_span *span)
{
    simple_processor *processor = self;
    if (!otelmq_span_is_sampled(span)) {
        return;
    }
    otelmq_stat fate = OTELMQ_STAT_SPANS_FAILED;
    if (!thread_is_exporting) {
        otelmq_lock_take(&processor->exporting);
        thread_is_exporting = true;
        fate = export_one(processor, span);
        thread_is_exporting = false;
        otelmq_lock_give(&processor->exporting);
    }
    otelmq_spans_settle(&span, 1, fate);
}

static otelmq_status flush_exporter(const simple_processor *processor, otelmq_deadline deadline)
{
    const otelmq_exporter *exporter = &processor->exporter;
    otelmq_export_result result = {0};
    return exporter->ops->force_flush != NULL
               ? exporter->ops->force_flush(exporter->self, otelmq_deadline_left_ms(deadline),
                                            &result)
               : OTELMQ_OK;
}

static otelmq_status flush_until(simple_processor *processor, otelmq_deadline deadline)
{
    if (!otelmq_lock_take_until(&processor->exporting, deadline)) {
        return OTELMQ_ERROR_TIMEOUT;
    }
    otelmq_status status = flush_exporter(processor, deadline);
    otelmq_lock_give(&processor->exporting);
    return status;
}

static otelmq_status force_flush(void *self, uint32_t timeout_ms)
{
    return flush_until(self, otelmq_deadline_after(timeout_ms));
}

static otelmq_status shut_down(void *self, uint32_t timeout_ms)
{
    simple_processor *processor = self;
    if (atomic_exchange(&processor->is_shut_down, true)) {
        return OTELMQ_ERROR_SHUT_DOWN;
    }
    otelmq_status status = flush_until(processor, otelmq_deadline_after(timeout_ms));
    if (processor->exporter.ops->shutdown != NULL) {
        processor->exporter.ops->shutdown(processor->exporter.self);
    }
    return status;
}

static void destroy(void *self)
{
    simple_processor *processor = self;
    otelmq_exporter_destroy(processor->exporter);
    free(processor);
}

const otelmq_processor_ops otelmq_simple_ops = {
    .on_end = on_end,
    .force_flush = force_flush,
    .shutdown = shut_down,
    .destroy = destroy,
};

otelmq_processor otelmq_processor_simple(otelmq_exporter exporter)
{
    if (exporter.ops == NULL) {
        return (otelmq_processor){0};
    }
    otelmq_fork_generation_watch();
    simple_processor *processor = calloc(1, sizeof(*processor));
    if (processor == NULL) {
        otelmq_exporter_destroy(exporter);
        return (otelmq_processor){0};
    }
    processor->exporter = exporter;
    return (otelmq_processor){&otelmq_simple_ops, processor};
}
