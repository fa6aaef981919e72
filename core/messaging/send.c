/* SPDX-License-Identifier: Apache-2.0 */
#include "messaging/hook.h"
#include "messaging/operation.h"
#include "propagation/default_propagator.h"
#include "trace/span_object.h"

bool otelmq_messaging_has_own_fields(otelmq_propagator propagator, otelmq_carrier headers)
{
    const char *field;
    if (headers.ops == NULL || headers.ops->get == NULL) {
        return false;
    }
    for (size_t i = 0; (field = otelmq_propagator_field_at(propagator, i)) != NULL; i++) {
        if (!otelmq_str_is_empty(otelmq_carrier_get(headers, field))) {
            return true;
        }
    }
    return false;
}

/*
 * The context that the application itself put into the headers, yours; NULL when it put none, and
 * *has_no_fields says whether there is anything that would be part of one.
 */
static const otelmq_context *own_context(const otelmq_messaging_client *client,
                                         otelmq_carrier headers, bool *has_no_fields)
{
    otelmq_propagator propagator = otelmq_messaging_propagator(client);
    *has_no_fields = !otelmq_messaging_has_own_fields(propagator, headers);
    if (*has_no_fields) {
        return NULL;
    }
    const otelmq_context *own =
        otelmq_propagator_extract(propagator, otelmq_context_root(), headers);
    if (!otelmq_span_context_is_valid(otelmq_context_span_context(own))) {
        otelmq_context_release(own);
        return NULL;
    }
    return own;
}

/* What an operation that is off, or has nothing to inject, looks like. */
static const otelmq_messaging_send PASSED_THROUGH = {.keeps_creation_context = true};

otelmq_messaging_send otelmq_messaging_send_start(otelmq_messaging_client *client,
                                                  const otelmq_messaging_operation *operation,
                                                  otelmq_carrier headers)
{
    if (otelmq_messaging_is_off(client)) {
        return PASSED_THROUGH;
    }
    bool has_no_fields;
    const otelmq_context *own = own_context(client, headers, &has_no_fields);
    /* A creation context that is there already stays, and is linked: messaging-spans.md. */
    bool keeps = own != NULL;
    otelmq_link link = {0};
    if (keeps) {
        link.span_context = *otelmq_context_span_context(own);
    }
    otelmq_operation_frame frame = {
        .type = OTELMQ_MESSAGING_SEND,
        .kind = keeps ? OTELMQ_SPAN_CLIENT : otelmq_messaging_send_kind(client, operation),
        .links = &link,
        .link_count = keeps ? 1 : 0,
        .has_message = operation->message_count == 0,
        .headers = headers,
    };
    otelmq_span *span = otelmq_operation_start(client, operation, &frame);
    otelmq_context_release(own);
    otelmq_hook_call(client, client->options.hooks.on_send, span, operation);
    return (otelmq_messaging_send){span, keeps, has_no_fields};
}

otelmq_messaging_send otelmq_messaging_create_start(otelmq_messaging_client *client,
                                                    const otelmq_messaging_operation *operation,
                                                    otelmq_carrier headers)
{
    if (otelmq_messaging_is_off(client)) {
        return PASSED_THROUGH;
    }
    bool has_no_fields;
    const otelmq_context *own = own_context(client, headers, &has_no_fields);
    if (own != NULL) {
        otelmq_span *span = otelmq_span_create_passing(otelmq_context_span_context(own));
        otelmq_context_release(own);
        return (otelmq_messaging_send){span, true, has_no_fields};
    }
    otelmq_operation_frame frame = {
        .type = OTELMQ_MESSAGING_CREATE,
        .kind = OTELMQ_SPAN_PRODUCER,
        .has_message = true,
        .headers = headers,
    };
    otelmq_span *span = otelmq_operation_start(client, operation, &frame);
    otelmq_hook_call(client, client->options.hooks.on_send, span, operation);
    return (otelmq_messaging_send){span, false, has_no_fields};
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

static void inject_merged(otelmq_propagator propagator, const otelmq_span_context *span_context,
                          otelmq_carrier headers)
{
    const otelmq_context *context = otelmq_context_with_span_context(NULL, span_context);
    const otelmq_context *merged = with_own_baggage(propagator, context, headers);
    otelmq_propagator_inject(propagator, merged, headers);
    otelmq_context_release(merged);
    otelmq_context_release(context);
}

static void inject(const otelmq_messaging_client *client, const otelmq_span_context *span_context,
                   otelmq_carrier headers, bool has_no_fields)
{
    otelmq_propagator propagator = otelmq_messaging_propagator(client);
    if (!otelmq_span_context_is_valid(span_context)) {
        return;
    }
    if (has_no_fields || !otelmq_messaging_has_own_fields(propagator, headers)) {
        otelmq_propagator_inject_current(propagator, span_context, headers);
    } else {
        inject_merged(propagator, span_context, headers);
    }
}

void otelmq_messaging_send_inject(otelmq_messaging_client *client,
                                  const otelmq_messaging_send *send, otelmq_carrier headers)
{
    if (!send->keeps_creation_context) {
        inject(client, otelmq_span_get_context(send->span), headers, send->has_no_fields);
    }
}

void otelmq_messaging_inject(otelmq_messaging_client *client,
                             const otelmq_span_context *span_context, otelmq_carrier headers)
{
    inject(client, span_context, headers, false);
}

void otelmq_messaging_send_confirmed(otelmq_messaging_client *client, otelmq_span *span,
                                     const void *message, const char *error_type,
                                     const char *description)
{
    if (span == NULL) {
        return;
    }
    otelmq_operation_set_error(span, error_type, description);
    otelmq_hook_call_at_end(client, client->options.hooks.on_confirm, span, message, error_type);
    otelmq_span_end(span);
}

void otelmq_messaging_send_end(otelmq_messaging_client *client, otelmq_span *span,
                               const char *error_type, const char *description)
{
    otelmq_messaging_send_confirmed(client, span, NULL, error_type, description);
}
