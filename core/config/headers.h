/* SPDX-License-Identifier: Apache-2.0 */
/* The headers of an OTLP exporter, of "headers" and, behind these, of "headers_list". */
#ifndef OTELMQ_CONFIG_HEADERS_H
#define OTELMQ_CONFIG_HEADERS_H

#include "config/make.h"

enum { OTELMQ_CONFIG_HEADERS_MAX = 64 };

/*
 * "Name: value" lines, in the memory of the configuration. An exporter takes the first of a name.
 */
typedef struct {
    const char *lines[OTELMQ_CONFIG_HEADERS_MAX];
    size_t count;
} otelmq_config_headers;

/* False, after reporting why. No value is shown, because they are secrets. */
bool otelmq_config_headers_fill(otelmq_config_headers *headers, otelmq_config_maker *maker,
                                const otelmq_config_node *options);

#endif
