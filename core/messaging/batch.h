/* SPDX-License-Identifier: Apache-2.0 */
/* Starts the span of one operation on many received messages, with a link to each. */
#ifndef OTELMQ_MESSAGING_BATCH_H
#define OTELMQ_MESSAGING_BATCH_H

#include "messaging/client.h"

/*
 * A span of this type and kind in the thread's current context, with messaging.batch.message_count
 * a link to the creation context of each message that has one, and the headers that are captured.
 */
otelmq_span *otelmq_batch_start(const otelmq_messaging_client *client,
                                const otelmq_messaging_operation *operation,
                                otelmq_messaging_operation_type type, otelmq_span_kind kind,
                                const otelmq_messaging_batch_message messages[], size_t count);

/* Calls the hook for each of the messages. */
void otelmq_batch_call_hook(const otelmq_messaging_client *client, otelmq_messaging_hook hook,
                            otelmq_span *span, const otelmq_messaging_operation *operation,
                            const otelmq_messaging_batch_message messages[], size_t count);

#endif
