/* SPDX-License-Identifier: Apache-2.0 */
#include "config/headers.h"

#include "base/buffer.h"

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

static otelmq_str trim(otelmq_str text)
{
    while (text.len > 0 && (text.data[0] == ' ' || text.data[0] == '\t')) {
        text = otelmq_str_from_bytes(text.data + 1, text.len - 1);
    }
    while (text.len > 0 && (text.data[text.len - 1] == ' ' || text.data[text.len - 1] == '\t')) {
        text.len--;
    }
    return text;
}

/* Takes what stands before the separator, or all, off rest. */
static otelmq_str take(otelmq_str *rest, char separator)
{
    const char *end = memchr(rest->data, separator, rest->len);
    size_t len = end != NULL ? (size_t)(end - rest->data) : rest->len;
    otelmq_str taken = otelmq_str_from_bytes(rest->data, len);
    size_t skipped = end != NULL ? len + 1 : len;
    *rest = otelmq_str_from_bytes(rest->data + skipped, rest->len - skipped);
    return taken;
}

static int hex_value(char digit)
{
    static const char digits[] = "0123456789abcdef0123456789ABCDEF";
    const char *found = digit != '\0' ? strchr(digits, digit) : NULL;
    return found != NULL ? (int)((found - digits) % 16) : -1;
}

/* Undoes the percent-encoding; false for a percent sign without two digits behind it. */
static bool add_decoded(otelmq_buffer *decoded, otelmq_str text)
{
    for (size_t i = 0; i < text.len; i++) {
        if (text.data[i] != '%') {
            otelmq_buffer_add_char(decoded, text.data[i]);
            continue;
        }
        int high = i + 2 < text.len ? hex_value(text.data[i + 1]) : -1;
        int low = i + 2 < text.len ? hex_value(text.data[i + 2]) : -1;
        if (high < 0 || low < 0) {
            return false;
        }
        otelmq_buffer_add_char(decoded, (char)(unsigned char)(high * 16 + low));
        i += 2;
    }
    return true;
}

static bool add_member(otelmq_config_headers *headers, otelmq_config_maker *maker, uint32_t line,
                       otelmq_str member)
{
    if (memchr(member.data, '=', member.len) == NULL) {
        return fail(maker, line, OTELMQ_ERROR_MALFORMED,
                    "headers_list must be a list like name=value,name=value");
    }
    otelmq_buffer decoded;
    otelmq_buffer_init(&decoded);
    otelmq_str name = trim(take(&member, '='));
    bool is_good = name.len > 0 && add_decoded(&decoded, trim(member));
    if (!is_good) {
        (void)fail(maker, line, OTELMQ_ERROR_MALFORMED,
                   "headers_list has a header without a name, or a % that encodes nothing");
    } else if (!otelmq_buffer_is_complete(&decoded)) {
        is_good = fail(maker, line, OTELMQ_ERROR_NO_MEMORY, "there is not enough memory");
    } else {
        is_good = add(headers, maker, line, name, otelmq_buffer_str(&decoded));
    }
    otelmq_buffer_clean(&decoded);
    return is_good;
}

static bool add_list(otelmq_config_headers *headers, otelmq_config_maker *maker,
                     const otelmq_config_node *list)
{
    otelmq_str rest = list != NULL ? list->text : (otelmq_str){0};
    while (rest.len > 0) {
        otelmq_str member = trim(take(&rest, ','));
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
