/* SPDX-License-Identifier: Apache-2.0 */
#include "messaging/client.h"

#include "messaging/options.h"
#include "messaging/stability.h"
#include "propagation/carries_spans.h"

#include <stdlib.h>

static otelmq_tracer *find_tracer(const otelmq_messaging_options *options, const char *name,
                                  const char *version)
{
    if (options->tracer_provider != NULL) {
        return otelmq_tracer_provider_tracer(options->tracer_provider, name, version);
    }
    return otelmq_tracer_get(name, version);
}

static bool copy_arguments(otelmq_messaging_client *client, const char *system, const char *address,
                           const otelmq_messaging_options *options)
{
    static const otelmq_messaging_options defaults;
    if (!otelmq_messaging_options_init(&client->options, options != NULL ? options : &defaults)) {
        return false;
    }
    client->system = strdup(system);
    client->address = address != NULL ? strdup(address) : NULL;
    return client->system != NULL && (address == NULL || client->address != NULL);
}

/* A global propagator may still be another one than the default, at any moment. */
static bool has_plain_sends(const otelmq_messaging_options *options)
{
    return !options->is_disabled && !options->records_sizes &&
           options->captured_header_count == 0 && options->destination_template == NULL &&
           options->hooks.on_send == NULL && options->hooks.on_confirm == NULL &&
           options->propagator.ops == NULL;
}

otelmq_status otelmq_messaging_client_create(const char *system, const char *tracer_name,
                                             const char *address, uint16_t port,
                                             const otelmq_messaging_options *options,
                                             otelmq_messaging_client **client)
{
    if (system == NULL || tracer_name == NULL || client == NULL) {
        return OTELMQ_ERROR_INVALID_ARGUMENT;
    }
    otelmq_messaging_client *created = calloc(1, sizeof(*created));
    if (created == NULL) {
        return OTELMQ_ERROR_NO_MEMORY;
    }
    if (!copy_arguments(created, system, address, options)) {
        otelmq_messaging_client_destroy(created);
        return OTELMQ_ERROR_NO_MEMORY;
    }
    created->port = port;
    created->tracer = find_tracer(&created->options, tracer_name, OTELMQ_VERSION);
    created->propagator_carries_spans =
        otelmq_propagator_carries_spans(created->options.propagator);
    created->has_plain_sends = has_plain_sends(&created->options);
    created->adds_old_names = otelmq_messaging_stability_is_dup();
    *client = created;
    return OTELMQ_OK;
}

void otelmq_messaging_client_destroy(otelmq_messaging_client *client)
{
    if (client != NULL) {
        otelmq_messaging_options_clean(&client->options);
        free(client->system);
        free(client->address);
        free(client);
    }
}

const otelmq_messaging_options *
otelmq_messaging_client_options(const otelmq_messaging_client *client)
{
    return &client->options;
}

bool otelmq_messaging_adds_old_names(const otelmq_messaging_client *client)
{
    return client->adds_old_names;
}

otelmq_propagator otelmq_messaging_propagator(const otelmq_messaging_client *client)
{
    return client->options.propagator.ops != NULL ? client->options.propagator
                                                  : otelmq_propagator_global();
}

static bool carries_spans(const otelmq_messaging_client *client)
{
    return client->options.propagator.ops != NULL ? client->propagator_carries_spans
                                                  : otelmq_propagator_global_carries_spans();
}

otelmq_span_kind otelmq_messaging_send_kind(const otelmq_messaging_client *client,
                                            const otelmq_messaging_operation *operation)
{
    return operation->link_count > 0 || operation->has_no_headers || !carries_spans(client)
               ? OTELMQ_SPAN_CLIENT
               : OTELMQ_SPAN_PRODUCER;
}

const char *otelmq_messaging_field_at(const otelmq_messaging_client *client, size_t index)
{
    return otelmq_propagator_field_at(otelmq_messaging_propagator(client), index);
}
