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
    const otelmq_link *links; /* that the rules ask for; the operation may have more */
    size_t link_count;
    bool has_message; /* whose sizes and headers can be recorded */
    otelmq_carrier headers; /* of the message; {0}: none */
    otelmq_span_seed *seed; /* that the span grows from; NULL: it starts now */
} otelmq_operation_frame;

/* Of a prepared operation, what was prepared must be of this type. */
otelmq_span *otelmq_operation_start(const otelmq_messaging_client *client,
                                    const otelmq_messaging_operation *operation,
                                    const otelmq_operation_frame *frame);

/* Records that the operation failed; error_type NULL: it did not. */
void otelmq_operation_set_error(otelmq_span *span, const char *error_type, const char *description);

#endif
