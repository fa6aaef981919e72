/* SPDX-License-Identifier: Apache-2.0 */
#include "export/http/http_answer.h"

#include "base/text.h"

/* The first line of text, without its end; text moves on to the next one. */
static otelmq_str take_line(otelmq_str *text)
{
    otelmq_str line = otelmq_take_until(text, '\n');
    if (line.len > 0 && line.data[line.len - 1] == '\r') {
        line.len--;
    }
    return line;
}

static bool has_name(otelmq_str line, otelmq_str name)
{
    return line.len > name.len && line.data[name.len] == ':' &&
           otelmq_starts_with_any_case(line, name);
}

otelmq_str otelmq_http_find_header(otelmq_str headers, const char *name)
{
    otelmq_str wanted = otelmq_str_from(name);
    otelmq_str found = {NULL, 0};
    while (headers.len > 0) {
        otelmq_str line = take_line(&headers);
        if (has_name(line, wanted)) {
            size_t skipped = wanted.len + 1;
            found = otelmq_trim(otelmq_str_from_bytes(line.data + skipped, line.len - skipped));
        }
    }
    return found;
}

bool otelmq_http_answer_is(const otelmq_http_answer *answer, const char *type)
{
    otelmq_str found = otelmq_http_find_header(answer->headers, "Content-Type");
    size_t len = strlen(type);
    return otelmq_starts_with_any_case(found, otelmq_str_from(type)) &&
           (found.len == len || strchr("; +", found.data[len]) != NULL);
}
