/* SPDX-License-Identifier: Apache-2.0 */
/* The names of messaging spans. (messaging-spans.md, "Span name".) */
#ifndef OTELMQ_MESSAGING_SPAN_NAME_H
#define OTELMQ_MESSAGING_SPAN_NAME_H

#include "messaging/client.h"

enum { OTELMQ_SPAN_NAME_SIZE = 640 };

/* The destination of an operation, as far as it is text; each is empty when there is none. */
typedef struct {
    otelmq_str name;
    otelmq_str template;
} otelmq_named_destination;

/* Asks the hook of the options for the template. */
otelmq_named_destination otelmq_named_destination_of(const otelmq_messaging_client *client,
                                                     const otelmq_messaging_operation *operation);

/*
 * "{operation} {destination}", where the destination is its template or, when it is neither
 * temporary nor anonymous nor one of many, its name; of an operation on none in particular, the
 * server's address.
 */
void otelmq_span_name_format(char name[OTELMQ_SPAN_NAME_SIZE],
                             const otelmq_messaging_client *client,
                             const otelmq_messaging_operation *operation,
                             const otelmq_named_destination *destination);

#endif
