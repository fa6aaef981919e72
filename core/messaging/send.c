/* SPDX-License-Identifier: Apache-2.0 */
#include "messaging/operation.h"

/* Whether the headers have any of the names that the propagator would write: rarely so. */
static bool has_own_fields(otelmq_propagator propagator, otelmq_carrier headers)
{
    const char *field;
    for (size_t i = 0; (field = otelmq_propagator_field_at(propagator, i)) != NULL; i++) {
        if (!otelmq_str_is_empty(otelmq_carrier_get(headers, field))) {
            return true;
        }
    }
    return false;
}

/* The context that the application itself put into the headers, yours; NULL when it put none. */
static const otelmq_context *own_context(otelmq_propagator propagator, otelmq_carrier headers)
{
    if (headers.ops == NULL || !has_own_fields(propagator, headers)) {
        return NULL;
    }
    return otelmq_propagator_extract(propagator, otelmq_context_root(), headers);
}

otelmq_messaging_send otelmq_messaging_send_start(otelmq_messaging_client *client,
                                                  const otelmq_messaging_operation *operation,
                                                  otelmq_carrier headers)
{
    const otelmq_context *own = own_context(otelmq_messaging_propagator(client), headers);
    otelmq_link link = {0};
    if (own != NULL) {
        link.span_context = *otelmq_context_span_context(own);
    }
    /* A creation context that is there already stays, and is linked: messaging-spans.md. */
    bool keeps = own != NULL && otelmq_span_context_is_valid(&link.span_context);
    otelmq_operation_frame frame = {
        .type = OTELMQ_MESSAGING_SEND,
        .kind = keeps ? OTELMQ_SPAN_CLIENT : OTELMQ_SPAN_PRODUCER,
        .links = &link,
        .link_count = keeps ? 1 : 0,
    };
    otelmq_span *span = otelmq_operation_start(client, operation, &frame);
    otelmq_context_release(own);
    return (otelmq_messaging_send){span, keeps};
}

/* A new context: base with the baggage of the headers laid over its own. */
static const otelmq_context *with_own_baggage(otelmq_propagator propagator,
                                              const otelmq_context *base, otelmq_carrier headers)
{
    const otelmq_context *own =
        otelmq_propagator_extract(propagator, otelmq_context_root(), headers);
    const otelmq_baggage *merged = NULL;
    const otelmq_context *result;
    if (otelmq_baggage_merge(otelmq_context_baggage(base), otelmq_context_baggage(own), &merged) ==
        OTELMQ_OK) {
        result = otelmq_context_with_baggage(base, merged);
        otelmq_baggage_release(merged);
    } else {
        result = otelmq_context_retain(base);
    }
    otelmq_context_release(own);
    return result;
}

void otelmq_messaging_send_inject(otelmq_messaging_client *client,
                                  const otelmq_messaging_send *send, otelmq_carrier headers)
{
    if (send->keeps_creation_context ||
        !otelmq_span_context_is_valid(otelmq_span_get_context(send->span))) {
        return;
    }
    otelmq_propagator propagator = otelmq_messaging_propagator(client);
    const otelmq_context *context = otelmq_context_with_span(NULL, send->span);
    if (has_own_fields(propagator, headers)) {
        const otelmq_context *merged = with_own_baggage(propagator, context, headers);
        otelmq_context_release(context);
        context = merged;
    }
    otelmq_propagator_inject(propagator, context, headers);
    otelmq_context_release(context);
}
