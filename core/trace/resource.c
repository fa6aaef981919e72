/* SPDX-License-Identifier: Apache-2.0 */
#include <otelmq/resource.h>

#include "base/refcount.h"
#include "base/unconst.h"
#include "trace/attribute_set.h"

#include <stdlib.h>

struct otelmq_resource {
    otelmq_refcount refcount;
    otelmq_attribute_set attributes;
    otelmq_arena arena;
};

static const otelmq_attribute_limits NO_LIMITS = {.max_count = UINT32_MAX};

static otelmq_resource *create_empty(void)
{
    otelmq_resource *resource = calloc(1, sizeof(*resource));
    if (resource != NULL) {
        otelmq_refcount_init(&resource->refcount);
    }
    return resource;
}

static void add(otelmq_resource *resource, const otelmq_attribute attributes[], size_t count)
{
    otelmq_attribute_set_put_all(&resource->attributes, &resource->arena, NO_LIMITS, attributes,
                                 count);
}

/* A resource that lacks one of its attributes for want of memory is none. */
static otelmq_status finish(otelmq_resource *made, const otelmq_resource **resource)
{
    if (made->attributes.dropped > 0) {
        otelmq_resource_release(made);
        return OTELMQ_ERROR_NO_MEMORY;
    }
    *resource = made;
    return OTELMQ_OK;
}

otelmq_status otelmq_resource_create(const otelmq_attribute attributes[], size_t attribute_count,
                                     const otelmq_resource **resource)
{
    if (resource == NULL || (attributes == NULL && attribute_count > 0)) {
        return OTELMQ_ERROR_INVALID_ARGUMENT;
    }
    otelmq_resource *made = create_empty();
    if (made == NULL) {
        return OTELMQ_ERROR_NO_MEMORY;
    }
    add(made, attributes, attribute_count);
    return finish(made, resource);
}

otelmq_status otelmq_resource_merge(const otelmq_resource *under, const otelmq_resource *over,
                                    const otelmq_resource **resource)
{
    if (resource == NULL) {
        return OTELMQ_ERROR_INVALID_ARGUMENT;
    }
    otelmq_resource *made = create_empty();
    if (made == NULL) {
        return OTELMQ_ERROR_NO_MEMORY;
    }
    const otelmq_resource *parts[] = {under, over};
    for (size_t i = 0; i < 2; i++) {
        size_t count = 0;
        const otelmq_attribute *attributes = otelmq_resource_attributes(parts[i], &count);
        add(made, attributes, count);
    }
    return finish(made, resource);
}

const otelmq_attribute *otelmq_resource_attributes(const otelmq_resource *resource, size_t *count)
{
    if (count != NULL) {
        *count = resource != NULL ? resource->attributes.count : 0;
    }
    return resource != NULL ? resource->attributes.items : NULL;
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
