/* SPDX-License-Identifier: Apache-2.0 */
#include "export/http/http_headers.h"

#include "base/buffer.h"
#include "base/text.h"

#include <curl/curl.h>

static const char *const own_names[] = {
    "Content-Type", "Content-Encoding", "Content-Length",       "Transfer-Encoding", "Expect",
    "TE",           "grpc-timeout",     "grpc-accept-encoding", "grpc-encoding",
};

void otelmq_http_headers_init(otelmq_http_headers *headers)
{
    headers->lines = NULL;
}

void otelmq_http_headers_clean(otelmq_http_headers *headers)
{
    curl_slist_free_all(headers->lines);
    headers->lines = NULL;
}

/* (RFC 9110, section 5.6.2.) */
static bool is_token(otelmq_str text)
{
    static const char token_characters[] = "!#$%&'*+-.^_`|~0123456789"
                                           "abcdefghijklmnopqrstuvwxyz"
                                           "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
    for (size_t i = 0; i < text.len; i++) {
        if (memchr(token_characters, text.data[i], sizeof(token_characters) - 1) == NULL) {
            return false;
        }
    }
    return text.len > 0;
}

static bool is_own(otelmq_str name)
{
    for (size_t i = 0; i < sizeof(own_names) / sizeof(own_names[0]); i++) {
        if (otelmq_is_same_name(name, otelmq_str_from(own_names[i]))) {
            return true;
        }
    }
    return false;
}

static bool is_there(const otelmq_http_headers *headers, otelmq_str name)
{
    for (const struct curl_slist *line = headers->lines; line != NULL; line = line->next) {
        if (otelmq_starts_with_any_case(otelmq_str_from(line->data), name) &&
            strchr(":;", line->data[name.len]) != NULL) {
            return true;
        }
    }
    return false;
}

bool otelmq_http_headers_add_own(otelmq_http_headers *headers, const char *line)
{
    struct curl_slist *lines = curl_slist_append(headers->lines, line);
    if (lines == NULL) {
        return false;
    }
    headers->lines = lines;
    return true;
}

/* To curl, "Name:" alone would mean to leave the header out; "Name;" is an empty one. */
static otelmq_status add_line(otelmq_http_headers *headers, otelmq_str name, otelmq_str value)
{
    otelmq_buffer line;
    otelmq_buffer_init(&line);
    otelmq_buffer_add_str(&line, name);
    otelmq_buffer_add_text(&line, value.len > 0 ? ": " : ";");
    otelmq_buffer_add_str(&line, value);
    otelmq_buffer_add_char(&line, '\0');
    bool is_added =
        otelmq_buffer_is_complete(&line) && otelmq_http_headers_add_own(headers, line.data);
    otelmq_buffer_clean(&line);
    return is_added ? OTELMQ_OK : OTELMQ_ERROR_NO_MEMORY;
}

otelmq_status otelmq_http_headers_add(otelmq_http_headers *headers, otelmq_str name,
                                      otelmq_str value)
{
    if (!is_token(name) || !otelmq_is_field_value(value)) {
        return OTELMQ_ERROR_MALFORMED;
    }
    if (is_own(name)) {
        return OTELMQ_ERROR_INVALID_ARGUMENT;
    }
    if (is_there(headers, name)) {
        return OTELMQ_OK;
    }
    return add_line(headers, name, otelmq_trim(value));
}

const char *otelmq_http_headers_refusal(otelmq_status status)
{
    switch (status) {
    case OTELMQ_ERROR_MALFORMED:
        return "it is not a name and a value as HTTP allows them";
    case OTELMQ_ERROR_INVALID_ARGUMENT:
        return "the exporter sets this one itself";
    default:
        return otelmq_status_text(status);
    }
}
