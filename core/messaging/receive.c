/* SPDX-License-Identifier: Apache-2.0 */
#include "messaging/operation.h"
#include "messaging/received.h"

void otelmq_messaging_receive(otelmq_messaging_client *client,
                              const otelmq_messaging_operation *operation, otelmq_carrier headers)
{
    if (client->options.omits_receive_spans) {
        return;
    }
    otelmq_received received;
    otelmq_received_init(&received, client, headers);
    otelmq_span_end(
        otelmq_operation_start(client, operation,
                               &(otelmq_operation_frame){.type = OTELMQ_MESSAGING_RECEIVE,
                                                         .kind = OTELMQ_SPAN_CLIENT,
                                                         .parent = received.parent,
                                                         .links = received.links,
                                                         .link_count = received.link_count}));
    otelmq_received_clean(&received);
}

void otelmq_messaging_receive_failed(otelmq_messaging_client *client,
                                     const otelmq_messaging_operation *operation,
                                     const char *error_type, const char *description)
{
    if (client->options.omits_receive_spans) {
        return;
    }
    otelmq_span *span = otelmq_operation_start(
        client, operation,
        &(otelmq_operation_frame){.type = OTELMQ_MESSAGING_RECEIVE, .kind = OTELMQ_SPAN_CLIENT});
    otelmq_messaging_operation_end(span, error_type, description);
}
