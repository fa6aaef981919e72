/* SPDX-License-Identifier: Apache-2.0 */
#include "messaging/hook.h"

#include "trace/span_object.h"

enum { TEXT_SIZE = 128 };

void otelmq_hook_call(const otelmq_messaging_client *client, otelmq_messaging_hook hook,
                      otelmq_span *span, const otelmq_messaging_operation *operation)
{
    if (hook != NULL && otelmq_span_is_recording(span)) {
        hook(client->options.hooks.user,
             &(otelmq_messaging_event){.span = span,
                                       .operation = operation->name,
                                       .destination = operation->destination,
                                       .message = operation->message});
    }
}

static otelmq_str read_string(otelmq_span *span, const char *key)
{
    otelmq_value value = otelmq_span_attribute(span, key);
    return value.type == OTELMQ_VALUE_STRING ? value.as.string : (otelmq_str){0};
}

/* The value as a string that ends in NUL, cut where there is no room; NULL when there is none. */
static const char *read_text(otelmq_span *span, const char *key, char text[TEXT_SIZE])
{
    otelmq_str value = read_string(span, key);
    if (otelmq_str_is_empty(value)) {
        return NULL;
    }
    size_t len = value.len < TEXT_SIZE ? value.len : TEXT_SIZE - 1;
    memcpy(text, value.data, len);
    text[len] = '\0';
    return text;
}

void otelmq_hook_call_at_end(const otelmq_messaging_client *client, otelmq_messaging_hook hook,
                             otelmq_span *span, const void *message, const char *error_type)
{
    if (hook == NULL || !otelmq_span_is_recording(span)) {
        return;
    }
    char operation[TEXT_SIZE];
    char recorded_error[TEXT_SIZE];
    otelmq_messaging_event event = {
        .span = span,
        .operation = read_text(span, "messaging.operation.name", operation),
        .destination = read_string(span, "messaging.destination.name"),
        .message = message,
        .error_type =
            error_type != NULL ? error_type : read_text(span, "error.type", recorded_error),
    };
    hook(client->options.hooks.user, &event);
}
