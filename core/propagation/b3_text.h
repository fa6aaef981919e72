/* SPDX-License-Identifier: Apache-2.0 */
/*
 * B3 as text. In one header, of which the last two fields, or all but the state, may be missing:
 *
 *     b3: 4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-1-05e3ac9a4f6e3b90
 *         trace id, of 32 or 16 digits     span id          | parent span id, never used
 *                                                           sampling state: 0, 1, d
 *
 * or in a header for each, where the state d is one of its own. Any thread. (B3 propagation.)
 */
#ifndef OTELMQ_PROPAGATION_B3_TEXT_H
#define OTELMQ_PROPAGATION_B3_TEXT_H

#include "propagation/sampling_state.h"

enum { OTELMQ_B3_MAX = 51 };

/* The values of the headers X-B3-...; an absent one is empty. */
typedef struct {
    otelmq_str trace_id;
    otelmq_str span_id;
    otelmq_str sampled;
    otelmq_str flags;
} otelmq_b3_headers;

/* Reads the one header; false, with *b3 undefined, when it is malformed. */
bool otelmq_b3_parse(otelmq_str text, otelmq_sampled_ids *b3);

/* Reads the several headers; false, with *b3 undefined, when they are malformed. */
bool otelmq_b3_parse_headers(const otelmq_b3_headers *headers, otelmq_sampled_ids *b3);

/* Writes the one header into text and returns it; empty when there is nothing to say. */
otelmq_str otelmq_b3_format(const otelmq_sampled_ids *b3, char text[OTELMQ_B3_MAX]);

#endif
