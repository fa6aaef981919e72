/* SPDX-License-Identifier: Apache-2.0 */
#include "conformance/http_headers.h"

#include <stdio.h>
#include <stdlib.h>
#include <strings.h>

/* A name ends at its colon, or at the semicolon that libcurl has for an empty value. */
static otelmq_str name_of(const char *line)
{
    return otelmq_str_from_bytes(line, strcspn(line, ":;"));
}

static otelmq_str value_of(const char *line)
{
    const char *rest = line + name_of(line).len;
    rest += *rest != '\0';
    return otelmq_str_from(rest + strspn(rest, " \t"));
}

static bool has_name(const char *line, const char *key)
{
    otelmq_str name = name_of(line);
    return name.len == strlen(key) && strncasecmp(name.data, key, name.len) == 0;
}

static const struct curl_slist *find(const struct curl_slist *line, const char *key)
{
    while (line != NULL && !has_name(line->data, key)) {
        line = line->next;
    }
    return line;
}

static otelmq_str get(const void *self, const char *key)
{
    const struct curl_slist *line = find(*(struct curl_slist *const *)self, key);
    return line != NULL ? value_of(line->data) : (otelmq_str){0};
}

static size_t get_all(const void *self, const char *key, otelmq_str values[], size_t max)
{
    size_t count = 0;
    const struct curl_slist *line = find(*(struct curl_slist *const *)self, key);
    for (; line != NULL; line = find(line->next, key)) {
        if (count < max) {
            values[count] = value_of(line->data);
        }
        count++;
    }
    return count;
}

/* A line break in a value would be the start of another header. */
static bool is_value(otelmq_str value)
{
    for (size_t i = 0; i < value.len; i++) {
        unsigned char byte = (unsigned char)value.data[i];
        if (byte < ' ' && byte != '\t') {
            return false;
        }
    }
    return true;
}

static char *make_line(const char *key, otelmq_str value)
{
    size_t size = strlen(key) + sizeof(": ") + value.len;
    char *line = malloc(size);
    if (line != NULL && value.len == 0) {
        (void)snprintf(line, size, "%s;", key);
    } else if (line != NULL) {
        (void)snprintf(line, size, "%s: %.*s", key, (int)value.len, value.data);
    }
    return line;
}

static bool append(struct curl_slist **lines, const char *line)
{
    struct curl_slist *longer = curl_slist_append(*lines, line);
    if (longer != NULL) {
        *lines = longer;
    }
    return longer != NULL;
}

/* The lines without those of key, and with line behind them: a new list, NULL without memory. */
static struct curl_slist *replace(const struct curl_slist *lines, const char *key, const char *line)
{
    struct curl_slist *result = NULL;
    bool is_complete = true;
    for (; lines != NULL && is_complete; lines = lines->next) {
        is_complete = has_name(lines->data, key) || append(&result, lines->data);
    }
    if (!is_complete || !append(&result, line)) {
        curl_slist_free_all(result);
        return NULL;
    }
    return result;
}

static otelmq_status set(void *self, const char *key, otelmq_str value)
{
    struct curl_slist **lines = self;
    if (!is_value(value)) {
        return OTELMQ_ERROR_MALFORMED;
    }
    char *line = make_line(key, value);
    struct curl_slist *replaced = line != NULL ? replace(*lines, key, line) : NULL;
    free(line);
    if (replaced == NULL) {
        return OTELMQ_ERROR_NO_MEMORY;
    }
    curl_slist_free_all(*lines);
    *lines = replaced;
    return OTELMQ_OK;
}

static otelmq_str key_at(const void *self, size_t index)
{
    const struct curl_slist *line = *(struct curl_slist *const *)self;
    for (; line != NULL && index > 0; index--) {
        line = line->next;
    }
    return line != NULL ? name_of(line->data) : (otelmq_str){0};
}

otelmq_carrier curl_headers_carrier(struct curl_slist **lines)
{
    static const otelmq_carrier_ops ops = {get, get_all, set, key_at};
    return (otelmq_carrier){&ops, lines};
}
