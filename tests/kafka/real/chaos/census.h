/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Counts spans in place of keeping them, because there are millions. At the end all must be even:
 * what was started was ended, once, and no file is open that was not before.
 */
#ifndef OTELMQ_TESTS_KAFKA_CENSUS_H
#define OTELMQ_TESTS_KAFKA_CENSUS_H

#include <otelmq/otelmq.h>

#include <stddef.h>

typedef struct {
    otelmq_tracer_provider *provider; /* also the global one */
    otelmq_stats before;
    size_t open_files;
    otelmq_span_id *ids; /* of all spans, as they ended */
    size_t count;
    size_t capacity;
    size_t sent; /* spans of numbered messages */
    size_t processed; /* spans of the name "process ..." */
    size_t failed; /* spans with an error */
    const char *topic; /* of the numbered messages */
    otelmq_span_id *senders; /* of these messages by number, which is their key */
    size_t message_count;
    size_t strange; /* messages to the topic with no number, or one that another has */
} census;

/* Spans of all clients go to it from here on. message_count: how many numbers there are. */
void census_start(census *self, const char *topic, size_t message_count);

/* Fails the test unless all is even. After the last client was destroyed. */
void census_check(const census *self);

/* Right after the check; it may be started anew. */
void census_stop(census *self);

#endif
