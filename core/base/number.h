/* SPDX-License-Identifier: Apache-2.0 */
/* Doubles as text, with a point whatever the program's locale has for one. Any thread. */
#ifndef OTELMQ_BASE_NUMBER_H
#define OTELMQ_BASE_NUMBER_H

#include <otelmq/str.h>

/* Room for any double, and a NUL; the longest text that is read as one. */
enum { OTELMQ_DOUBLE_SIZE = 32, OTELMQ_DOUBLE_TEXT_MAX = 511 };

/*
 * Reads all of text as strtod does in the C locale, without blanks in front; false, with *number
 * unset, for anything else.
 */
bool otelmq_double_parse(otelmq_str text, double *number);

/*
 * Writes the number with the fewest digits that read back as the same one, and a NUL; or NaN,
 * Infinity or -Infinity. Returns the length.
 */
size_t otelmq_double_format(double number, char text[OTELMQ_DOUBLE_SIZE]);

#endif
