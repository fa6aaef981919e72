/* SPDX-License-Identifier: Apache-2.0 */
#include "base/string_list.h"

#include <stdlib.h>

static size_t text_size(const char *const list[], size_t count)
{
    size_t size = 0;
    for (size_t i = 0; i < count; i++) {
        size += otelmq_str_from(list[i]).len + 1;
    }
    return size;
}

const char **otelmq_string_list_copy(const char *const list[], size_t count)
{
    const char **copy = malloc(count * sizeof(copy[0]) + text_size(list, count));
    if (copy == NULL) {
        return NULL;
    }
    char *text = (char *)(copy + count);
    for (size_t i = 0; i < count; i++) {
        otelmq_str one = otelmq_str_from(list[i]);
        if (one.len > 0) {
            memcpy(text, one.data, one.len);
        }
        text[one.len] = '\0';
        copy[i] = text;
        text += one.len + 1;
    }
    return copy;
}

bool otelmq_string_list_equal(const char *const a[], size_t a_count, const char *const b[],
                              size_t b_count)
{
    if (a_count != b_count) {
        return false;
    }
    for (size_t i = 0; i < a_count; i++) {
        if (!otelmq_str_equal(otelmq_str_from(a[i]), otelmq_str_from(b[i]))) {
            return false;
        }
    }
    return true;
}
