/* SPDX-License-Identifier: Apache-2.0 */
/* What Zipkin has no field for: all of it becomes a tag. */
#ifndef OTELMQ_ZIPKIN_TAGS_H
#define OTELMQ_ZIPKIN_TAGS_H

#include "export/json/json_writer.h"

#include <otelmq/span_data.h>

/*
 * Adds the tags of the span: its attributes, its status, its scope, what was dropped, and what its
 * resource has beside the name of the service. Each key stands there once: the span's own wins.
 */
void otelmq_zipkin_add_tags(otelmq_json_writer *json, const otelmq_span_data *span);

#endif
