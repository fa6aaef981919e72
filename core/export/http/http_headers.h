/* SPDX-License-Identifier: Apache-2.0 */
/* The header lines that every request carries. A name stands there once: the first one stays. */
#ifndef OTELMQ_EXPORT_HTTP_HEADERS_H
#define OTELMQ_EXPORT_HTTP_HEADERS_H

#include <otelmq/status.h>
#include <otelmq/str.h>

struct curl_slist;

typedef struct {
    struct curl_slist *lines; /* "Name: value", for curl */
} otelmq_http_headers;

void otelmq_http_headers_init(otelmq_http_headers *headers);
void otelmq_http_headers_clean(otelmq_http_headers *headers);

/*
 * Adds a header unless its name is there. OTELMQ_ERROR_MALFORMED when the name is no token or the
 * value could break out of its line; OTELMQ_ERROR_INVALID_ARGUMENT for names that the exporter sets
 * itself; OTELMQ_ERROR_NO_MEMORY.
 */
otelmq_status otelmq_http_headers_add(otelmq_http_headers *headers, otelmq_str name,
                                      otelmq_str value);

/*
 * Adds a line that the exporter itself needs. To curl, "Name:" alone leaves a header out that it
 * would send by itself. False without memory.
 */
bool otelmq_http_headers_add_own(otelmq_http_headers *headers, const char *line);

/* Why add refused a header, to stand behind its name in a message. */
const char *otelmq_http_headers_refusal(otelmq_status status);

#endif
