/* SPDX-License-Identifier: Apache-2.0 */
#include "export/http/url.h"

#include "base/buffer.h"
#include "base/text.h"

#include <curl/curl.h>
#include <stdlib.h>
#include <string.h>

static CURLU *parse(const char *url)
{
    CURLU *parts = curl_url();
    if (parts != NULL && curl_url_set(parts, CURLUPART_URL, url, 0) != CURLUE_OK) {
        curl_url_cleanup(parts);
        return NULL;
    }
    return parts;
}

/* A part as a string that is freed with curl_free, NULL when it is not there. */
static char *part_of(CURLU *parts, CURLUPart part)
{
    char *text = NULL;
    return curl_url_get(parts, part, &text, 0) == CURLUE_OK ? text : NULL;
}

static bool is_word(const char *text, const char *word)
{
    return otelmq_is_same_name(otelmq_str_from(text), otelmq_str_from(word));
}

bool otelmq_url_is_http(const char *url)
{
    CURLU *parts = parse(url);
    if (parts == NULL) {
        return false;
    }
    char *scheme = part_of(parts, CURLUPART_SCHEME);
    char *host = part_of(parts, CURLUPART_HOST);
    bool is_http = scheme != NULL && (is_word(scheme, "http") || is_word(scheme, "https"));
    bool has_host = host != NULL && host[0] != '\0';
    curl_free(scheme);
    curl_free(host);
    curl_url_cleanup(parts);
    return is_http && has_host;
}

const char *otelmq_url_socket_path(const char *url)
{
    otelmq_str scheme = OTELMQ_STR("unix:");
    if (!otelmq_starts_with_any_case(otelmq_str_from(url), scheme)) {
        return NULL;
    }
    const char *path = url + scheme.len;
    path += strncmp(path, "///", 3) == 0 ? 2 : 0;
    return path[0] == '/' && path[1] != '/' && path[1] != '\0' ? path : NULL;
}

/* As it is in parts, with another path. Yours to free; NULL without memory. */
static char *with_path(CURLU *parts, const char *path)
{
    char *url = NULL;
    if (curl_url_set(parts, CURLUPART_PATH, path, 0) == CURLUE_OK) {
        url = part_of(parts, CURLUPART_URL);
    }
    char *copy = url != NULL ? strdup(url) : NULL;
    curl_free(url);
    return copy;
}

char *otelmq_url_with_path(const char *url, const char *path)
{
    CURLU *parts = parse(url);
    char *result = NULL;
    if (parts != NULL && curl_url_set(parts, CURLUPART_QUERY, NULL, 0) == CURLUE_OK) {
        result = with_path(parts, path);
    }
    curl_url_cleanup(parts);
    return result;
}

char *otelmq_url_append_path(const char *url, const char *path)
{
    CURLU *parts = parse(url);
    char *base = parts != NULL ? part_of(parts, CURLUPART_PATH) : NULL;
    size_t len = base != NULL ? strlen(base) : 0;
    otelmq_buffer joined;
    otelmq_buffer_init(&joined);
    otelmq_buffer_add(&joined, base, len > 0 && base[len - 1] == '/' ? len - 1 : len);
    otelmq_buffer_add(&joined, path, strlen(path) + 1);
    char *result = NULL;
    if (parts != NULL && otelmq_buffer_is_complete(&joined)) {
        result = with_path(parts, joined.data);
    }
    otelmq_buffer_clean(&joined);
    curl_free(base);
    curl_url_cleanup(parts);
    return result;
}

/* The length of "http://" and the like, 0 when text begins with no scheme. */
static size_t scheme_len(const char *text)
{
    size_t len = strspn(text, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ");
    return len > 0 && strncmp(text + len, "://", 3) == 0 ? len + 3 : 0;
}

char *otelmq_url_masked(const char *text)
{
    size_t shown_len = scheme_len(text);
    /* A password may hold any of ":/?#", so that only the last "@" surely ends it. */
    const char *at = strrchr(text, '@');
    const char *rest = at != NULL ? at : text + shown_len;
    size_t rest_len = strcspn(rest, "?#");
    otelmq_buffer masked;
    otelmq_buffer_init(&masked);
    otelmq_buffer_add(&masked, text, shown_len);
    otelmq_buffer_add_text(&masked, at != NULL ? "***" : "");
    otelmq_buffer_add(&masked, rest, rest_len);
    otelmq_buffer_add_text(&masked, rest[rest_len] != '\0' ? "?***" : "");
    otelmq_buffer_add_char(&masked, '\0');
    if (!otelmq_buffer_is_complete(&masked)) {
        otelmq_buffer_clean(&masked);
        return NULL;
    }
    return masked.data;
}
