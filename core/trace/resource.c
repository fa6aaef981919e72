/* SPDX-License-Identifier: Apache-2.0 */
#include <otelmq/resource.h>

#include "base/refcount.h"
#include "base/unconst.h"
#include "trace/attribute_set.h"
#include "trace/resource_builder.h"

#include <otelmq/diagnostics.h>

#include <stdlib.h>

struct otelmq_resource {
    otelmq_refcount refcount;
    otelmq_attribute_set attributes;
    otelmq_arena arena;
    char schema_url[];
};

static const otelmq_attribute_limits NO_LIMITS = {.max_count = UINT32_MAX};

otelmq_resource_builder *otelmq_resource_builder_create(const char *schema_url)
{
    size_t len = schema_url != NULL ? strlen(schema_url) : 0;
    otelmq_resource *resource = calloc(1, sizeof(*resource) + len + 1);
    if (resource == NULL) {
        return NULL;
    }
    otelmq_refcount_init(&resource->refcount);
    if (len > 0) {
        memcpy(resource->schema_url, schema_url, len);
    }
    return resource;
}

void otelmq_resource_builder_add(otelmq_resource_builder *builder,
                                 const otelmq_attribute attributes[], size_t count)
{
    if (builder != NULL) {
        otelmq_attribute_set_put_all(&builder->attributes, &builder->arena, &NO_LIMITS, attributes,
                                     count);
    }
}

void otelmq_resource_builder_add_string(otelmq_resource_builder *builder, const char *key,
                                        otelmq_str value)
{
    if (value.len > 0) {
        otelmq_attribute attribute = otelmq_attribute_string(key, value);
        otelmq_resource_builder_add(builder, &attribute, 1);
    }
}

/* A resource that lacks one of its attributes for want of memory is none. */
otelmq_status otelmq_resource_builder_finish(otelmq_resource_builder *builder,
                                             const otelmq_resource **resource)
{
    if (builder == NULL) {
        return OTELMQ_ERROR_NO_MEMORY;
    }
    if (builder->attributes.dropped > 0) {
        otelmq_resource_release(builder);
        return OTELMQ_ERROR_NO_MEMORY;
    }
    *resource = builder;
    return OTELMQ_OK;
}

otelmq_status otelmq_resource_create(const otelmq_attribute attributes[], size_t attribute_count,
                                     const char *schema_url, const otelmq_resource **resource)
{
    if (resource == NULL || (attributes == NULL && attribute_count > 0)) {
        return OTELMQ_ERROR_INVALID_ARGUMENT;
    }
    otelmq_resource_builder *builder = otelmq_resource_builder_create(schema_url);
    otelmq_resource_builder_add(builder, attributes, attribute_count);
    return otelmq_resource_builder_finish(builder, resource);
}

/* Two different ones are a merging error, after which the specification leaves the result open. */
static const char *merge_schema_urls(const char *under, const char *over)
{
    if (under[0] == '\0' || strcmp(under, over) == 0) {
        return over;
    }
    if (over[0] == '\0') {
        return under;
    }
    otelmq_diagnostics_report(OTELMQ_SEVERITY_WARNING,
                              "Resources with the schema URLs \"%s\" and \"%s\" are merged; the "
                              "result has all attributes, and no schema URL.",
                              under, over);
    return NULL;
}

otelmq_status otelmq_resource_merge(const otelmq_resource *under, const otelmq_resource *over,
                                    const otelmq_resource **resource)
{
    if (resource == NULL) {
        return OTELMQ_ERROR_INVALID_ARGUMENT;
    }
    otelmq_resource_builder *builder = otelmq_resource_builder_create(
        merge_schema_urls(otelmq_resource_schema_url(under), otelmq_resource_schema_url(over)));
    const otelmq_resource *parts[] = {under, over};
    for (size_t i = 0; i < 2; i++) {
        size_t count = 0;
        const otelmq_attribute *attributes = otelmq_resource_attributes(parts[i], &count);
        otelmq_resource_builder_add(builder, attributes, count);
    }
    return otelmq_resource_builder_finish(builder, resource);
}

const otelmq_attribute *otelmq_resource_attributes(const otelmq_resource *resource, size_t *count)
{
    if (count != NULL) {
        *count = resource != NULL ? resource->attributes.count : 0;
    }
    return resource != NULL ? resource->attributes.items : NULL;
}

const char *otelmq_resource_schema_url(const otelmq_resource *resource)
{
    return resource != NULL ? resource->schema_url : "";
}

const otelmq_resource *otelmq_resource_retain(const otelmq_resource *resource)
{
    if (resource != NULL) {
        otelmq_resource *counted = otelmq_unconst(resource);
        otelmq_refcount_retain(&counted->refcount);
    }
    return resource;
}

void otelmq_resource_release(const otelmq_resource *resource)
{
    if (resource == NULL) {
        return;
    }
    otelmq_resource *counted = otelmq_unconst(resource);
    if (otelmq_refcount_release(&counted->refcount)) {
        otelmq_arena_clean(&counted->arena);
        free(counted);
    }
}
