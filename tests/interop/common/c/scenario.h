/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What every program here does alike: the trace that a message belongs to, its baggage, and the
 * JSON line that tells of it. ../../README.md describes both.
 */
#ifndef OTELMQ_TESTS_INTEROP_SCENARIO_H
#define OTELMQ_TESTS_INTEROP_SCENARIO_H

#include <otelmq/otelmq.h>

#include <jansson.h>

/* Tracing that records and throws away; NULL when it did not start, which it has then told. */
otelmq_sdk *scenario_start(void);

/* The context in which message number index is published, yours; NULL when it cannot be made. */
const otelmq_context *scenario_context(int index);

/*
 * Tells of the span whose context is in the message. Its span_id may be all zero: not known. The
 * baggage is that of the current context.
 */
void scenario_tell_published(otelmq_str body, const otelmq_span_context *span_context);

/*
 * Tells of the span of the processing, of its parent and links when it is recorded, and of headers,
 * an array of [name, kind], which it *owns*.
 */
void scenario_tell_processed(otelmq_str body, const otelmq_span *span, json_t *headers);

#endif
