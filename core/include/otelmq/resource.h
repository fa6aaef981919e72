/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The resource says who sends the spans: service, version, instance, host, process. otelmq_sdk_start
 * makes one for you. Immutable and reference counted. Any thread.
 * (Specification: resource/sdk.md; semantic conventions: resource.)
 */
#ifndef OTELMQ_RESOURCE_H
#define OTELMQ_RESOURCE_H

#include <otelmq/attribute.h>
#include <otelmq/status.h>

OTELMQ_BEGIN_C

typedef struct otelmq_resource otelmq_resource;

/* A resource of these attributes, yours; the last of a key wins. Copies. */
OTELMQ_API otelmq_status otelmq_resource_create(const otelmq_attribute attributes[],
                                                size_t attribute_count,
                                                const otelmq_resource **resource);

/*
 * What otelmq finds out by itself, yours: telemetry.sdk.*, host.name, host.arch, os.type,
 * process.pid, process.executable.name, service.instance.id (random), and service.name
 * "unknown_service:" with the executable's name.
 */
OTELMQ_API otelmq_status otelmq_resource_detect(const otelmq_resource **resource);

/* What OTEL_RESOURCE_ATTRIBUTES and OTEL_SERVICE_NAME say, yours; bad text is reported. */
OTELMQ_API otelmq_status otelmq_resource_from_environment(const otelmq_resource **resource);

/* A new resource, yours, with the attributes of both; those of over win. Either may be NULL. */
OTELMQ_API otelmq_status otelmq_resource_merge(const otelmq_resource *under,
                                               const otelmq_resource *over,
                                               const otelmq_resource **resource);

/* Its attributes, *count of them. Borrowed. */
OTELMQ_API const otelmq_attribute *otelmq_resource_attributes(const otelmq_resource *resource,
                                                              size_t *count);

/* One more reference; returns its argument. */
OTELMQ_API const otelmq_resource *otelmq_resource_retain(const otelmq_resource *resource);

/* Gives one reference back; the last one frees. */
OTELMQ_API void otelmq_resource_release(const otelmq_resource *resource);

OTELMQ_END_C

#endif
