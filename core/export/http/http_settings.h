/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Where an exporter sends its requests to, and how: its options, with all that they left open
 * filled in.
 */
#ifndef OTELMQ_EXPORT_HTTP_SETTINGS_H
#define OTELMQ_EXPORT_HTTP_SETTINGS_H

#include "export/http/http_headers.h"

#include <stddef.h>
#include <stdint.h>

typedef struct {
    char *url;
    char *shown_url; /* for messages */
    char *socket_path; /* of the Unix socket to connect to in place of the URL's host; NULL: none */
    bool is_http2; /* HTTP/2 from the first byte, where the URL is not https */
    bool says_deadline; /* each request has a grpc-timeout */
    const char *user_agent;
    otelmq_http_headers headers;
    bool is_gzip;
    char *ca_file; /* these three: NULL when not set */
    char *client_certificate;
    char *client_key;
    uint32_t timeout_ms; /* for one batch with all its retries */
    uint32_t max_retries; /* UINT32_MAX: until the timeout */
    uint32_t max_concurrent_requests;
    size_t max_request_size; /* before compression, and after it */
    size_t max_response_size; /* the same */
} otelmq_http_settings;

/* All of it unset, but for limits that are the usual ones. */
void otelmq_http_settings_init(otelmq_http_settings *settings);

void otelmq_http_settings_clean(otelmq_http_settings *settings);

/*
 * Sets URL and socket by an endpoint: an http or https URL, which is taken as it is, or
 * "unix:///path", a socket to which path (as "/v1/traces") is sent. False, after reporting why.
 */
bool otelmq_http_settings_set_endpoint(otelmq_http_settings *settings, const char *endpoint,
                                       const char *path);

/* Adds "Name: value" lines as options have them; false, after reporting why. */
bool otelmq_http_settings_add_headers(otelmq_http_settings *settings, const char *const lines[],
                                      size_t count);

/* Adds the headers about bodies of type, as "application/json"; false without memory. */
bool otelmq_http_settings_add_body_headers(otelmq_http_settings *settings, const char *type);

/* Replaces *path by a copy of value, which may be NULL; false without memory. */
bool otelmq_http_settings_set_path(char **path, const char *value);

#endif
