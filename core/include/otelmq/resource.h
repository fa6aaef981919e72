/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The resource says who sends the spans: service, version, instance, host, process.
 * otelmq_sdk_start makes one for you, with the help of the detectors in
 * <otelmq/resource_detector.h>. Immutable and reference counted. Any thread. (Specification:
 * resource/sdk.md; semantic conventions: resource.)
 */
#ifndef OTELMQ_RESOURCE_H
#define OTELMQ_RESOURCE_H

#include <otelmq/attribute.h>
#include <otelmq/status.h>

OTELMQ_BEGIN_C

typedef struct otelmq_resource otelmq_resource;

/*
 * A resource of these attributes, yours; the last of a key wins, and without any it is the empty
 * resource. schema_url says which version of the semantic conventions they follow; NULL: none is
 * known to. Copies.
 */
OTELMQ_API otelmq_status otelmq_resource_create(const otelmq_attribute attributes[],
                                                size_t attribute_count, const char *schema_url,
                                                const otelmq_resource **resource);

/* telemetry.sdk.*, and service.name "unknown_service:" with the executable's name. Yours. */
OTELMQ_API otelmq_status otelmq_resource_default(const otelmq_resource **resource);

/* The default resource and, over it, what the detectors find that run by themselves. Yours. */
OTELMQ_API otelmq_status otelmq_resource_detect(const otelmq_resource **resource);

/* What OTEL_RESOURCE_ATTRIBUTES and OTEL_SERVICE_NAME say, yours; bad text is reported. */
OTELMQ_API otelmq_status otelmq_resource_from_environment(const otelmq_resource **resource);

/*
 * What a list such as OTEL_RESOURCE_ATTRIBUTES has says, "key=value,key=value", percent-encoded.
 * Yours. OTELMQ_ERROR_MALFORMED: one member is wrong, and nothing is made of the others either.
 */
OTELMQ_API otelmq_status otelmq_resource_parse(otelmq_str text, const otelmq_resource **resource);

/*
 * A new resource, yours, with the attributes of both; those of over win. Its schema URL is that of
 * both, or of the one that has one; when they differ it has none, which is reported. Either may be
 * NULL.
 */
OTELMQ_API otelmq_status otelmq_resource_merge(const otelmq_resource *under,
                                               const otelmq_resource *over,
                                               const otelmq_resource **resource);

/* Its attributes, *count of them. Borrowed. */
OTELMQ_API const otelmq_attribute *otelmq_resource_attributes(const otelmq_resource *resource,
                                                              size_t *count);

/* Its schema URL, "" when it has none. Borrowed. */
OTELMQ_API const char *otelmq_resource_schema_url(const otelmq_resource *resource);

/* One more reference; returns its argument. */
OTELMQ_API const otelmq_resource *otelmq_resource_retain(const otelmq_resource *resource);

/* Gives one reference back; the last one frees. */
OTELMQ_API void otelmq_resource_release(const otelmq_resource *resource);

OTELMQ_END_C

#endif
