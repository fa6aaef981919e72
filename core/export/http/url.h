/* SPDX-License-Identifier: Apache-2.0 */
/* The endpoint's URL: whether it can be used, what is added to it, and what of it may be shown. */
#ifndef OTELMQ_EXPORT_URL_H
#define OTELMQ_EXPORT_URL_H

#include <stdbool.h>

/* Whether this is an absolute http or https URL with a host. */
bool otelmq_url_is_http(const char *url);

/*
 * The path of "unix:/path" or "unix:///path", which stand for a socket; NULL for anything else.
 * Borrowed from url.
 */
const char *otelmq_url_socket_path(const char *url);

/*
 * An http or https URL with path, which begins with a slash, in place of its own path and query,
 * or behind its own path. Yours to free; NULL without memory.
 */
char *otelmq_url_with_path(const char *url, const char *path);
char *otelmq_url_append_path(const char *url, const char *path);

/*
 * text for messages: what may be user and password, and the query, is masked, even if it is no
 * proper URL. Yours to free; NULL without memory.
 */
char *otelmq_url_masked(const char *text);

#endif
