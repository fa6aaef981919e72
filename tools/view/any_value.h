/* SPDX-License-Identifier: Apache-2.0 */
/* OTLP's AnyValue in JSON: {"stringValue": "x"}, {"intValue": "1"}, {"arrayValue": ...}. */
#ifndef OTELMQ_VIEW_ANY_VALUE_H
#define OTELMQ_VIEW_ANY_VALUE_H

#include <otelmq/str.h>

#include <jansson.h>

/* The bytes of a JSON string; empty for anything else. Borrowed from it. */
otelmq_str view_json_string(const json_t *string);

/* Its stringValue, empty when it holds something else. Borrowed. */
otelmq_str view_any_value_string(const json_t *value);

/* Whether text is in the value, or in one of its array or list. Numbers count as their text. */
bool view_any_value_holds(const json_t *value, otelmq_str text);

#endif
