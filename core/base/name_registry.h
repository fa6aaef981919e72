/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Functions under names, for what a setting can name: exporters, samplers, propagators. Names are
 * the same in any case of their letters. What was registered stays until the process ends; of one
 * name, the last to come has it. Any thread, without a lock.
 */
#ifndef OTELMQ_BASE_NAME_REGISTRY_H
#define OTELMQ_BASE_NAME_REGISTRY_H

#include <otelmq/status.h>
#include <otelmq/str.h>

#include <stdatomic.h>

/* Stands for a function of any type: cast it back before the call. */
typedef void (*otelmq_any_function)(void);

typedef struct otelmq_registration otelmq_registration;
struct otelmq_registration {
    const otelmq_registration *next;
    otelmq_any_function function;
    char name[];
};

/* {0}: empty. */
typedef struct {
    _Atomic(const otelmq_registration *) first;
} otelmq_name_registry;

/* Copies name, which must not be empty. */
otelmq_status otelmq_name_registry_add(otelmq_name_registry *registry, const char *name,
                                       otelmq_any_function function);

/* The registration of name, NULL when there is none. */
const otelmq_registration *otelmq_name_registry_find(const otelmq_name_registry *registry,
                                                     otelmq_str name);

/* The one that came last; next leads to those before it. */
static inline const otelmq_registration *
otelmq_name_registry_first(const otelmq_name_registry *registry)
{
    return atomic_load_explicit(&registry->first, memory_order_acquire);
}

#endif
