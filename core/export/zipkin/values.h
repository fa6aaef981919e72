/* SPDX-License-Identifier: Apache-2.0 */
/* Values as the text that Zipkin has in their place. */
#ifndef OTELMQ_ZIPKIN_VALUES_H
#define OTELMQ_ZIPKIN_VALUES_H

#include "base/buffer.h"

#include <otelmq/span_data.h>

/* Adds a string as it is, bytes as base64, true, false, a number; a list or map as JSON has it. */
void otelmq_zipkin_format_value(otelmq_buffer *text, const otelmq_value *value);

/* Adds the name of an event; with attributes, "name":{"key":value,...}. */
void otelmq_zipkin_format_event(otelmq_buffer *text, const otelmq_event_data *event);

#endif
