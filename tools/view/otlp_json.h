/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One line of an OTLP JSON file: a TracesData message by protobuf's JSON rules, with OTLP's
 * exceptions: hexadecimal ids, enums as integers, 64-bit numbers as strings or numbers, unknown
 * fields ignored. (OTLP specification, "JSON Protobuf Encoding".)
 */
#ifndef OTELMQ_VIEW_OTLP_JSON_H
#define OTELMQ_VIEW_OTLP_JSON_H

#include "view/trace_set.h"

/*
 * Adds the spans of the line to set, and marks those that hold the text find (NULL: none). False
 * when it is broken: then it has added none, and written to error what is wrong.
 */
bool view_otlp_json_read(view_trace_set *set, const char *find, otelmq_str line,
                         otelmq_buffer *error);

#endif
