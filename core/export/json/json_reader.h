/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reads JSON from front to back, as far as it is asked to, without recursion and without a tree:
 *
 *     if (otelmq_json_enter_object(&json)) {
 *         while (otelmq_json_next_member(&json, &name)) {
 *             ... read or skip its value ...
 *         }
 *     }
 *
 * The text is foreign. What does not follow the grammar sticks: all later calls fail, and is_broken
 * says so once at the end. What is skipped is looked at for strings and brackets only. Not for two
 * threads at once. (RFC 8259.)
 */
#ifndef OTELMQ_EXPORT_JSON_READER_H
#define OTELMQ_EXPORT_JSON_READER_H

#include "base/buffer.h"

typedef struct {
    const char *at;
    const char *end;
    bool is_first; /* the next member is the first of its object */
    bool is_broken;
} otelmq_json_reader;

/* text is borrowed. */
void otelmq_json_reader_init(otelmq_json_reader *json, otelmq_str text);

/* Moves into the object that comes; false, without moving, when what comes is none. */
bool otelmq_json_enter_object(otelmq_json_reader *json);

/* The name of the next member, in place of what name held; false at the object's end, behind it. */
bool otelmq_json_next_member(otelmq_json_reader *json, otelmq_buffer *name);

/* Adds the string that comes to text, as UTF-8; false, without moving, when what comes is none. */
bool otelmq_json_read_text(otelmq_json_reader *json, otelmq_buffer *text);

/*
 * The integer that comes, as a number or, as protobuf has those of 64 bits, in a string; false when
 * what came was none that fits.
 */
bool otelmq_json_read_int64(otelmq_json_reader *json, int64_t *number);

/* Moves behind the value that comes, whatever it is. */
void otelmq_json_skip_value(otelmq_json_reader *json);

/* Whether all was read and nothing was wrong. */
bool otelmq_json_is_done(otelmq_json_reader *json);

#endif
