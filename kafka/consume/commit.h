/* SPDX-License-Identifier: Apache-2.0 */
/* The span of a commit, for those who commit by other calls than <otelmq/kafka_commit.h>. */
#ifndef OTELMQ_KAFKA_CONSUME_COMMIT_H
#define OTELMQ_KAFKA_CONSUME_COMMIT_H

#include "kafka/client.h"
#include "kafka/consume/processed.h"

/*
 * Of a commit of so many messages, each with its offset: a child of the process span of one, with
 * links to those of several.
 */
otelmq_span *otelmq_kafka_commit_span_start(otelmq_kafka_client *client,
                                            otelmq_kafka_processed_partition messages[],
                                            size_t count);

#endif
