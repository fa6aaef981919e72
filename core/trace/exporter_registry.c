/* SPDX-License-Identifier: Apache-2.0 */
#include "trace/exporter_registry.h"

#include "base/name_registry.h"
#include "base/text.h"

static otelmq_name_registry registry;

otelmq_status otelmq_exporter_register(const char *name, otelmq_exporter_factory factory)
{
    return otelmq_name_registry_add(&registry, name, (otelmq_any_function)factory);
}

static otelmq_exporter make_console(const char *name)
{
    (void)name;
    return otelmq_exporter_console(NULL);
}

otelmq_exporter_factory otelmq_exporter_registered(otelmq_str name)
{
    const otelmq_registration *found = otelmq_name_registry_find(&registry, name);
    if (found != NULL) {
        return (otelmq_exporter_factory)found->function;
    }
    return otelmq_is_same_name(name, OTELMQ_STR("console")) ? make_console : NULL;
}

otelmq_exporter_factory otelmq_exporter_factory_by_name(const char *name)
{
    return otelmq_exporter_registered(otelmq_str_from(name));
}
