/* SPDX-License-Identifier: Apache-2.0 */
#include "view/any_value.h"

#include <stdio.h>

/* As deep as the exporters here write them, and no deeper: a stranger does not choose our stack. */
enum { DEEPEST = 32 };

otelmq_str view_json_string(const json_t *string)
{
    return otelmq_str_from_bytes(json_string_value(string), json_string_length(string));
}

otelmq_str view_any_value_string(const json_t *value)
{
    return view_json_string(json_object_get(value, "stringValue"));
}

static bool holds(otelmq_str where, otelmq_str text)
{
    return text.len == 0 ||
           (where.len >= text.len && memmem(where.data, where.len, text.data, text.len) != NULL);
}

/* Of a field that is not made of other values. */
static bool scalar_holds(const json_t *scalar, otelmq_str text)
{
    char digits[32];
    if (json_is_string(scalar)) {
        return holds(view_json_string(scalar), text);
    }
    if (json_is_integer(scalar)) {
        snprintf(digits, sizeof digits, "%" JSON_INTEGER_FORMAT, json_integer_value(scalar));
    } else if (json_is_real(scalar)) {
        snprintf(digits, sizeof digits, "%.17g", json_real_value(scalar));
    } else if (json_is_boolean(scalar)) {
        snprintf(digits, sizeof digits, "%s", json_is_true(scalar) ? "true" : "false");
    } else {
        return false;
    }
    return holds(otelmq_str_from(digits), text);
}

static bool value_holds(const json_t *value, otelmq_str text, int depth);

/* Items of an array are values themselves, those of a list have them as "value". */
static bool items_hold(const json_t *composite, otelmq_str text, int depth)
{
    size_t index;
    const json_t *item;
    json_array_foreach(json_object_get(composite, "values"), index, item)
    {
        const json_t *inner = json_object_get(item, "value");
        if (value_holds(inner != NULL ? inner : item, text, depth)) {
            return true;
        }
    }
    return false;
}

static bool value_holds(const json_t *value, otelmq_str text, int depth)
{
    static const char *const scalars[] = {"stringValue", "intValue", "doubleValue", "boolValue",
                                          "bytesValue"};
    for (size_t i = 0; i < sizeof scalars / sizeof scalars[0]; i++) {
        if (scalar_holds(json_object_get(value, scalars[i]), text)) {
            return true;
        }
    }
    return depth < DEEPEST && (items_hold(json_object_get(value, "arrayValue"), text, depth + 1) ||
                               items_hold(json_object_get(value, "kvlistValue"), text, depth + 1));
}

bool view_any_value_holds(const json_t *value, otelmq_str text)
{
    return value_holds(value, text, 0);
}
