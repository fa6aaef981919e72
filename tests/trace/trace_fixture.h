/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the tests of the trace layer share: a provider whose spans arrive in memory, and an exporter
 * that a test can stop, let fail and watch.
 */
#ifndef OTELMQ_TESTS_TRACE_TRACE_FIXTURE_H
#define OTELMQ_TESTS_TRACE_TRACE_FIXTURE_H

#include <otelmq/memory_exporter.h>
#include <otelmq/stats.h>
#include <otelmq/tracer_provider.h>

#include <pthread.h>
#include <signal.h>

/* A provider with a simple processor in front of a memory exporter. */
typedef struct {
    otelmq_memory_exporter *memory;
    otelmq_tracer_provider *provider;
    otelmq_tracer *tracer;
} traced;

/* options (NULL: none) without processors. */
void traced_start(traced *fixture, const otelmq_tracer_provider_options *options);
void traced_stop(traced *fixture);

/* Starts and ends a span of that name. */
void end_one_span(otelmq_tracer *tracer, const char *name);

/* An exporter whose exports wait while it is held, and that counts what reaches it. */
typedef struct {
    pthread_mutex_t mutex;
    pthread_cond_t changed;
    bool is_held;
    bool is_deaf; /* shutdown does not let a held export go */
    bool is_shut_down;
    otelmq_status answer;
    unsigned waiting; /* exports that are held now */
    size_t spans;
    size_t exports;
    size_t largest_export;
    unsigned flushes;
    unsigned shutdowns;
    unsigned destroys;
    sigset_t signal_mask; /* of the thread that exported last */
    uint32_t timeout_ms; /* of the last export */
} scripted_exporter;

void scripted_init(scripted_exporter *exporter);
void scripted_clean(scripted_exporter *exporter);
otelmq_exporter scripted_as_exporter(scripted_exporter *exporter);
void scripted_hold(scripted_exporter *exporter);
/* A held export then stays so after shutdown, too. */
void scripted_turn_deaf(scripted_exporter *exporter);
void scripted_let_go(scripted_exporter *exporter);
/* Waits until an export is held. */
void scripted_wait_held(scripted_exporter *exporter);
/* Waits until the processor has destroyed it. */
void scripted_wait_destroyed(scripted_exporter *exporter);
/* Waits until that many spans arrived. */
void scripted_wait_spans(scripted_exporter *exporter, size_t count);
/* What arrived so far. */
size_t scripted_spans(scripted_exporter *exporter);

/* A provider with one batch processor in front of the exporter. */
otelmq_tracer_provider *batch_provider(scripted_exporter *exporter,
                                       const otelmq_batch_options *options);

/* By how much a counter grew since before. */
uint64_t grown(const otelmq_stats *before, otelmq_stat stat);

/* Fails unless each span started since before is accounted for exactly once, live ones aside. */
void assert_accounted(const otelmq_stats *before, uint64_t live);

#endif
