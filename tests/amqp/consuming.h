/* SPDX-License-Identifier: Apache-2.0 */
/* The steps of consuming, for tests on a traced connection to the fake broker. */
#ifndef OTELMQ_TESTS_CONSUMING_H
#define OTELMQ_TESTS_CONSUMING_H

#include "amqp/traced.h"

enum { CONSUMING_FRAME_MAX = 131072, CONSUMING_CHANNEL = 1 };

/* Has the broker deliver a message with this tag to "orders:new", and consumes it. */
void consuming_receive(traced *self, uint64_t tag, amqp_envelope_t *envelope);

/* The same, and starts and ends its process scope; the context of the process span. */
otelmq_span_context consuming_process(traced *self, uint64_t tag,
                                      const otelmq_process_options *options);

/* A scope for a message that was never sent: as a program that reads frames itself has it. */
otelmq_scope consuming_start_method(traced *self, amqp_channel_t channel, uint64_t tag,
                                    const otelmq_process_options *options);

/*
 * The only process span of a message with these properties, to "orders:new" with tag 7; what was
 * exported before is gone.
 */
const otelmq_span_data *consuming_process_properties(traced *self,
                                                     const amqp_basic_properties_t *properties);
const otelmq_span_data *consuming_process_entries(traced *self, amqp_table_entry_t entries[],
                                                  size_t count);

/* Settles on channel 1, and takes the frame from the broker's end. */
void consuming_ack(traced *self, uint64_t tag, amqp_boolean_t multiple);

/* How many spans of this name there are. */
size_t consuming_count(const traced *self, const char *name);

/* The index-th span of this name, in the order of their ends; fails the test when there is none. */
const otelmq_span_data *consuming_span_at(const traced *self, const char *name, size_t index);

#endif
