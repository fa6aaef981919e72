/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Process spans for a program that does not know of them. librdkafka tells when it hands a message
 * over, and not when the program is done with it; so the span of a message lasts until the same
 * thread is handed the next one, and meanwhile it is the thread's active one:
 *
 *     poll -> A ... produce (child of A) ... poll -> nothing ... poll -> B
 *             [------------------ process A --------------------]
 *
 * It also ends when the consumer is destroyed, or the thread or the process ends.
 */
#ifndef OTELMQ_KAFKA_PLUGIN_PROCESSING_H
#define OTELMQ_KAFKA_PLUGIN_PROCESSING_H

#include <librdkafka/rdkafka.h>

/* A message was handed to the application, on this thread: ends the span of the one before. */
void otelmq_plugin_process_end_own(void);

/* The same, later: starts the span of this one. */
void otelmq_plugin_process_start(rd_kafka_t *consumer, const rd_kafka_message_t *message);

/*
 * A message is about to be sent on this thread. Where the span of what it was handed last is over,
 * because the consumer was destroyed, it is not the active one any more either.
 */
void otelmq_plugin_process_leave_ended(void);

/* Ends the spans of the consumer's messages; NULL: of all consumers. Any thread. */
void otelmq_plugin_process_end(const rd_kafka_t *consumer);

#endif
