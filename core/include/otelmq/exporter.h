/* SPDX-License-Identifier: Apache-2.0 */
/*
 * An exporter sends finished spans somewhere: to a collector, a file, the screen, a test. Core has
 * those for the console and for memory; <otelmq/otlp.h> has OTLP. One of your own is a table of
 * functions and a pointer (examples/custom_exporter.c).
 * (Specification: trace/sdk.md, "Span Exporter".)
 */
#ifndef OTELMQ_EXPORTER_H
#define OTELMQ_EXPORTER_H

#include <otelmq/span_data.h>

#include <stdio.h>

OTELMQ_BEGIN_C

typedef struct {
    /*
     * Sends count spans (never 0), borrowed for the call, within timeout_ms. Called by one thread
     * at a time. What it could not send is lost: the processor does not ask twice.
     */
    otelmq_status (*export_spans)(void *self, const otelmq_span_data *const spans[], size_t count,
                                  uint32_t timeout_ms);
    /* Pushes out what the exporter itself holds back. NULL: it holds nothing back. */
    otelmq_status (*force_flush)(void *self, uint32_t timeout_ms);
    /*
     * No export follows. May be called while one is under way on another thread, which must then
     * return soon. NULL: there is nothing to do.
     */
    void (*shutdown)(void *self);
    /* Frees self. Nothing else is under way or follows. NULL: there is nothing to free. */
    void (*destroy)(void *self);
} otelmq_exporter_ops;

typedef struct {
    const otelmq_exporter_ops *ops;
    void *self;
} otelmq_exporter;

/* One readable line or more for each span to stream (NULL: standard output), which stays yours. */
OTELMQ_API otelmq_exporter otelmq_exporter_console(FILE *stream);

/* Frees an exporter that was not handed over; {0} is fine. */
OTELMQ_API void otelmq_exporter_destroy(otelmq_exporter exporter);

/* Makes the exporter that OTEL_TRACES_EXPORTER names; {0} when it cannot, after reporting why. */
typedef otelmq_exporter (*otelmq_exporter_factory)(const char *name);

/*
 * Makes name (copied) known to otelmq_sdk_start as a value of OTEL_TRACES_EXPORTER; the last one to
 * register a name has it. Core knows "console" and "none"; otelmq::otlp registers "otlp",
 * "otlp/stdout" and "otlp/file" as it is linked in. Any thread.
 */
OTELMQ_API otelmq_status otelmq_exporter_register(const char *name,
                                                  otelmq_exporter_factory factory);

OTELMQ_END_C

#endif
