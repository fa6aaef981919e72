/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A batch may have ten thousand messages. The first links are passed at the span's start, where
 * samplers see them, from an array on the stack; the others are added to the span one by one, when
 * it records at all.
 */
#include "messaging/batch.h"

#include "messaging/captured_headers.h"
#include "messaging/hook.h"
#include "messaging/operation.h"

enum { LINKS_AT_START = 32 };

typedef struct {
    const otelmq_context *contexts[LINKS_AT_START]; /* the links borrow from them */
    otelmq_link links[LINKS_AT_START];
    size_t count;
} first_links;

static const otelmq_context *extract(const otelmq_messaging_client *client, otelmq_carrier headers)
{
    return headers.ops == NULL ? otelmq_context_root()
                               : otelmq_propagator_extract(otelmq_messaging_propagator(client),
                                                           otelmq_context_root(), headers);
}

/* The context is yours; NULL when the message has none. */
static const otelmq_context *link_to(const otelmq_messaging_client *client,
                                     const otelmq_messaging_batch_message *message,
                                     otelmq_link *link)
{
    const otelmq_context *context = extract(client, message->headers);
    const otelmq_span_context *created = otelmq_context_span_context(context);
    if (!otelmq_span_context_is_valid(created)) {
        otelmq_context_release(context);
        return NULL;
    }
    *link = (otelmq_link){*created, message->attributes, message->attribute_count};
    return context;
}

/* Returns how many of the messages it has looked at. */
static size_t take_first(first_links *first, const otelmq_messaging_client *client,
                         const otelmq_messaging_batch_message messages[], size_t count)
{
    size_t taken = 0;
    first->count = 0;
    while (taken < count && first->count < LINKS_AT_START) {
        const otelmq_context *context =
            link_to(client, &messages[taken++], &first->links[first->count]);
        if (context != NULL) {
            first->contexts[first->count++] = context;
        }
    }
    return taken;
}

static void release(first_links *first)
{
    for (size_t i = 0; i < first->count; i++) {
        otelmq_context_release(first->contexts[i]);
    }
}

static void add_links(otelmq_span *span, const otelmq_messaging_client *client,
                      const otelmq_messaging_batch_message messages[], size_t count)
{
    for (size_t i = 0; i < count; i++) {
        otelmq_link link;
        const otelmq_context *context = link_to(client, &messages[i], &link);
        if (context != NULL) {
            otelmq_span_add_link(span, &link);
            otelmq_context_release(context);
        }
    }
}

otelmq_span *otelmq_batch_start(const otelmq_messaging_client *client,
                                const otelmq_messaging_operation *operation,
                                otelmq_messaging_operation_type type, otelmq_span_kind kind,
                                const otelmq_messaging_batch_message messages[], size_t count)
{
    first_links first;
    size_t taken = take_first(&first, client, messages, count);
    otelmq_messaging_operation counted = *operation;
    counted.message_count = count;
    otelmq_span *span = otelmq_operation_start(
        client, &counted,
        &(otelmq_operation_frame){
            .type = type, .kind = kind, .links = first.links, .link_count = first.count});
    release(&first);
    if (otelmq_span_is_recording(span)) {
        add_links(span, client, messages + taken, count - taken);
        otelmq_captured_headers_record(client, span, messages, count);
    }
    return span;
}

void otelmq_batch_call_hook(const otelmq_messaging_client *client, otelmq_messaging_hook hook,
                            otelmq_span *span, const otelmq_messaging_operation *operation,
                            const otelmq_messaging_batch_message messages[], size_t count)
{
    if (hook == NULL) {
        return;
    }
    otelmq_messaging_operation shown = *operation;
    for (size_t i = 0; i < count; i++) {
        shown.message = messages[i].message;
        otelmq_hook_call(client, hook, span, &shown);
    }
}
