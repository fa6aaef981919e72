/* SPDX-License-Identifier: Apache-2.0 */
#include "trace/sampler_registry.h"

#include "base/name_registry.h"

static otelmq_name_registry registry;

otelmq_status otelmq_sampler_register(const char *name, otelmq_sampler_factory factory)
{
    return otelmq_name_registry_add(&registry, name, (otelmq_any_function)factory);
}

otelmq_sampler_factory otelmq_sampler_registered(otelmq_str name)
{
    const otelmq_registration *found = otelmq_name_registry_find(&registry, name);
    return found != NULL ? (otelmq_sampler_factory)found->function : NULL;
}

otelmq_sampler_factory otelmq_sampler_factory_by_name(const char *name)
{
    return otelmq_sampler_registered(otelmq_str_from(name));
}
