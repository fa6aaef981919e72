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
 * says so once at the end. What is skipped is looked at for strings and brackets only. A copy of
 * the reader reads on from its place. Not for two threads at once. (RFC 8259.)
 */
#ifndef OTELMQ_EXPORT_JSON_READER_H
#define OTELMQ_EXPORT_JSON_READER_H

#include "base/buffer.h"

typedef struct {
    const char *at;
    const char *end;
    bool is_first; /* the next member or element is the first one */
    bool is_broken;
} otelmq_json_reader;

/* text is borrowed. */
void otelmq_json_reader_init(otelmq_json_reader *json, otelmq_str text);

/* Moves into the object that comes; false, without moving, when what comes is none. */
bool otelmq_json_enter_object(otelmq_json_reader *json);

/* The name of the next member, in place of what name held; false at the object's end, behind it. */
bool otelmq_json_next_member(otelmq_json_reader *json, otelmq_buffer *name);

static inline bool otelmq_json_is_name(const otelmq_buffer *name, const char *wanted)
{
    return otelmq_str_equal(otelmq_buffer_str(name), otelmq_str_from(wanted));
}

/* The same for an array, whose elements have no names. */
bool otelmq_json_enter_array(otelmq_json_reader *json);
bool otelmq_json_next_element(otelmq_json_reader *json);

/* Moves behind the null that comes; false, without moving, when what comes is none. */
bool otelmq_json_read_null(otelmq_json_reader *json);

/* The number that comes; false, without moving, when what comes is none. */
bool otelmq_json_read_double(otelmq_json_reader *json, double *number);

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
