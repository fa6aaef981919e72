/* SPDX-License-Identifier: Apache-2.0 */
#include "config/headers.h"

#include "base/percent.h"
#include "base/text.h"

static bool fail(otelmq_config_maker *maker, uint32_t line, otelmq_status status, const char *what)
{
    otelmq_config_error(maker->problems, line, status, "%s.", what);
    return false;
}

static bool add(otelmq_config_headers *headers, otelmq_config_maker *maker, uint32_t line,
                otelmq_str name, otelmq_str value)
{
    if (headers->count == OTELMQ_CONFIG_HEADERS_MAX) {
        return fail(maker, line, OTELMQ_ERROR_LIMIT, "there are more than 64 headers");
    }
    char *text = otelmq_config_memory_take(&maker->config->memory, name.len + value.len + 3);
    if (text == NULL) {
        return fail(maker, line, OTELMQ_ERROR_NO_MEMORY, "there is not enough memory for headers");
    }
    memcpy(text, name.data, name.len);
    memcpy(text + name.len, ": ", 2);
    if (value.len > 0) {
        memcpy(text + name.len + 2, value.data, value.len);
    }
    headers->lines[headers->count++] = text;
    return true;
}

static bool add_member(otelmq_config_headers *headers, otelmq_config_maker *maker, uint32_t line,
                       otelmq_str member)
{
    if (memchr(member.data, '=', member.len) == NULL) {
        return fail(maker, line, OTELMQ_ERROR_MALFORMED,
                    "headers_list must be a list like name=value,name=value");
    }
    otelmq_str name = otelmq_trim(otelmq_take_until(&member, '='));
    otelmq_str value = otelmq_trim(member);
    if (name.len == 0 || !otelmq_percent_is_well_formed(value)) {
        return fail(maker, line, OTELMQ_ERROR_MALFORMED,
                    "headers_list has a header without a name, or a % that encodes nothing");
    }
    char *decoded = otelmq_config_memory_take(&maker->config->memory, value.len);
    if (decoded == NULL) {
        return fail(maker, line, OTELMQ_ERROR_NO_MEMORY, "there is not enough memory for headers");
    }
    return add(headers, maker, line, name, otelmq_percent_decode(value, decoded));
}

static bool add_list(otelmq_config_headers *headers, otelmq_config_maker *maker,
                     const otelmq_config_node *list)
{
    otelmq_str rest = list != NULL ? list->text : (otelmq_str){0};
    while (rest.len > 0) {
        otelmq_str member = otelmq_trim(otelmq_take_until(&rest, ','));
        if (member.len > 0 && !add_member(headers, maker, list->line, member)) {
            return false;
        }
    }
    return true;
}

bool otelmq_config_headers_fill(otelmq_config_headers *headers, otelmq_config_maker *maker,
                                const otelmq_config_node *options)
{
    const otelmq_config_node *list = otelmq_config_get(options, "headers");
    for (const otelmq_config_entry *entry = list != NULL ? list->first : NULL; entry != NULL;
         entry = entry->next) {
        const otelmq_config_node *name = otelmq_config_get(entry->node, "name");
        const otelmq_config_node *value = otelmq_config_get(entry->node, "value");
        if (value != NULL && !add(headers, maker, entry->line, name->text, value->text)) {
            return false;
        }
    }
    return add_list(headers, maker, otelmq_config_get(options, "headers_list"));
}
