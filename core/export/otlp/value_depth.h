/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How deep arrays and maps may stand in each other on the wire. Protobuf's decoders refuse a whole
 * request for one message that is nested more than 100 deep, and each map takes three levels of
 * these: what stands deeper is left empty, so that one value costs itself and not its batch.
 */
#ifndef OTELMQ_OTLP_VALUE_DEPTH_H
#define OTELMQ_OTLP_VALUE_DEPTH_H

#include <otelmq/attribute.h>

enum { OTELMQ_OTLP_DEPTH_MAX = 30 };

/* How many elements of an array, or entries of a map, at depth are written; reports if not all. */
uint32_t otelmq_otlp_count_at_depth(const otelmq_value *value, uint32_t depth);

#endif
