/* SPDX-License-Identifier: Apache-2.0 */
#include <otelmq/memory_exporter.h>

#include "trace/span_object.h"

#include <stdlib.h>

enum { FIRST_CAPACITY = 64 };

/* A span is kept by a reference to it: its data is a part of it, and stays where it is. */
struct otelmq_memory_exporter {
    otelmq_refcount refcount;
    otelmq_lock lock;
    otelmq_span **spans;
    size_t count;
    size_t capacity;
};

otelmq_memory_exporter *otelmq_memory_exporter_create(void)
{
    otelmq_memory_exporter *memory = calloc(1, sizeof(*memory));
    if (memory != NULL) {
        otelmq_refcount_init(&memory->refcount);
    }
    return memory;
}

static bool reserve(otelmq_memory_exporter *memory, size_t count)
{
    if (memory->count + count <= memory->capacity) {
        return true;
    }
    size_t capacity = 2 * (memory->count + count) + FIRST_CAPACITY;
    otelmq_span **spans = realloc(memory->spans, capacity * sizeof(*spans));
    if (spans == NULL) {
        return false;
    }
    memory->spans = spans;
    memory->capacity = capacity;
    return true;
}

static otelmq_status export_spans(void *self, const otelmq_span_data *const spans[], size_t count,
                                  uint32_t timeout_ms, otelmq_export_result *result)
{
    (void)timeout_ms;
    (void)result;
    otelmq_memory_exporter *memory = self;
    otelmq_lock_take(&memory->lock);
    bool has_room = reserve(memory, count);
    for (size_t i = 0; has_room && i < count; i++) {
        memory->spans[memory->count++] = otelmq_span_retain(otelmq_span_of_data(spans[i]));
    }
    otelmq_lock_give(&memory->lock);
    return has_room ? OTELMQ_OK : OTELMQ_ERROR_NO_MEMORY;
}

void otelmq_memory_exporter_clear(otelmq_memory_exporter *memory)
{
    otelmq_lock_take(&memory->lock);
    otelmq_span **spans = memory->spans;
    size_t count = memory->count;
    memory->spans = NULL;
    memory->count = 0;
    memory->capacity = 0;
    otelmq_lock_give(&memory->lock);
    otelmq_spans_release(spans, count);
    free(spans);
}

void otelmq_memory_exporter_destroy(otelmq_memory_exporter *memory)
{
    if (memory != NULL && otelmq_refcount_release(&memory->refcount)) {
        otelmq_memory_exporter_clear(memory);
        free(memory);
    }
}

static void destroy(void *self)
{
    otelmq_memory_exporter_destroy(self);
}

static const otelmq_exporter_ops memory_ops = {
    .export_spans = export_spans,
    .destroy = destroy,
};

otelmq_exporter otelmq_memory_exporter_as_exporter(otelmq_memory_exporter *memory)
{
    if (memory == NULL) {
        return (otelmq_exporter){0};
    }
    otelmq_refcount_retain(&memory->refcount);
    return (otelmq_exporter){&memory_ops, memory};
}

size_t otelmq_memory_exporter_count(otelmq_memory_exporter *memory)
{
    otelmq_lock_take(&memory->lock);
    size_t count = memory->count;
    otelmq_lock_give(&memory->lock);
    return count;
}

const otelmq_span_data *otelmq_memory_exporter_span_at(otelmq_memory_exporter *memory, size_t index)
{
    otelmq_lock_take(&memory->lock);
    const otelmq_span_data *span = index < memory->count ? &memory->spans[index]->data : NULL;
    otelmq_lock_give(&memory->lock);
    return span;
}

const otelmq_span_data *otelmq_memory_exporter_find(otelmq_memory_exporter *memory,
                                                    const char *name)
{
    otelmq_str wanted = otelmq_str_from(name);
    const otelmq_span_data *found = NULL;
    otelmq_lock_take(&memory->lock);
    for (size_t i = 0; found == NULL && i < memory->count; i++) {
        const otelmq_span_data *span = &memory->spans[i]->data;
        found = otelmq_str_equal(span->name, wanted) ? span : NULL;
    }
    otelmq_lock_give(&memory->lock);
    return found;
}

otelmq_value otelmq_span_data_attribute(const otelmq_span_data *span, const char *key)
{
    otelmq_str wanted = otelmq_str_from(key);
    for (uint32_t i = 0; i < span->attribute_count; i++) {
        if (otelmq_str_equal(span->attributes[i].key, wanted)) {
            return span->attributes[i].value;
        }
    }
    return otelmq_attribute_none(key).value;
}
