/* SPDX-License-Identifier: Apache-2.0 */
#include "sdk/resource.h"

/* A layer of the resource; *owned*. */
typedef struct {
    otelmq_status status;
    const otelmq_resource *resource;
} layer;

static otelmq_status resource_of_options(const otelmq_sdk_options *options,
                                         const otelmq_resource **resource)
{
    const otelmq_resource *given = NULL;
    const otelmq_resource *named = NULL;
    const otelmq_attribute names[] = {
        otelmq_attribute_string("service.name", otelmq_str_from(options->service_name)),
        otelmq_attribute_string("service.version", otelmq_str_from(options->service_version)),
    };
    size_t first = options->service_name != NULL ? 0 : 1;
    size_t end = options->service_version != NULL ? 2 : 1;
    size_t given_count =
        options->resource_attributes != NULL ? options->resource_attribute_count : 0;
    otelmq_status status =
        otelmq_resource_create(options->resource_attributes, given_count, NULL, &given);
    if (status == OTELMQ_OK) {
        status = otelmq_resource_create(names + first, end - first, NULL, &named);
    }
    if (status == OTELMQ_OK) {
        status = otelmq_resource_merge(given, named, resource);
    }
    otelmq_resource_release(given);
    otelmq_resource_release(named);
    return status;
}

/* Puts over on top of merged, and frees it. */
static void put(layer *merged, layer over)
{
    const otelmq_resource *under = merged->resource;
    if (merged->status == OTELMQ_OK) {
        merged->status = over.status;
    }
    if (merged->status == OTELMQ_OK) {
        merged->status = otelmq_resource_merge(under, over.resource, &merged->resource);
    }
    if (merged->status == OTELMQ_OK) {
        otelmq_resource_release(under);
    }
    otelmq_resource_release(over.resource);
}

static layer detected_by_options(const otelmq_sdk_options *options)
{
    layer found = {0};
    size_t count = options->detectors != NULL ? options->detector_count : 0;
    found.status = otelmq_resource_detect_by(options->detectors, count, &found.resource);
    return found;
}

static otelmq_status finish(layer *merged, const otelmq_sdk_options *options,
                            const otelmq_resource **resource)
{
    layer said = {0};
    said.status = resource_of_options(options, &said.resource);
    put(merged, said);
    if (merged->status != OTELMQ_OK) {
        otelmq_resource_release(merged->resource);
        return merged->status;
    }
    *resource = merged->resource;
    return OTELMQ_OK;
}

otelmq_status otelmq_sdk_resource_of_environment(const otelmq_sdk_options *options,
                                                 const otelmq_resource **resource)
{
    layer merged = {0};
    layer environment = {0};
    merged.status = otelmq_resource_detect(&merged.resource);
    put(&merged, detected_by_options(options));
    environment.status = otelmq_resource_from_environment(&environment.resource);
    put(&merged, environment);
    return finish(&merged, options, resource);
}

otelmq_status otelmq_sdk_resource_of_configuration(const otelmq_sdk_options *options,
                                                   const otelmq_resource *configured,
                                                   const otelmq_resource **resource)
{
    layer merged = {0};
    if (configured != NULL) {
        merged.resource = otelmq_resource_retain(configured);
    } else {
        merged.status = otelmq_resource_default(&merged.resource);
    }
    put(&merged, detected_by_options(options));
    return finish(&merged, options, resource);
}
