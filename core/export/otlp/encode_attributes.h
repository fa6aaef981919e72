/* SPDX-License-Identifier: Apache-2.0 */
/* Attributes as protobuf. */
#ifndef OTELMQ_OTLP_ENCODE_ATTRIBUTES_H
#define OTELMQ_OTLP_ENCODE_ATTRIBUTES_H

#include "export/otlp/proto_writer.h"

#include <otelmq/attribute.h>

/* Adds each attribute that has a value as a KeyValue in field. */
void otelmq_otlp_encode_attributes(otelmq_proto_writer *writer, uint32_t field,
                                   const otelmq_attribute attributes[], size_t count);

#endif
