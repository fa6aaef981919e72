/* SPDX-License-Identifier: Apache-2.0 */
#include <otelmq/tracer.h>

#include "trace/provider.h"

#include <stdlib.h>

otelmq_tracer otelmq_tracer_nameless = {.scope = {{"", 0}, {"", 0}}};

/* Tracers of the process: added at the front, never removed, so that looking takes no lock. */
static _Atomic(otelmq_tracer *) process_tracers;
static otelmq_lock adding;

otelmq_tracer *otelmq_tracer_create(otelmq_tracer_provider *provider, const char *name,
                                    const char *version)
{
    otelmq_str name_str = otelmq_str_from(name);
    otelmq_str version_str = otelmq_str_from(version);
    otelmq_tracer *tracer = malloc(sizeof(*tracer) + name_str.len + version_str.len + 1);
    if (tracer == NULL) {
        return NULL;
    }
    char *text = (char *)(tracer + 1);
    memcpy(text, name_str.len > 0 ? name_str.data : "", name_str.len);
    memcpy(text + name_str.len, version_str.len > 0 ? version_str.data : "", version_str.len);
    *tracer = (otelmq_tracer){
        .scope = {otelmq_str_from_bytes(text, name_str.len),
                  otelmq_str_from_bytes(text + name_str.len, version_str.len)},
        .provider = provider,
    };
    return tracer;
}

otelmq_tracer *otelmq_tracer_find(otelmq_tracer *first, otelmq_str name, otelmq_str version)
{
    otelmq_tracer *tracer = first;
    while (tracer != NULL && !(otelmq_str_equal(tracer->scope.name, name) &&
                               otelmq_str_equal(tracer->scope.version, version))) {
        tracer = tracer->next;
    }
    return tracer;
}

/* Another thread may have added the same one meanwhile; then that one is the one. */
static otelmq_tracer *add(otelmq_tracer *created)
{
    otelmq_lock_take(&adding);
    otelmq_tracer *first = atomic_load_explicit(&process_tracers, memory_order_relaxed);
    otelmq_tracer *tracer = otelmq_tracer_find(first, created->scope.name, created->scope.version);
    if (tracer == NULL) {
        created->next = first;
        atomic_store_explicit(&process_tracers, created, memory_order_release);
        tracer = created;
    }
    otelmq_lock_give(&adding);
    return tracer;
}

otelmq_tracer *otelmq_tracer_get(const char *name, const char *version)
{
    otelmq_tracer *first = atomic_load_explicit(&process_tracers, memory_order_acquire);
    otelmq_tracer *tracer =
        otelmq_tracer_find(first, otelmq_str_from(name), otelmq_str_from(version));
    if (tracer != NULL) {
        return tracer;
    }
    otelmq_tracer *created = otelmq_tracer_create(NULL, name, version);
    if (created == NULL) {
        return &otelmq_tracer_nameless;
    }
    tracer = add(created);
    if (tracer != created) {
        free(created);
    }
    return tracer;
}
