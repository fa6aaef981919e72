/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Where the span of a received message belongs: the context to start it in, and its links.
 *
 *     mode        thread has an active span       thread has none
 *     AUTO        child of it, link to message    child of message, link to message
 *     MESSAGE     child of message, links to both child of message, link to message
 *     LINK_ONLY   child of it, link to message    new trace, link to message
 *
 * In each row the message's baggage is laid over that of the thread.
 */
#ifndef OTELMQ_MESSAGING_RECEIVED_H
#define OTELMQ_MESSAGING_RECEIVED_H

#include "messaging/client.h"

enum { OTELMQ_RECEIVED_LINKS_MAX = 2 };

typedef struct {
    const otelmq_context *message; /* what the headers gave; the links borrow from it */
    const otelmq_context *parent;
    otelmq_link links[OTELMQ_RECEIVED_LINKS_MAX];
    size_t link_count;
} otelmq_received;

void otelmq_received_init(otelmq_received *received, const otelmq_messaging_client *client,
                          otelmq_carrier headers, otelmq_parent_mode mode);

void otelmq_received_clean(otelmq_received *received);

#endif
