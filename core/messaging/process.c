/* SPDX-License-Identifier: Apache-2.0 */
#include "messaging/batch.h"
#include "messaging/hook.h"
#include "messaging/operation.h"
#include "messaging/received.h"

static otelmq_span *start_span(const otelmq_messaging_client *client,
                               const otelmq_messaging_operation *operation,
                               const otelmq_received *received, otelmq_carrier headers)
{
    return otelmq_operation_start(client, operation,
                                  &(otelmq_operation_frame){.type = OTELMQ_MESSAGING_PROCESS,
                                                            .kind = OTELMQ_SPAN_CONSUMER,
                                                            .parent = received->parent,
                                                            .links = received->links,
                                                            .link_count = received->link_count,
                                                            .has_message = true,
                                                            .headers = headers});
}

static bool ends_with_settlement(const otelmq_messaging_client *client,
                                 const otelmq_process_options *options)
{
    otelmq_process_ends ends = options != NULL ? options->ends : OTELMQ_PROCESS_ENDS_DEFAULT;
    if (ends == OTELMQ_PROCESS_ENDS_DEFAULT) {
        ends = client->options.process_ends;
    }
    return ends == OTELMQ_PROCESS_ENDS_WITH_SETTLEMENT;
}

static otelmq_parent_mode parent_mode(const otelmq_messaging_client *client,
                                      const otelmq_process_options *options)
{
    bool has_own = options != NULL && options->parent_mode != OTELMQ_PARENT_DEFAULT;
    return has_own ? options->parent_mode : client->options.parent_mode;
}

static void let_go(void *self, otelmq_span *span)
{
    (void)self;
    otelmq_span_release(span);
}

static void end_with_hook(void *self, otelmq_span *span)
{
    otelmq_messaging_process_end(self, span, NULL, NULL);
}

/* Without a hook the end of the scope leaves the client alone, which may be gone by then. */
static void choose_end(otelmq_scope *scope, otelmq_messaging_client *client,
                       const otelmq_process_options *options, otelmq_span **kept)
{
    if (kept != NULL && ends_with_settlement(client, options)) {
        *kept = otelmq_span_retain(scope->span);
        scope->end_span = let_go;
    } else if (client->options.hooks.on_process_end != NULL &&
               otelmq_span_is_recording(scope->span)) {
        scope->end_span = end_with_hook;
        scope->self = client;
    }
}

otelmq_scope otelmq_messaging_process_start(otelmq_messaging_client *client,
                                            const otelmq_messaging_operation *operation,
                                            otelmq_carrier headers,
                                            const otelmq_process_options *options,
                                            otelmq_span **kept)
{
    if (kept != NULL) {
        *kept = NULL;
    }
    if (otelmq_messaging_is_off(client)) {
        return (otelmq_scope){.span = NULL};
    }
    otelmq_received received;
    otelmq_received_init(&received, client, headers, parent_mode(client, options));
    otelmq_span *span = start_span(client, operation, &received, headers);
    otelmq_scope scope = otelmq_scope_start_in(received.parent, span);
    otelmq_received_clean(&received);
    choose_end(&scope, client, options, kept);
    otelmq_hook_call(client, client->options.hooks.on_process_start, span, operation);
    return scope;
}

otelmq_scope otelmq_messaging_process_batch_start(otelmq_messaging_client *client,
                                                  const otelmq_messaging_operation *operation,
                                                  const otelmq_messaging_batch_message messages[],
                                                  size_t count)
{
    if (count == 0 || otelmq_messaging_is_off(client)) {
        return (otelmq_scope){.span = NULL};
    }
    otelmq_span *span = otelmq_batch_start(client, operation, OTELMQ_MESSAGING_PROCESS,
                                           OTELMQ_SPAN_CONSUMER, messages, count);
    otelmq_scope scope = otelmq_scope_start(span);
    choose_end(&scope, client, NULL, NULL);
    otelmq_batch_call_hook(client, client->options.hooks.on_process_start, span, operation,
                           messages, count);
    return scope;
}

void otelmq_messaging_process_end(otelmq_messaging_client *client, otelmq_span *kept,
                                  const char *error_type, const char *description)
{
    if (kept == NULL) {
        return;
    }
    otelmq_operation_set_error(kept, error_type, description);
    otelmq_hook_call_at_end(client, client->options.hooks.on_process_end, kept, NULL, error_type);
    otelmq_span_end(kept);
}
