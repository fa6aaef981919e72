/* SPDX-License-Identifier: Apache-2.0 */
/* Text that a server sent, made fit to be shown. */
#ifndef OTELMQ_EXPORT_ONE_LINE_H
#define OTELMQ_EXPORT_ONE_LINE_H

#include "base/buffer.h"

/*
 * Adds text as one line of limited length, in UTF-8, without control characters and without blanks
 * at its end.
 */
void otelmq_one_line_add(otelmq_buffer *line, otelmq_str text);

#endif
