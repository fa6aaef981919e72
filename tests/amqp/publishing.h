/* SPDX-License-Identifier: Apache-2.0 */
/* Publishing to the fake broker, in confirm mode and without, and what became of it. */
#ifndef OTELMQ_TESTS_PUBLISHING_H
#define OTELMQ_TESTS_PUBLISHING_H

#include "amqp/fake_answers.h"
#include "amqp/traced.h"

/* A connection whose channel 1 is in confirm mode. options may be NULL. */
void confirming_start(traced *self, const otelmq_amqp_options *options);

/* Publishes to the exchange "orders" on channel 1, with success. */
void publish_to(traced *self, const char *routing_key);
void publish_mandatory_to(traced *self, const char *routing_key);

/* Waits for what is there already. */
amqp_rpc_reply_t take_confirms(traced *self, otelmq_amqp_confirms *confirms);

/* Fails the test unless the confirm at index is this one. */
void assert_confirm(const otelmq_amqp_confirms *confirms, size_t index, uint64_t tag,
                    otelmq_amqp_outcome outcome);

/* Fails the test unless the reply is a failure of the library with this status. */
void assert_library_error(amqp_rpc_reply_t reply, int status);

/* How many spans have ended. */
size_t ended_spans(const traced *self);

/* The description of the status. */
void assert_description(const otelmq_span_data *span, const char *expected);

#endif
