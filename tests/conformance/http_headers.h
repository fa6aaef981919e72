/* SPDX-License-Identifier: Apache-2.0 */
/*
 * HTTP headers as carriers, one over what each of the two libraries has: libmicrohttpd's list of a
 * request that came in, and libcurl's of a request that is to go out. Names are compared without
 * regard to case, as HTTP wants it.
 */
#ifndef OTELMQ_TESTS_CONFORMANCE_HTTP_HEADERS_H
#define OTELMQ_TESTS_CONFORMANCE_HTTP_HEADERS_H

#include <otelmq/carrier.h>

#include <curl/curl.h>
#include <microhttpd.h>

/*
 * The headers of a request, read only. A header that came in several lines has as many values, each
 * as it stood: white space around it is left to the propagator.
 */
otelmq_carrier request_headers_carrier(struct MHD_Connection *connection);

/* Lines "name: value" for CURLOPT_HTTPHEADER; *lines may be NULL, an empty list. Borrows lines. */
otelmq_carrier curl_headers_carrier(struct curl_slist **lines);

#endif
