/* SPDX-License-Identifier: Apache-2.0 */
#include "export/http/one_line.h"

#include "base/utf8.h"

enum { TEXT_MAX = 300 };

void otelmq_one_line_add(otelmq_buffer *line, otelmq_str text)
{
    otelmq_str shown = otelmq_utf8_truncate(text, TEXT_MAX);
    while (shown.len > 0 && (unsigned char)shown.data[shown.len - 1] <= ' ') {
        shown.len--;
    }
    size_t start = line->len;
    otelmq_utf8_add_valid(line, shown);
    for (size_t i = start; i < line->len; i++) {
        unsigned char character = (unsigned char)line->data[i];
        line->data[i] = character < ' ' || character == 0x7F ? ' ' : line->data[i];
    }
}
