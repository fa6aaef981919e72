/* SPDX-License-Identifier: Apache-2.0 */
#include "trace/exporter_registry.h"

#include "trace/lock.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <strings.h>

typedef struct registration registration;
struct registration {
    const registration *next;
    otelmq_exporter_factory factory;
    size_t name_len;
    char name[];
};

/* Added at the front, so that the last one to register a name is found first; never removed. */
static _Atomic(const registration *) registrations;
static otelmq_lock adding;

otelmq_status otelmq_exporter_register(const char *name, otelmq_exporter_factory factory)
{
    if (name == NULL || name[0] == '\0' || factory == NULL) {
        return OTELMQ_ERROR_INVALID_ARGUMENT;
    }
    size_t len = strlen(name);
    registration *added = malloc(sizeof(*added) + len);
    if (added == NULL) {
        return OTELMQ_ERROR_NO_MEMORY;
    }
    added->factory = factory;
    added->name_len = len;
    memcpy(added->name, name, len);
    otelmq_lock_take(&adding);
    added->next = atomic_load_explicit(&registrations, memory_order_relaxed);
    atomic_store_explicit(&registrations, added, memory_order_release);
    otelmq_lock_give(&adding);
    return OTELMQ_OK;
}

static otelmq_exporter make_console(const char *name)
{
    (void)name;
    return otelmq_exporter_console(NULL);
}

otelmq_exporter_factory otelmq_exporter_registered(otelmq_str name)
{
    const registration *at = atomic_load_explicit(&registrations, memory_order_acquire);
    while (at != NULL) {
        if (at->name_len == name.len && strncasecmp(at->name, name.data, name.len) == 0) {
            return at->factory;
        }
        at = at->next;
    }
    bool is_console =
        name.len == strlen("console") && strncasecmp(name.data, "console", name.len) == 0;
    return is_console ? make_console : NULL;
}
