/* SPDX-License-Identifier: Apache-2.0 */
#include "messaging/received.h"

static const otelmq_context *extract(const otelmq_messaging_client *client, otelmq_carrier headers)
{
    if (headers.ops == NULL) {
        return otelmq_context_root();
    }
    return otelmq_propagator_extract(otelmq_messaging_propagator(client), otelmq_context_root(),
                                     headers);
}

/* A new context: the thread's own with the message's baggage laid over. */
static const otelmq_context *with_message_baggage(const otelmq_context *message)
{
    const otelmq_context *current = otelmq_context_current();
    const otelmq_baggage *over = otelmq_context_baggage(message);
    const otelmq_baggage *merged = NULL;
    if (over == NULL ||
        otelmq_baggage_merge(otelmq_context_baggage(current), over, &merged) != OTELMQ_OK) {
        return otelmq_context_retain(current);
    }
    const otelmq_context *result = otelmq_context_with_baggage(current, merged);
    otelmq_baggage_release(merged);
    return result;
}

static bool is_child_of_message(otelmq_parent_mode mode, bool has_active, bool has_message)
{
    return has_message &&
           (mode == OTELMQ_PARENT_MESSAGE || (mode == OTELMQ_PARENT_AUTO && !has_active));
}

static void add_link(otelmq_received *received, const otelmq_span_context *span_context)
{
    received->links[received->link_count++] = (otelmq_link){.span_context = *span_context};
}

void otelmq_received_init(otelmq_received *received, const otelmq_messaging_client *client,
                          otelmq_carrier headers, otelmq_parent_mode mode)
{
    *received = (otelmq_received){.message = extract(client, headers)};
    const otelmq_span_context *created = otelmq_context_span_context(received->message);
    const otelmq_span_context *active = otelmq_context_span_context(NULL);
    bool has_message = otelmq_span_context_is_valid(created);
    bool has_active = otelmq_span_context_is_valid(active);

    received->parent = with_message_baggage(received->message);
    if (has_message) {
        add_link(received, created);
    }
    if (is_child_of_message(mode, has_active, has_message)) {
        const otelmq_context *base = received->parent;
        received->parent = otelmq_context_with_span_context(base, created);
        otelmq_context_release(base);
        if (has_active) {
            add_link(received, active);
        }
    }
}

void otelmq_received_clean(otelmq_received *received)
{
    otelmq_context_release(received->parent);
    otelmq_context_release(received->message);
}
