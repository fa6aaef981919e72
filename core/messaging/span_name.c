/* SPDX-License-Identifier: Apache-2.0 */
#include "messaging/span_name.h"

#include "base/utf8.h"

#include <stdio.h>

/* Destinations are bytes that others chose; those that are not text stay out of span and name. */
static otelmq_str readable(otelmq_str text)
{
    return otelmq_utf8_is_valid(text) ? text : (otelmq_str){0};
}

otelmq_named_destination otelmq_named_destination_of(const otelmq_messaging_client *client,
                                                     const otelmq_messaging_operation *operation)
{
    const otelmq_messaging_options *options = &client->options;
    otelmq_named_destination destination = {.name = readable(operation->destination)};
    if (options->destination_template != NULL && !otelmq_str_is_empty(operation->destination)) {
        destination.template = readable(options->destination_template(
            options->destination_template_user, operation->destination));
    }
    return destination;
}

static otelmq_str low_cardinality_name(const otelmq_messaging_operation *operation,
                                       const otelmq_named_destination *destination)
{
    if (!otelmq_str_is_empty(destination->template)) {
        return destination->template;
    }
    bool varies = operation->is_anonymous || operation->is_temporary || operation->is_one_of_many;
    return varies ? (otelmq_str){0} : destination->name;
}

/* Adds " {text}", cut where there is no room; nothing for an empty text. */
static void append(char name[OTELMQ_SPAN_NAME_SIZE], size_t used, otelmq_str text)
{
    if (otelmq_str_is_empty(text)) {
        return;
    }
    name[used++] = ' ';
    otelmq_str shown = otelmq_utf8_truncate(text, OTELMQ_SPAN_NAME_SIZE - used - 1);
    memcpy(name + used, shown.data, shown.len);
    name[used + shown.len] = '\0';
}

static void append_server(char name[OTELMQ_SPAN_NAME_SIZE], size_t used,
                          const otelmq_messaging_client *client)
{
    append(name, used, otelmq_str_from(client->address));
    size_t end = strlen(name);
    if (client->port != 0) {
        (void)snprintf(name + end, OTELMQ_SPAN_NAME_SIZE - end, ":%u", (unsigned)client->port);
    }
}

void otelmq_span_name_format(char name[OTELMQ_SPAN_NAME_SIZE],
                             const otelmq_messaging_client *client,
                             const otelmq_messaging_operation *operation,
                             const otelmq_named_destination *destination)
{
    size_t used = strnlen(operation->name, OTELMQ_SPAN_NAME_SIZE / 2);
    memcpy(name, operation->name, used);
    name[used] = '\0';
    bool has_destination = !otelmq_str_is_empty(operation->destination) ||
                           operation->has_several_destinations || operation->is_anonymous ||
                           operation->is_temporary;
    if (has_destination) {
        append(name, used, low_cardinality_name(operation, destination));
    } else if (client->address != NULL) {
        append_server(name, used, client);
    }
}
