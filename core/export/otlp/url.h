/* SPDX-License-Identifier: Apache-2.0 */
/* The endpoint's URL: whether it can be used, what is added to it, and what of it may be shown. */
#ifndef OTELMQ_OTLP_URL_H
#define OTELMQ_OTLP_URL_H

#include <stdbool.h>

/* Whether this is an absolute http or https URL with a host. */
bool otelmq_url_is_http(const char *url);

/* base, such a URL, with v1/traces behind its path. Yours to free; NULL without memory. */
char *otelmq_url_for_traces(const char *base);

/*
 * text for messages: what may be user and password, and the query, is masked, even if it is no
 * proper URL. Yours to free; NULL without memory.
 */
char *otelmq_url_masked(const char *text);

#endif
