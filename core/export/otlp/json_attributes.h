/* SPDX-License-Identifier: Apache-2.0 */
/* Attributes as OTLP JSON. */
#ifndef OTELMQ_OTLP_JSON_ATTRIBUTES_H
#define OTELMQ_OTLP_JSON_ATTRIBUTES_H

#include "export/json/json_writer.h"

#include <otelmq/attribute.h>

/* Adds those that have a value as the array "attributes"; nothing when count is 0. */
void otelmq_otlp_json_add_attributes(otelmq_json_writer *json, const otelmq_attribute attributes[],
                                     size_t count);

#endif
