/* SPDX-License-Identifier: Apache-2.0 */
#include "export/http/http_settings.h"

#include "base/buffer.h"
#include "base/text.h"
#include "export/http/url.h"

#include <otelmq/diagnostics.h>

#include <stdlib.h>

/* (Specification: protocol/exporter.md, the largest request and response.) */
enum { USUAL_REQUEST_MAX = 64 * 1024 * 1024, USUAL_RESPONSE_MAX = 4 * 1024 * 1024 };

void otelmq_http_settings_init(otelmq_http_settings *settings)
{
    *settings = (otelmq_http_settings){
        .max_retries = UINT32_MAX,
        .max_concurrent_requests = 1,
        .max_request_size = USUAL_REQUEST_MAX,
        .max_response_size = USUAL_RESPONSE_MAX,
    };
    otelmq_http_headers_init(&settings->headers);
}

void otelmq_http_settings_clean(otelmq_http_settings *settings)
{
    free(settings->url);
    free(settings->shown_url);
    free(settings->socket_path);
    free(settings->ca_file);
    free(settings->client_certificate);
    free(settings->client_key);
    otelmq_http_headers_clean(&settings->headers);
    otelmq_http_settings_init(settings);
}

bool otelmq_http_settings_set_path(char **path, const char *value)
{
    free(*path);
    *path = value != NULL ? strdup(value) : NULL;
    return *path != NULL || value == NULL;
}

static bool set_socket(otelmq_http_settings *settings, const char *socket_path, const char *path)
{
    otelmq_buffer url;
    otelmq_buffer_init(&url);
    otelmq_buffer_add_text(&url, "http://localhost");
    otelmq_buffer_add(&url, path, strlen(path) + 1);
    settings->url = otelmq_buffer_is_complete(&url) ? url.data : NULL;
    return settings->url != NULL &&
           otelmq_http_settings_set_path(&settings->socket_path, socket_path);
}

bool otelmq_http_settings_set_endpoint(otelmq_http_settings *settings, const char *endpoint,
                                       const char *path)
{
    settings->shown_url = otelmq_url_masked(endpoint);
    if (settings->shown_url == NULL) {
        return false;
    }
    const char *socket_path = otelmq_url_socket_path(endpoint);
    if (socket_path != NULL) {
        return set_socket(settings, socket_path, path);
    }
    if (!otelmq_url_is_http(endpoint)) {
        otelmq_diagnostics_report(OTELMQ_SEVERITY_ERROR,
                                  "The endpoint \"%s\" is not an http or https URL.",
                                  settings->shown_url);
        return false;
    }
    return otelmq_http_settings_set_path(&settings->url, endpoint);
}

static otelmq_status add_line(otelmq_http_headers *headers, otelmq_str line)
{
    if (line.len == 0 || memchr(line.data, ':', line.len) == NULL) {
        return OTELMQ_ERROR_MALFORMED;
    }
    otelmq_str value = line;
    otelmq_str name = otelmq_take_until(&value, ':');
    return otelmq_http_headers_add(headers, name, otelmq_trim(value));
}

bool otelmq_http_settings_add_headers(otelmq_http_settings *settings, const char *const lines[],
                                      size_t count)
{
    for (size_t i = 0; i < count; i++) {
        otelmq_status status = add_line(&settings->headers, otelmq_str_from(lines[i]));
        if (status != OTELMQ_OK) {
            otelmq_diagnostics_report(OTELMQ_SEVERITY_ERROR,
                                      "The options of the exporter: header number %zu cannot be "
                                      "used: %s.",
                                      i + 1, otelmq_http_headers_refusal(status));
            return false;
        }
    }
    return true;
}

/* "Expect:" alone keeps curl from asking first, which would cost large batches a round trip. */
bool otelmq_http_settings_add_body_headers(otelmq_http_settings *settings, const char *type)
{
    otelmq_http_headers *headers = &settings->headers;
    otelmq_buffer line;
    otelmq_buffer_init(&line);
    otelmq_buffer_add_text(&line, "Content-Type: ");
    otelmq_buffer_add(&line, type, strlen(type) + 1);
    bool is_added = otelmq_buffer_is_complete(&line) &&
                    otelmq_http_headers_add_own(headers, line.data) &&
                    otelmq_http_headers_add_own(headers, "Expect:");
    otelmq_buffer_clean(&line);
    return is_added &&
           (!settings->is_gzip || otelmq_http_headers_add_own(headers, "Content-Encoding: gzip"));
}
