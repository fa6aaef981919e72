/* SPDX-License-Identifier: Apache-2.0 */
#include "fuzz/header_input.h"

#include "fuzz/fuzz.h"

enum { NAME_SIZE = 300 };

/* Where the value begins behind the name; 0 when the line has no name that a carrier could have. */
static size_t value_start(otelmq_str line)
{
    const char *colon = line.len > 0 ? memchr(line.data, ':', line.len) : NULL;
    size_t len = colon != NULL ? (size_t)(colon - line.data) : 0;
    bool is_name = len > 0 && len < NAME_SIZE && memchr(line.data, '\0', len) == NULL;
    return is_name && len + 1 < line.len && colon[1] == ' ' ? len + 2 : 0;
}

static void add_line(otelmq_map *map, otelmq_str line, const char *own_header)
{
    char name[NAME_SIZE];
    size_t start = value_start(line);
    otelmq_str value = fuzz_copy(otelmq_str_from_bytes(line.data + start, line.len - start));
    if (start > 0) {
        memcpy(name, line.data, start - 2);
        name[start - 2] = '\0';
    }
    (void)otelmq_map_add(map, start > 0 ? name : own_header, value);
    fuzz_free(value);
}

otelmq_map *header_input_read(const uint8_t *data, size_t size, const char *own_header)
{
    otelmq_map *map = otelmq_map_create();
    otelmq_str rest = otelmq_str_from_bytes(data, size);
    while (rest.len > 0) {
        add_line(map, fuzz_take_line(&rest), own_header);
    }
    return map;
}
