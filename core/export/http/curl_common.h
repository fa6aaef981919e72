/* SPDX-License-Identifier: Apache-2.0 */
/* What every use of libcurl here has in common. Any thread. */
#ifndef OTELMQ_EXPORT_HTTP_CURL_COMMON_H
#define OTELMQ_EXPORT_HTTP_CURL_COMMON_H

#include <curl/curl.h>

/* Sets libcurl up, once in the process; later calls answer what the first one did. */
CURLcode otelmq_curl_init(void);

/*
 * Only http and https, whatever a URL says, no redirects, no signals, and no waiting for a name to
 * be resolved once the transfer is given up.
 */
CURLcode otelmq_curl_set_common(CURL *easy);

#endif
