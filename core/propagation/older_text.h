/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the formats from before W3C Trace Context have in common: fields between separators, and
 * ids of 64 or 128 bits that may have lost their leading zeros. Any thread.
 */
#ifndef OTELMQ_PROPAGATION_OLDER_TEXT_H
#define OTELMQ_PROPAGATION_OLDER_TEXT_H

#include <otelmq/carrier.h>
#include <otelmq/span_context.h>

/*
 * Writes the first max fields of text and returns how many there are: one more than there are
 * separators.
 */
size_t otelmq_split(otelmq_str text, char separator, otelmq_str fields[], size_t max);

/*
 * Reads up to 2 * len lower-case hexadecimal digits, at least one, into len bytes, with zeros in
 * front of them. len at most 16.
 */
bool otelmq_hex_parse_padded(otelmq_str digits, size_t len, uint8_t *bytes);

/*
 * Reads ids of up to 32 and 16 digits; false, with *span_context undefined, when one is malformed
 * or all zero.
 */
bool otelmq_ids_parse_padded(otelmq_str trace_id, otelmq_str span_id,
                             otelmq_span_context *span_context);

/*
 * Makes a header that may stand in the carrier from before say nothing: a carrier cannot remove
 * one, but these formats take an empty one for none.
 */
void otelmq_carrier_empty(otelmq_carrier carrier, const char *key);

#endif
