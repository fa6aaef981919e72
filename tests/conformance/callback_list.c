/* SPDX-License-Identifier: Apache-2.0 */
#include "conformance/callback_list.h"

#include <curl/curl.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>

static bool refuse(char *reason, const char *why)
{
    (void)snprintf(reason, CALLBACK_REASON_SIZE, "%s", why);
    return false;
}

static bool refuse_element(char *reason, size_t index, const char *why)
{
    (void)snprintf(reason, CALLBACK_REASON_SIZE, "Element %zu of the body %s.", index, why);
    return false;
}

/* This is a service for tests: whoever reaches it must not reach other machines through it. */
static bool is_of_this_machine(const char *host)
{
    return strcmp(host, "127.0.0.1") == 0 || strcmp(host, "localhost") == 0 ||
           strcmp(host, "[::1]") == 0;
}

static char *get_part(CURLU *url, CURLUPart part)
{
    char *text = NULL;
    (void)curl_url_get(url, part, &text, CURLU_DEFAULT_PORT);
    return text;
}

/* A copy that free can free, which what comes from libcurl might not be. */
static char *take(char *from_curl)
{
    char *copy = from_curl != NULL ? strdup(from_curl) : NULL;
    curl_free(from_curl);
    return copy;
}

static bool is_plain_http(CURLU *url)
{
    char *scheme = get_part(url, CURLUPART_SCHEME);
    bool is_http = scheme != NULL && strcmp(scheme, "http") == 0;
    curl_free(scheme);
    return is_http;
}

static bool parse_url(callback *into, CURLU *url, const char *text)
{
    if (curl_url_set(url, CURLUPART_URL, text, 0) != CURLUE_OK || !is_plain_http(url)) {
        return false;
    }
    into->url = strdup(text);
    into->host = take(get_part(url, CURLUPART_HOST));
    char *port = get_part(url, CURLUPART_PORT);
    into->port = port != NULL ? atoi(port) : 0;
    curl_free(port);
    return into->url != NULL && into->host != NULL && is_of_this_machine(into->host);
}

static bool read_url(callback *into, const char *text)
{
    CURLU *url = curl_url();
    bool is_accepted = url != NULL && parse_url(into, url, text);
    curl_url_cleanup(url);
    return is_accepted;
}

static bool read_element(callback_list *list, size_t index, const json_t *element, char *reason)
{
    const char *url = json_string_value(json_object_get(element, "url"));
    const json_t *arguments = json_object_get(element, "arguments");
    callback *into = &list->callbacks[index];
    list->count = index + 1;
    if (url == NULL) {
        return refuse_element(reason, index, "has no string \"url\"");
    }
    if (arguments == NULL) {
        return refuse_element(reason, index, "has no \"arguments\"");
    }
    if (!read_url(into, url)) {
        return refuse_element(reason, index,
                              "has a URL other than http at 127.0.0.1, localhost or [::1]");
    }
    into->arguments = json_dumps(arguments, JSON_COMPACT | JSON_ENCODE_ANY);
    return into->arguments != NULL ||
           refuse_element(reason, index, "has arguments that cannot be passed on");
}

static bool read_list(callback_list *list, const json_t *root, char *reason)
{
    if (!json_is_array(root)) {
        return refuse(reason, "The body is not a JSON array.");
    }
    size_t count = json_array_size(root);
    if (count > CALLBACKS_MAX) {
        (void)snprintf(reason, CALLBACK_REASON_SIZE, "The body has %zu elements; %d are allowed.",
                       count, CALLBACKS_MAX);
        return false;
    }
    for (size_t i = 0; i < count; i++) {
        if (!read_element(list, i, json_array_get(root, i), reason)) {
            return false;
        }
    }
    return true;
}

bool callback_list_parse(callback_list *list, otelmq_str body, char reason[CALLBACK_REASON_SIZE])
{
    json_error_t error;
    memset(list, 0, sizeof(*list));
    json_t *root = json_loadb(body.len > 0 ? body.data : "", body.len, JSON_DECODE_ANY, &error);
    if (root == NULL) {
        (void)snprintf(reason, CALLBACK_REASON_SIZE, "The body is not JSON: line %d: %s.",
                       error.line, error.text);
        return false;
    }
    bool is_accepted = read_list(list, root, reason);
    json_decref(root);
    if (!is_accepted) {
        callback_list_clean(list);
    }
    return is_accepted;
}

static json_t *report_one(const callback *done)
{
    if (done->error != NULL) {
        return json_pack("{s:s, s:s}", "url", done->url, "error", done->error);
    }
    return json_pack("{s:s, s:I}", "url", done->url, "status", (json_int_t)done->status);
}

char *callback_list_report(const callback_list *list)
{
    json_t *root = json_array();
    for (size_t i = 0; i < list->count; i++) {
        (void)json_array_append_new(root, report_one(&list->callbacks[i]));
    }
    char *text = json_dumps(root, JSON_COMPACT);
    json_decref(root);
    return text;
}

void callback_list_clean(callback_list *list)
{
    for (size_t i = 0; i < list->count; i++) {
        free(list->callbacks[i].url);
        free(list->callbacks[i].host);
        free(list->callbacks[i].arguments);
    }
    list->count = 0;
}
