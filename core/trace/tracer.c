/* SPDX-License-Identifier: Apache-2.0 */
#include <otelmq/tracer.h>

#include "trace/provider.h"
#include "trace/value.h"
#include "trace/value_equal.h"

#include <otelmq/diagnostics.h>

#include <stdlib.h>

otelmq_tracer otelmq_tracer_nameless = {.scope = {.name = {"", 0}, .version = {"", 0}}};

/* Tracers of the process: added at the front, never removed, so that looking takes no lock. */
static _Atomic(otelmq_tracer *) process_tracers;
static otelmq_lock adding;

static const otelmq_value_limits NO_LIMITS;

/* Attributes are copied and compared as the map that they are. */
static otelmq_value attributes_of(const otelmq_instrumentation_scope *scope)
{
    return otelmq_value_map(scope->attributes,
                            scope->attributes != NULL ? scope->attribute_count : 0);
}

static otelmq_str copy_text(otelmq_str text, char **to)
{
    otelmq_str copy = otelmq_str_from_bytes(*to, text.len);
    if (text.len > 0) {
        memcpy(*to, text.data, text.len);
    }
    *to += text.len;
    return copy;
}

/* A tracer is one block: itself, the attributes, which need an alignment, and the texts. */
otelmq_tracer *otelmq_tracer_create(otelmq_tracer_provider *provider,
                                    const otelmq_instrumentation_scope *scope)
{
    otelmq_value attributes = attributes_of(scope);
    size_t attributes_size = otelmq_value_copy_size(&attributes, NO_LIMITS);
    size_t text_size = scope->name.len + scope->version.len + scope->schema_url.len;
    otelmq_tracer *tracer = malloc(sizeof(*tracer) + attributes_size + text_size);
    if (tracer == NULL) {
        return NULL;
    }
    char *text = (char *)(tracer + 1) + attributes_size;
    otelmq_value copied;
    (void)otelmq_value_copy(&copied, &attributes, (char *)(tracer + 1), NO_LIMITS);
    *tracer = (otelmq_tracer){.provider = provider};
    tracer->scope.name = copy_text(scope->name, &text);
    tracer->scope.version = copy_text(scope->version, &text);
    tracer->scope.schema_url = copy_text(scope->schema_url, &text);
    tracer->scope.attributes = copied.count > 0 ? copied.as.entries : NULL;
    tracer->scope.attribute_count = copied.count;
    if (scope->name.len == 0) {
        otelmq_diagnostics_report(OTELMQ_SEVERITY_WARNING,
                                  "A tracer was asked for without a name: nobody can tell whose "
                                  "its spans are.");
    }
    return tracer;
}

static bool is_for(const otelmq_tracer *tracer, const otelmq_instrumentation_scope *scope)
{
    if (!otelmq_str_equal(tracer->scope.name, scope->name) ||
        !otelmq_str_equal(tracer->scope.version, scope->version) ||
        !otelmq_str_equal(tracer->scope.schema_url, scope->schema_url)) {
        return false;
    }
    otelmq_value own = attributes_of(&tracer->scope);
    otelmq_value wanted = attributes_of(scope);
    return otelmq_value_equal(&own, &wanted);
}

otelmq_tracer *otelmq_tracer_find(otelmq_tracer *first, const otelmq_instrumentation_scope *scope)
{
    otelmq_tracer *tracer = first;
    while (tracer != NULL && !is_for(tracer, scope)) {
        tracer = tracer->next;
    }
    return tracer;
}

otelmq_instrumentation_scope otelmq_scope_of_name(const char *name, const char *version)
{
    return (otelmq_instrumentation_scope){.name = otelmq_str_from(name),
                                          .version = otelmq_str_from(version)};
}

/* Another thread may have added the same one meanwhile; then that one is the one. */
static otelmq_tracer *add(otelmq_tracer *created)
{
    otelmq_lock_take(&adding);
    otelmq_tracer *first = atomic_load_explicit(&process_tracers, memory_order_relaxed);
    otelmq_tracer *tracer = otelmq_tracer_find(first, &created->scope);
    if (tracer == NULL) {
        created->next = first;
        atomic_store_explicit(&process_tracers, created, memory_order_release);
        tracer = created;
    }
    otelmq_lock_give(&adding);
    return tracer;
}

otelmq_tracer *otelmq_tracer_get_for(const otelmq_instrumentation_scope *scope)
{
    if (scope == NULL) {
        return &otelmq_tracer_nameless;
    }
    otelmq_tracer *first = atomic_load_explicit(&process_tracers, memory_order_acquire);
    otelmq_tracer *tracer = otelmq_tracer_find(first, scope);
    if (tracer != NULL) {
        return tracer;
    }
    otelmq_tracer *created = otelmq_tracer_create(NULL, scope);
    if (created == NULL) {
        return &otelmq_tracer_nameless;
    }
    tracer = add(created);
    if (tracer != created) {
        free(created);
    }
    return tracer;
}

otelmq_tracer *otelmq_tracer_get(const char *name, const char *version)
{
    otelmq_instrumentation_scope scope = otelmq_scope_of_name(name, version);
    return otelmq_tracer_get_for(&scope);
}
