/* SPDX-License-Identifier: Apache-2.0 */
#include "propagation/header_lines.h"

#include "base/text.h"
#include "support/test.h"

enum { NAME_SIZE = 64 };

static void copy_name(otelmq_str name, char text[NAME_SIZE])
{
    assert_in_range(name.len, 1, NAME_SIZE - 1);
    memcpy(text, name.data, name.len);
    text[name.len] = '\0';
}

otelmq_map *header_lines_parse(const char *lines)
{
    otelmq_map *map = otelmq_map_create();
    otelmq_str rest = otelmq_str_from(lines);
    while (rest.len > 0) {
        char name[NAME_SIZE];
        otelmq_str value = otelmq_take_until(&rest, '\n');
        copy_name(otelmq_take_until(&value, ':'), name);
        value = otelmq_str_from_bytes(value.data + 1, value.len - 1);
        assert_int_equal(otelmq_map_add(map, name, value), OTELMQ_OK);
    }
    return map;
}

const otelmq_context *header_lines_extract(otelmq_propagator propagator, const char *lines)
{
    otelmq_map *map = header_lines_parse(lines);
    const otelmq_context *context =
        otelmq_propagator_extract(propagator, otelmq_context_root(), otelmq_map_carrier(map));
    otelmq_map_destroy(map);
    return context;
}

void assert_injects(otelmq_propagator propagator, const otelmq_context *context, const char *lines,
                    const char *rule)
{
    otelmq_map *map = otelmq_map_create();
    otelmq_propagator_inject(propagator, context, otelmq_map_carrier(map));
    assert_header_lines(map, lines, rule);
    otelmq_map_destroy(map);
}

void assert_header_lines(const otelmq_map *map, const char *lines, const char *rule)
{
    otelmq_map *expected = header_lines_parse(lines);
    for (size_t i = 0; i < otelmq_map_count(expected); i++) {
        char name[NAME_SIZE];
        copy_name(otelmq_map_key_at(expected, i), name);
        assert_same_str(otelmq_map_get(map, name), otelmq_map_value_at(expected, i), rule);
    }
    assert_row(otelmq_map_count(map) == otelmq_map_count(expected), rule);
    otelmq_map_destroy(expected);
}
