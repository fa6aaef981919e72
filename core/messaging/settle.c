/* SPDX-License-Identifier: Apache-2.0 */
#include "messaging/operation.h"

otelmq_span *otelmq_messaging_settle_start(otelmq_messaging_client *client,
                                           const otelmq_messaging_operation *operation,
                                           const otelmq_span_context *process,
                                           const otelmq_link links[], size_t count)
{
    return client->options.omits_settle_spans
               ? NULL
               : otelmq_messaging_return_start(client, operation, process, links, count);
}

otelmq_span *otelmq_messaging_return_start(otelmq_messaging_client *client,
                                           const otelmq_messaging_operation *operation,
                                           const otelmq_span_context *creation,
                                           const otelmq_link links[], size_t count)
{
    if (otelmq_messaging_is_off(client)) {
        return NULL;
    }
    const otelmq_context *parent = creation != NULL
                                       ? otelmq_context_with_span_context(NULL, creation)
                                       : otelmq_context_retain(otelmq_context_current());
    otelmq_span *span =
        otelmq_operation_start(client, operation,
                               &(otelmq_operation_frame){.type = OTELMQ_MESSAGING_SETTLE,
                                                         .kind = OTELMQ_SPAN_CLIENT,
                                                         .parent = parent,
                                                         .links = links,
                                                         .link_count = count});
    otelmq_context_release(parent);
    return span;
}
