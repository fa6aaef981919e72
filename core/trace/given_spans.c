/* SPDX-License-Identifier: Apache-2.0 */
#include "trace/given_spans.h"

#include "base/clock.h"
#include "trace/self_observation.h"
#include "trace/span_object.h"

#include <stdlib.h>

bool otelmq_given_spans_init(otelmq_given_spans *given, size_t batch_size)
{
    *given = (otelmq_given_spans){.batch_size = batch_size};
    given->data = calloc(batch_size, sizeof(*given->data));
    given->base = calloc(batch_size, sizeof(*given->base));
    given->base_nano = calloc(batch_size, sizeof(*given->base_nano));
    given->spans = given->base;
    given->given_nano = given->base_nano;
    given->capacity = batch_size;
    return given->data != NULL && given->base != NULL && given->base_nano != NULL;
}

static void free_grown(otelmq_given_spans *given)
{
    if (given->spans != given->base) {
        free(given->spans);
        free(given->given_nano);
    }
}

void otelmq_given_spans_clean(otelmq_given_spans *given)
{
    free_grown(given);
    free(given->base);
    free(given->base_nano);
    free(given->data);
    *given = (otelmq_given_spans){.count = 0};
}

/* The fork may have come while the parent's worker moved the spans: only the base is steady. */
void otelmq_given_spans_forget(otelmq_given_spans *given)
{
    given->abandoned = given->spans != given->base ? given->spans : NULL;
    given->abandoned_nano = given->given_nano != given->base_nano ? given->given_nano : NULL;
    given->spans = given->base;
    given->given_nano = given->base_nano;
    given->capacity = given->batch_size;
    given->count = 0;
}

bool otelmq_given_spans_reserve(otelmq_given_spans *given)
{
    size_t needed = given->count + given->batch_size;
    if (needed <= given->capacity) {
        return true;
    }
    otelmq_span **spans = malloc(needed * sizeof(*spans));
    uint64_t *given_nano = malloc(needed * sizeof(*given_nano));
    if (spans == NULL || given_nano == NULL) {
        free(spans);
        free(given_nano);
        return false;
    }
    memcpy(spans, given->spans, given->count * sizeof(*spans));
    memcpy(given_nano, given->given_nano, given->count * sizeof(*given_nano));
    free_grown(given);
    given->spans = spans;
    given->given_nano = given_nano;
    given->capacity = needed;
    return true;
}

const otelmq_span_data *const *otelmq_given_spans_add(otelmq_given_spans *given, size_t count)
{
    uint64_t now = otelmq_clock_monotonic_nano();
    for (size_t i = 0; i < count; i++) {
        given->data[i] = otelmq_span_read(given->spans[given->count + i]);
        given->given_nano[given->count + i] = now;
    }
    given->count += count;
    otelmq_observe_given(count);
    return given->data;
}

/* An exporter of someone else's may well count wrongly. */
static size_t at_most(size_t number, size_t most)
{
    return number < most ? number : most;
}

/* Of the first told spans: each batch that ends among them took the exporter until now. */
static void observe(const otelmq_given_spans *given, size_t told)
{
    uint64_t now = otelmq_clock_monotonic_nano();
    for (size_t i = 0; i < told; i++) {
        bool is_last = i + 1 == given->count || given->given_nano[i + 1] != given->given_nano[i];
        if (is_last) {
            otelmq_observe_export(now - given->given_nano[i]);
        }
    }
    otelmq_observe_told(told);
}

void otelmq_given_spans_settle(otelmq_given_spans *given, size_t under_way, size_t failed)
{
    size_t left = at_most(under_way, given->count);
    size_t told = given->count - left;
    size_t lost = at_most(failed, told);
    observe(given, told);
    otelmq_spans_settle(given->spans, lost, OTELMQ_STAT_SPANS_FAILED);
    otelmq_spans_settle(given->spans + lost, told - lost, OTELMQ_STAT_SPANS_EXPORTED);
    otelmq_spans_release(given->spans, told);
    memmove(given->spans, given->spans + told, left * sizeof(*given->spans));
    memmove(given->given_nano, given->given_nano + told, left * sizeof(*given->given_nano));
    given->count = left;
}
