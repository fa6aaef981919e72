/* SPDX-License-Identifier: Apache-2.0 */
#include "config/make.h"

#include <otelmq/jaeger_remote_sampler.h>

typedef otelmq_sampler (*make_function)(otelmq_config_maker *maker,
                                        const otelmq_config_node *options);

static otelmq_sampler make_always_on(otelmq_config_maker *maker, const otelmq_config_node *options)
{
    (void)maker;
    (void)options;
    return otelmq_sampler_always_on();
}

static otelmq_sampler make_always_off(otelmq_config_maker *maker, const otelmq_config_node *options)
{
    (void)maker;
    (void)options;
    return otelmq_sampler_always_off();
}

static otelmq_sampler make_ratio(otelmq_config_maker *maker, const otelmq_config_node *options)
{
    (void)maker;
    return otelmq_sampler_trace_id_ratio(otelmq_config_get_double(options, "ratio", 1));
}

static otelmq_sampler make_probability(otelmq_config_maker *maker,
                                       const otelmq_config_node *options)
{
    (void)maker;
    return otelmq_sampler_probability(otelmq_config_get_double(options, "ratio", 1), 0);
}

static otelmq_sampler make_always_record(otelmq_config_maker *maker,
                                         const otelmq_config_node *options)
{
    return otelmq_sampler_always_record(
        otelmq_config_make_sampler(maker, otelmq_config_get(options, "root")));
}

static otelmq_sampler make_composite(otelmq_config_maker *maker, const otelmq_config_node *options)
{
    return otelmq_sampler_composite(otelmq_config_make_composable(maker, options));
}

/* {0}, which is the default, for a part that the file does not name. */
static otelmq_sampler make_part(otelmq_config_maker *maker, const otelmq_config_node *options,
                                const char *key, bool *failed)
{
    const otelmq_config_node *choice = otelmq_config_get(options, key);
    otelmq_sampler part = {0};
    if (choice != NULL) {
        part = otelmq_config_make_sampler(maker, choice);
        *failed = *failed || part.ops == NULL;
    }
    return part;
}

static otelmq_sampler make_parent_based(otelmq_config_maker *maker,
                                        const otelmq_config_node *options)
{
    bool failed = false;
    const otelmq_parent_based_options parts = {
        .root = make_part(maker, options, "root", &failed),
        .remote_parent_sampled = make_part(maker, options, "remote_parent_sampled", &failed),
        .remote_parent_not_sampled =
            make_part(maker, options, "remote_parent_not_sampled", &failed),
        .local_parent_sampled = make_part(maker, options, "local_parent_sampled", &failed),
        .local_parent_not_sampled = make_part(maker, options, "local_parent_not_sampled", &failed),
    };
    otelmq_sampler sampler = otelmq_sampler_parent_based(&parts);
    if (failed) {
        otelmq_sampler_destroy(sampler);
        sampler = (otelmq_sampler){0};
    }
    return sampler;
}

/* A copy ends in NUL, which an attribute need not. */
static const char *service_name(otelmq_config_maker *maker)
{
    size_t count = 0;
    const otelmq_attribute *attributes = otelmq_resource_attributes(maker->resource, &count);
    for (size_t i = 0; i < count && maker->options->service_name == NULL; i++) {
        if (otelmq_str_equal(attributes[i].key, OTELMQ_STR("service.name")) &&
            attributes[i].value.type == OTELMQ_VALUE_STRING) {
            return otelmq_config_memory_copy(&maker->config->memory, attributes[i].value.as.string)
                .data;
        }
    }
    return maker->options->service_name;
}

static otelmq_sampler make_jaeger_remote(otelmq_config_maker *maker,
                                         const otelmq_config_node *options)
{
    uint32_t interval_ms = otelmq_config_get_uint(options, "interval", 60000);
    const otelmq_jaeger_remote_options remote = {
        .endpoint = otelmq_config_get_text(options, "endpoint", NULL),
        .service_name = service_name(maker),
        .polling_interval_ms = interval_ms > 0 ? interval_ms : 1,
        .initial_sampler =
            otelmq_config_make_sampler(maker, otelmq_config_get(options, "initial_sampler")),
    };
    if (remote.initial_sampler.ops == NULL) {
        return (otelmq_sampler){0};
    }
    return otelmq_sampler_jaeger_remote(&remote);
}

static make_function find_built_in(otelmq_str name)
{
    static const struct {
        const char *name;
        make_function make;
    } samplers[] = {
        {"always_on", make_always_on},
        {"always_off", make_always_off},
        {"always_record", make_always_record},
        {"parent_based", make_parent_based},
        {"trace_id_ratio_based", make_ratio},
        {"probability/development", make_probability},
        {"composite/development", make_composite},
        {"jaeger_remote/development", make_jaeger_remote},
    };
    for (size_t i = 0; i < sizeof(samplers) / sizeof(samplers[0]); i++) {
        if (otelmq_str_equal(name, otelmq_str_from(samplers[i].name))) {
            return samplers[i].make;
        }
    }
    return NULL;
}

static otelmq_sampler make_registered(otelmq_config_maker *maker, const char *name)
{
    otelmq_sampler_factory factory = otelmq_sampler_factory_by_name(name);
    return factory != NULL ? factory(name, "", maker->resource) : (otelmq_sampler){0};
}

otelmq_sampler otelmq_config_make_sampler(otelmq_config_maker *maker,
                                          const otelmq_config_node *choice)
{
    const otelmq_config_entry *entry = choice->first;
    make_function make = find_built_in(entry->key);
    otelmq_sampler sampler =
        make != NULL ? make(maker, entry->node) : make_registered(maker, entry->key.data);
    if (sampler.ops == NULL) {
        otelmq_config_error(maker->problems, entry->line, OTELMQ_ERROR_INVALID_ARGUMENT,
                            "the sampler \"%s\" cannot be made.", entry->key.data);
    }
    return sampler;
}
