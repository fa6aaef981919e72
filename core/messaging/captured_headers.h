/* SPDX-License-Identifier: Apache-2.0 */
/* Records the headers that the options ask for: of a message, or of those of a batch. */
#ifndef OTELMQ_MESSAGING_CAPTURED_HEADERS_H
#define OTELMQ_MESSAGING_CAPTURED_HEADERS_H

#include "messaging/client.h"

/*
 * Sets messaging.header.{name}, an array of strings, for each header whose name matches one of
 * captured_headers and which is text: its values in the order of the messages. Of what others sent,
 * 64 such names count, with 128 values each, and no more is looked at than what takes little time.
 */
void otelmq_captured_headers_record(const otelmq_messaging_client *client, otelmq_span *span,
                                    const otelmq_messaging_batch_message messages[], size_t count);

#endif
