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

/*
 * What became of the spans that an exporter was given, told as a call of it returns. An exporter
 * that is done with a batch when it returns need not touch it: it comes as {0}, which with
 * OTELMQ_OK says that all were taken, and with anything else that all of them failed.
 *
 *     given before and now = told of before + under_way now + (failed now + the rest: taken)
 */
typedef struct {
    size_t failed; /* of the spans that are not under way any more: how many were not taken */
    size_t under_way; /* spans, of this batch and earlier ones, of which a later call will tell */
} otelmq_export_result;

typedef struct {
    /*
     * Sends count spans (never 0), borrowed for the call, within timeout_ms. Called by one thread
     * at a time. What it could not send is lost: the processor does not ask twice. The status is
     * that of the first spans that were not taken, or OTELMQ_OK; also when a part of them was not.
     * An exporter may leave spans under way, to send several batches at once; until none is, the
     * processor calls export_spans or force_flush again without delay, and so lets it work.
     */
    otelmq_status (*export_spans)(void *self, const otelmq_span_data *const spans[], size_t count,
                                  uint32_t timeout_ms, otelmq_export_result *result);
    /*
     * Waits for the spans that are under way, and pushes out what the exporter itself holds back.
     * OTELMQ_ERROR_TIMEOUT when it is not done within timeout_ms. NULL: nothing ever is, or held.
     */
    otelmq_status (*force_flush)(void *self, uint32_t timeout_ms, otelmq_export_result *result);
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
 * "otlp/stdout", "otlp/file" and "zipkin" as it is linked in. Any thread.
 */
OTELMQ_API otelmq_status otelmq_exporter_register(const char *name,
                                                  otelmq_exporter_factory factory);

/*
 * The one registered for name, in any case of its letters, or of the core; NULL when there is none.
 */
OTELMQ_API otelmq_exporter_factory otelmq_exporter_factory_by_name(const char *name);

OTELMQ_END_C

#endif
