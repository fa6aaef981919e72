/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The records that a share consumer has acquired and not settled yet, which are those of its last
 * poll, because librdkafka wants all of them acknowledged before the next one:
 *
 *     poll -----------> acquired [ 4 ] [ 5 ] [ 6 ]
 *     process_start               +  the context of the process span, and the span if it goes on
 *     acknowledge                 +  acknowledged; the span ends
 *     commit, poll ---> [ 6 ]        those that were acknowledged are told to the broker, and gone
 *
 * Any thread.
 */
#ifndef OTELMQ_KAFKA_SHARE_ACQUIRED_H
#define OTELMQ_KAFKA_SHARE_ACQUIRED_H

#include "kafka/consume/kept.h"
#include "kafka/consume/processed.h"

#include <librdkafka/rdkafka.h>

typedef struct otelmq_kafka_acquired_record otelmq_kafka_acquired_record;
typedef struct otelmq_kafka_acquired_topic otelmq_kafka_acquired_topic;

typedef struct {
    pthread_mutex_t lock;
    otelmq_kafka_acquired_record *records;
    size_t count;
    size_t capacity;
    size_t last_found; /* where to look first */
    uint64_t next_expiry_monotonic_nano; /* no kept span is due before */
    otelmq_kafka_acquired_topic *topics; /* every one that was seen; there are not many */
} otelmq_kafka_acquired;

void otelmq_kafka_acquired_init(otelmq_kafka_acquired *acquired);

/* Forgets everything; it can be filled again. No span may be kept any more. */
void otelmq_kafka_acquired_clean(otelmq_kafka_acquired *acquired);

/*
 * Adds what a poll gave; has_errors: also those that carry an error, which nobody but the
 * application acknowledges. Without memory they are not known.
 */
void otelmq_kafka_acquired_add(otelmq_kafka_acquired *acquired, const rd_kafka_messages_t *messages,
                               bool has_errors);

/* Whether the record is known, and not acknowledged yet. */
bool otelmq_kafka_acquired_has(otelmq_kafka_acquired *acquired,
                               const otelmq_kafka_position *position);

/* It is processed in a span of this context. Copies. */
void otelmq_kafka_acquired_set_process(otelmq_kafka_acquired *acquired,
                                       const otelmq_kafka_position *position,
                                       const otelmq_span_context *process);

/*
 * Keeps span, whose reference moves here, until the record is acknowledged or its time is up. What
 * is to end now instead is yours: an earlier span of the record, which is processed once more, or
 * this one, when the record is not to be acknowledged any more. NULL: neither.
 */
otelmq_span *otelmq_kafka_acquired_keep(otelmq_kafka_acquired *acquired,
                                        const otelmq_kafka_position *position, otelmq_span *span,
                                        uint64_t expiry_monotonic_nano);

/*
 * The context of its process span, with a tracestate that is the caller's to release. False when
 * none is known.
 */
bool otelmq_kafka_acquired_get_process(otelmq_kafka_acquired *acquired,
                                       const otelmq_kafka_position *position,
                                       otelmq_span_context *process);

/* It is acknowledged. The span that was kept for it, yours; NULL: none. */
otelmq_span *otelmq_kafka_acquired_acknowledge(otelmq_kafka_acquired *acquired,
                                               const otelmq_kafka_position *position);

/* All of them are acknowledged, as librdkafka does without being told. */
void otelmq_kafka_acquired_acknowledge_all(otelmq_kafka_acquired *acquired);

/*
 * The next span, from *index on, that is kept no longer than until; yours. NULL: no more. Begin
 * with an index of 0.
 */
otelmq_span *otelmq_kafka_acquired_next_kept(otelmq_kafka_acquired *acquired, size_t *index,
                                             uint64_t until_monotonic_nano);

/*
 * Those that are acknowledged, in a list for otelmq_kafka_acquired_release, and how many. Topics
 * are borrowed until clean. 0 without memory.
 */
size_t otelmq_kafka_acquired_list(otelmq_kafka_acquired *acquired,
                                  otelmq_kafka_processed_partition **list);
void otelmq_kafka_acquired_release(otelmq_kafka_processed_partition *list, size_t count);

/* The broker was told of those that are acknowledged. */
void otelmq_kafka_acquired_forget(otelmq_kafka_acquired *acquired);

#endif
