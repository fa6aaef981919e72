/* SPDX-License-Identifier: Apache-2.0 */
#include "messaging/batch.h"
#include "messaging/hook.h"
#include "messaging/operation.h"
#include "messaging/received.h"

static bool omits_span(const otelmq_messaging_client *client)
{
    return client->options.omits_receive_spans || otelmq_messaging_is_off(client);
}

void otelmq_messaging_receive(otelmq_messaging_client *client,
                              const otelmq_messaging_operation *operation, otelmq_carrier headers)
{
    if (omits_span(client)) {
        return;
    }
    otelmq_received received;
    otelmq_received_init(&received, client, headers, client->options.parent_mode);
    otelmq_span *span =
        otelmq_operation_start(client, operation,
                               &(otelmq_operation_frame){.type = OTELMQ_MESSAGING_RECEIVE,
                                                         .kind = OTELMQ_SPAN_CLIENT,
                                                         .parent = received.parent,
                                                         .links = received.links,
                                                         .link_count = received.link_count,
                                                         .has_message = true,
                                                         .headers = headers});
    otelmq_received_clean(&received);
    otelmq_hook_call(client, client->options.hooks.on_receive, span, operation);
    otelmq_span_end(span);
}

void otelmq_messaging_receive_batch(otelmq_messaging_client *client,
                                    const otelmq_messaging_operation *operation,
                                    const otelmq_messaging_batch_message messages[], size_t count)
{
    if (count == 0 || omits_span(client)) {
        return;
    }
    otelmq_span *span = otelmq_batch_start(client, operation, OTELMQ_MESSAGING_RECEIVE,
                                           OTELMQ_SPAN_CLIENT, messages, count);
    otelmq_batch_call_hook(client, client->options.hooks.on_receive, span, operation, messages,
                           count);
    otelmq_span_end(span);
}

void otelmq_messaging_receive_failed(otelmq_messaging_client *client,
                                     const otelmq_messaging_operation *operation,
                                     const char *error_type, const char *description)
{
    if (omits_span(client)) {
        return;
    }
    otelmq_span *span = otelmq_operation_start(
        client, operation,
        &(otelmq_operation_frame){.type = OTELMQ_MESSAGING_RECEIVE, .kind = OTELMQ_SPAN_CLIENT});
    otelmq_messaging_operation_end(span, error_type, description);
}
