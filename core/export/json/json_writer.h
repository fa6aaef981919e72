/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Writes JSON into a buffer, commas included. Names are the writer's own words and are written as
 * they are; a NULL name stands for an element of an array. Not for two threads at once.
 * (RFC 8259; numbers as the JSON mapping of protobuf has them.)
 */
#ifndef OTELMQ_EXPORT_JSON_WRITER_H
#define OTELMQ_EXPORT_JSON_WRITER_H

#include "base/buffer.h"

typedef struct {
    otelmq_buffer *out;
    bool needs_comma;
} otelmq_json_writer;

/* Writes behind what is in out already, which is borrowed. */
void otelmq_json_writer_init(otelmq_json_writer *json, otelmq_buffer *out);

void otelmq_json_open_object(otelmq_json_writer *json, const char *name);
void otelmq_json_close_object(otelmq_json_writer *json);
void otelmq_json_open_array(otelmq_json_writer *json, const char *name);
void otelmq_json_close_array(otelmq_json_writer *json);

/* The name of what is added next, by a NULL name. Any text; with U+FFFD where it is not UTF-8. */
void otelmq_json_add_name(otelmq_json_writer *json, otelmq_str name);

/* With U+FFFD where text is not UTF-8. */
void otelmq_json_add_text(otelmq_json_writer *json, const char *name, otelmq_str text);
void otelmq_json_add_hex(otelmq_json_writer *json, const char *name, const uint8_t *bytes,
                         size_t len);
void otelmq_json_add_base64(otelmq_json_writer *json, const char *name, otelmq_str bytes);
void otelmq_json_add_bool(otelmq_json_writer *json, const char *name, bool value);
void otelmq_json_add_uint32(otelmq_json_writer *json, const char *name, uint32_t value);

void otelmq_json_add_null(otelmq_json_writer *json, const char *name);

/* Numbers of 64 bits as such, for readers that are known to take them. */
void otelmq_json_add_number(otelmq_json_writer *json, const char *name, uint64_t value);
void otelmq_json_add_signed_number(otelmq_json_writer *json, const char *name, int64_t value);

/* As decimal strings: a JSON number has 53 bits for most readers. */
void otelmq_json_add_uint64(otelmq_json_writer *json, const char *name, uint64_t value);
void otelmq_json_add_int64(otelmq_json_writer *json, const char *name, int64_t value);

/* With the fewest digits that read back as the same; "NaN", "Infinity", "-Infinity" as strings. */
void otelmq_json_add_double(otelmq_json_writer *json, const char *name, double value);

#endif
