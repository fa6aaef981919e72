/* SPDX-License-Identifier: Apache-2.0 */
#include "base/name_registry.h"

#include "base/text.h"

#include <stdlib.h>

otelmq_status otelmq_name_registry_add(otelmq_name_registry *registry, const char *name,
                                       otelmq_any_function function)
{
    if (name == NULL || name[0] == '\0' || function == NULL) {
        return OTELMQ_ERROR_INVALID_ARGUMENT;
    }
    size_t len = strlen(name);
    otelmq_registration *added = malloc(sizeof(*added) + len + 1);
    if (added == NULL) {
        return OTELMQ_ERROR_NO_MEMORY;
    }
    added->function = function;
    memcpy(added->name, name, len + 1);
    added->next = atomic_load_explicit(&registry->first, memory_order_relaxed);
    while (!atomic_compare_exchange_weak_explicit(&registry->first, &added->next, added,
                                                  memory_order_release, memory_order_relaxed)) {
    }
    return OTELMQ_OK;
}

const otelmq_registration *otelmq_name_registry_find(const otelmq_name_registry *registry,
                                                     otelmq_str name)
{
    const otelmq_registration *at = otelmq_name_registry_first(registry);
    while (at != NULL && !otelmq_is_same_name(name, otelmq_str_from(at->name))) {
        at = at->next;
    }
    return at;
}
