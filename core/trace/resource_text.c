/* SPDX-License-Identifier: Apache-2.0 */
#include <otelmq/resource.h>

#include "base/percent.h"
#include "base/text.h"
#include "base/utf8.h"

#include <stdlib.h>

/* Room for what is decoded, which is never longer than the text, and for the attributes. */
typedef struct {
    char *decoded;
    otelmq_attribute *attributes;
    size_t count;
} members;

static bool decode(otelmq_str text, char **out, otelmq_str *decoded)
{
    *decoded = otelmq_percent_decode(text, *out);
    *out += decoded->len;
    return otelmq_percent_is_well_formed(text) && otelmq_utf8_is_valid(*decoded);
}

static bool parse_member(members *parsed, otelmq_str member)
{
    if (memchr(member.data, '=', member.len) == NULL) {
        return false;
    }
    otelmq_str value = member;
    otelmq_str key = otelmq_trim(otelmq_take_until(&value, '='));
    otelmq_attribute *attribute = &parsed->attributes[parsed->count];
    *attribute = otelmq_attribute_string("", (otelmq_str){0});
    if (!decode(key, &parsed->decoded, &attribute->key) || attribute->key.len == 0 ||
        !decode(otelmq_trim(value), &parsed->decoded, &attribute->value.as.string)) {
        return false;
    }
    parsed->count++;
    return true;
}

static bool parse_members(members *parsed, otelmq_str text)
{
    while (text.len > 0) {
        otelmq_str member = otelmq_trim(otelmq_take_until(&text, ','));
        if (member.len > 0 && !parse_member(parsed, member)) {
            return false;
        }
    }
    return true;
}

static size_t count_members(otelmq_str text)
{
    size_t count = 1;
    for (size_t i = 0; i < text.len; i++) {
        count += text.data[i] == ',';
    }
    return count;
}

otelmq_status otelmq_resource_parse(otelmq_str text, const otelmq_resource **resource)
{
    char *decoded = malloc(text.len + 1);
    members parsed = {
        .decoded = decoded,
        .attributes = calloc(count_members(text), sizeof(*parsed.attributes)),
    };
    otelmq_status status = OTELMQ_ERROR_NO_MEMORY;
    if (decoded != NULL && parsed.attributes != NULL) {
        status = parse_members(&parsed, text)
                     ? otelmq_resource_create(parsed.attributes, parsed.count, NULL, resource)
                     : OTELMQ_ERROR_MALFORMED;
    }
    free(parsed.attributes);
    free(decoded);
    return status;
}
