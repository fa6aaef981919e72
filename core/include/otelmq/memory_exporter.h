/* SPDX-License-Identifier: Apache-2.0 */
/*
 * An exporter that keeps the spans in memory, for your tests:
 *
 *     otelmq_memory_exporter *memory = otelmq_memory_exporter_create();
 *     ... otelmq_memory_exporter_as_exporter(memory) goes to a processor or to otelmq_sdk_start ...
 *     const otelmq_span_data *span = otelmq_memory_exporter_span_at(memory, 0);
 *
 * It is shared between you and the processor: each side gives its own reference up.
 */
#ifndef OTELMQ_MEMORY_EXPORTER_H
#define OTELMQ_MEMORY_EXPORTER_H

#include <otelmq/exporter.h>

OTELMQ_BEGIN_C

typedef struct otelmq_memory_exporter otelmq_memory_exporter;

/* Yours until otelmq_memory_exporter_destroy; NULL without memory. */
OTELMQ_API otelmq_memory_exporter *otelmq_memory_exporter_create(void);

/* As an exporter for a processor, which holds a reference of its own; {0} for NULL. */
OTELMQ_API otelmq_exporter otelmq_memory_exporter_as_exporter(otelmq_memory_exporter *memory);

/* How many spans arrived since the creation or the last clear. Any thread. */
OTELMQ_API size_t otelmq_memory_exporter_count(otelmq_memory_exporter *memory);

/*
 * The index-th span, in the order of export; NULL past the last. Borrowed until clear or destroy.
 */
OTELMQ_API const otelmq_span_data *otelmq_memory_exporter_span_at(otelmq_memory_exporter *memory,
                                                                  size_t index);

/* The first span of this name, NULL when there is none. Borrowed until clear or destroy. */
OTELMQ_API const otelmq_span_data *otelmq_memory_exporter_find(otelmq_memory_exporter *memory,
                                                               const char *name);

/* Forgets all spans. */
OTELMQ_API void otelmq_memory_exporter_clear(otelmq_memory_exporter *memory);

/* Gives up your reference; NULL is fine. */
OTELMQ_API void otelmq_memory_exporter_destroy(otelmq_memory_exporter *memory);

/* The attribute key of the span; one of type OTELMQ_VALUE_NONE when it has none. Borrowed. */
OTELMQ_API otelmq_value otelmq_span_data_attribute(const otelmq_span_data *span, const char *key);

OTELMQ_END_C

#endif
