/* SPDX-License-Identifier: Apache-2.0 */
/* Starts the span of one messaging operation: its name, its kind and its common attributes. */
#ifndef OTELMQ_MESSAGING_OPERATION_H
#define OTELMQ_MESSAGING_OPERATION_H

#include "messaging/client.h"

/* What tells the span of an operation from others; borrowed for the call. */
typedef struct {
    otelmq_messaging_operation_type type;
    otelmq_span_kind kind;
    const otelmq_context *parent;
    const otelmq_link *links;
    size_t link_count;
} otelmq_operation_frame;

otelmq_span *otelmq_operation_start(const otelmq_messaging_client *client,
                                    const otelmq_messaging_operation *operation,
                                    const otelmq_operation_frame *frame);

#endif
