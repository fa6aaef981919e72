/* SPDX-License-Identifier: Apache-2.0 */
#include <otelmq/jaeger_remote_sampler.h>

#include "export/otlp/jaeger_remote/arguments.h"

#include <stdlib.h>

static bool is_service_name(const otelmq_attribute *attribute)
{
    return otelmq_str_equal(attribute->key, OTELMQ_STR("service.name")) &&
           attribute->value.type == OTELMQ_VALUE_STRING && attribute->value.as.string.len > 0;
}

/* A copy of service.name, NULL when the resource has none. */
static char *copy_service_name(const otelmq_resource *resource)
{
    size_t count = 0;
    const otelmq_attribute *attributes = otelmq_resource_attributes(resource, &count);
    for (size_t i = 0; i < count; i++) {
        if (is_service_name(&attributes[i])) {
            return strndup(attributes[i].value.as.string.data, attributes[i].value.as.string.len);
        }
    }
    return NULL;
}

static otelmq_sampler make_remote(const char *name, const char *argument,
                                  const otelmq_resource *resource)
{
    (void)name;
    otelmq_jaeger_arguments arguments;
    otelmq_jaeger_arguments_init(&arguments, otelmq_str_from(argument));
    char *service_name = copy_service_name(resource);
    otelmq_jaeger_remote_options options = {
        .endpoint = arguments.endpoint,
        .service_name = service_name,
        .polling_interval_ms = arguments.polling_interval_ms,
    };
    if (arguments.initial_ratio >= 0) {
        options.initial_sampler = otelmq_sampler_probability(arguments.initial_ratio, 0);
    }
    otelmq_sampler sampler = otelmq_sampler_jaeger_remote(&options);
    free(service_name);
    otelmq_jaeger_arguments_clean(&arguments);
    return sampler;
}

static otelmq_sampler make_parent_based(const char *name, const char *argument,
                                        const otelmq_resource *resource)
{
    otelmq_sampler root = make_remote(name, argument, resource);
    if (root.ops == NULL) {
        return root;
    }
    return otelmq_sampler_parent_based(&(otelmq_parent_based_options){.root = root});
}

void otelmq_jaeger_remote_register(void)
{
    otelmq_sampler_register("jaeger_remote", make_remote);
    otelmq_sampler_register("parentbased_jaeger_remote", make_parent_based);
}
