/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Producing for a producer whose conf is not traced: no interceptor is there to inject, so the
 * context goes into headers that are passed with the message, and the span ends as the call
 * returns. A message that librdkafka refuses with them goes out without.
 */
#ifndef OTELMQ_KAFKA_PRODUCE_UNTRACED_H
#define OTELMQ_KAFKA_PRODUCE_UNTRACED_H

#include "kafka/client.h"
#include "kafka/produce/arguments.h"

/* rd_kafka_produceva with a span "send". Frees what is the arguments' own. */
rd_kafka_error_t *otelmq_kafka_untraced_produce(otelmq_kafka_client *client, rd_kafka_t *producer,
                                                otelmq_kafka_arguments *arguments);

/*
 * The same in two parts, for a caller that does something about a failure first: *span is to be
 * ended with what became of the message in the end.
 */
rd_kafka_error_t *otelmq_kafka_untraced_begin(otelmq_kafka_client *client, rd_kafka_t *producer,
                                              otelmq_kafka_arguments *arguments,
                                              otelmq_span **span);
void otelmq_kafka_untraced_end(otelmq_kafka_client *client, otelmq_span *span,
                               rd_kafka_resp_err_t err);

/* The same with a context, and without a span: NULL or the failure. */
rd_kafka_error_t *otelmq_kafka_untraced_produce_with(otelmq_kafka_client *client,
                                                     rd_kafka_t *producer,
                                                     otelmq_kafka_arguments *arguments,
                                                     const otelmq_span_context *context);

#endif
