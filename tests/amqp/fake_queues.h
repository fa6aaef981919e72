/* SPDX-License-Identifier: Apache-2.0 */
/* What the fake broker answers about queues and consumers; all on channel 1. */
#ifndef OTELMQ_TESTS_FAKE_QUEUES_H
#define OTELMQ_TESTS_FAKE_QUEUES_H

#include "amqp/fake_broker.h"

/* The answers to queue.declare, basic.consume and basic.cancel, before the client asks. */
void fake_broker_answer_declare(fake_broker *broker, const char *queue);
void fake_broker_answer_consume(fake_broker *broker, const char *consumer_tag);
void fake_broker_answer_cancel(fake_broker *broker, const char *consumer_tag);

/* The broker's own basic.cancel, as after the end of a queue. */
void fake_broker_cancel(fake_broker *broker, const char *consumer_tag);

#endif
