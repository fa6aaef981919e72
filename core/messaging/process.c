/* SPDX-License-Identifier: Apache-2.0 */
#include "messaging/operation.h"
#include "messaging/received.h"

otelmq_scope otelmq_messaging_process_start(otelmq_messaging_client *client,
                                            const otelmq_messaging_operation *operation,
                                            otelmq_carrier headers)
{
    otelmq_received received;
    otelmq_received_init(&received, client, headers);
    otelmq_span *span =
        otelmq_operation_start(client, operation,
                               &(otelmq_operation_frame){.type = OTELMQ_MESSAGING_PROCESS,
                                                         .kind = OTELMQ_SPAN_CONSUMER,
                                                         .parent = received.parent,
                                                         .links = received.links,
                                                         .link_count = received.link_count});
    otelmq_scope scope = otelmq_scope_start_in(received.parent, span);
    otelmq_received_clean(&received);
    return scope;
}
