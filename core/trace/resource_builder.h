/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A resource while it is made, attribute by attribute: for detectors, which find them one at a time
 * in memory that does not last. Not for two threads at once.
 */
#ifndef OTELMQ_TRACE_RESOURCE_BUILDER_H
#define OTELMQ_TRACE_RESOURCE_BUILDER_H

#include <otelmq/resource.h>

/* The resource itself, which may change as long as nobody else knows it. */
typedef struct otelmq_resource otelmq_resource_builder;

/* NULL without memory, which is fine for what follows. schema_url NULL: none. Copies. */
otelmq_resource_builder *otelmq_resource_builder_create(const char *schema_url);

/* Adds count attributes, of which those without a value are left out. Copies. */
void otelmq_resource_builder_add(otelmq_resource_builder *builder,
                                 const otelmq_attribute attributes[], size_t count);

/* Adds a string; an empty one is left out. Copies. */
void otelmq_resource_builder_add_string(otelmq_resource_builder *builder, const char *key,
                                        otelmq_str value);

/* Frees the builder, whose resource is then the caller's; fails if memory was short at any time. */
otelmq_status otelmq_resource_builder_finish(otelmq_resource_builder *builder,
                                             const otelmq_resource **resource);

#endif
