/* SPDX-License-Identifier: Apache-2.0 */
#include "messaging/client.h"

#include <stdlib.h>

static otelmq_tracer *find_tracer(const otelmq_messaging_options *options, const char *name,
                                  const char *version)
{
    if (options->tracer_provider != NULL) {
        return otelmq_tracer_provider_tracer(options->tracer_provider, name, version);
    }
    return otelmq_tracer_get(name, version);
}

static bool copy_texts(otelmq_messaging_client *client, const char *system, const char *address)
{
    client->system = strdup(system);
    client->address = address != NULL ? strdup(address) : NULL;
    return client->system != NULL && (address == NULL || client->address != NULL);
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
    if (options != NULL) {
        created->options = *options;
    }
    created->port = port;
    created->tracer = find_tracer(&created->options, tracer_name, OTELMQ_VERSION);
    if (!copy_texts(created, system, address)) {
        otelmq_messaging_client_destroy(created);
        return OTELMQ_ERROR_NO_MEMORY;
    }
    *client = created;
    return OTELMQ_OK;
}

void otelmq_messaging_client_destroy(otelmq_messaging_client *client)
{
    if (client != NULL) {
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

otelmq_propagator otelmq_messaging_propagator(const otelmq_messaging_client *client)
{
    return client->options.propagator.ops != NULL ? client->options.propagator
                                                  : otelmq_propagator_global();
}

const char *otelmq_messaging_field_at(const otelmq_messaging_client *client, size_t index)
{
    return otelmq_propagator_field_at(otelmq_messaging_propagator(client), index);
}
