/* SPDX-License-Identifier: Apache-2.0 */
/* Resource attributes as text: the grammar of OTEL_RESOURCE_ATTRIBUTES. Any thread. */
#ifndef OTELMQ_TRACE_RESOURCE_TEXT_H
#define OTELMQ_TRACE_RESOURCE_TEXT_H

#include <otelmq/resource.h>

/*
 * The resource, yours, of text like "deployment.environment=test,team=a%2Cb", percent-encoded
 * UTF-8. One malformed member makes the whole OTELMQ_ERROR_MALFORMED; empty members are left out.
 * (Specification: resource/sdk.md, "Specifying resource information via an environment variable".)
 */
otelmq_status otelmq_resource_parse(otelmq_str text, const otelmq_resource **resource);

#endif
