/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The instrumentation scope: which library or program part recorded a span. You name it when you
 * ask for a tracer, and read it in exporters. (Specification: common/instrumentation-scope.md.)
 */
#ifndef OTELMQ_INSTRUMENTATION_SCOPE_H
#define OTELMQ_INSTRUMENTATION_SCOPE_H

#include <otelmq/attribute.h>

OTELMQ_BEGIN_C

typedef struct {
    otelmq_str name; /* of the library, as "otelmq.amqp" */
    otelmq_str version; /* empty: not said */
    otelmq_str schema_url; /* of the conventions that its spans follow; empty: not said */
    const otelmq_attribute *attributes; /* NULL: none */
    uint32_t attribute_count;
} otelmq_instrumentation_scope;

OTELMQ_END_C

#endif
