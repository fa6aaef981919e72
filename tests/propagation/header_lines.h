/* SPDX-License-Identifier: Apache-2.0 */
/* Headers as the tables of tests write them: "name: value", one a line. */
#ifndef OTELMQ_TESTS_PROPAGATION_HEADER_LINES_H
#define OTELMQ_TESTS_PROPAGATION_HEADER_LINES_H

#include <otelmq/map_carrier.h>
#include <otelmq/propagator.h>

/* A map with these headers, the caller's. */
otelmq_map *header_lines_parse(const char *lines);

/* What the propagator extracts from these headers on top of no context, the caller's. */
const otelmq_context *header_lines_extract(otelmq_propagator propagator, const char *lines);

/* Fails unless the propagator writes for context exactly these headers, in any order. */
void assert_injects(otelmq_propagator propagator, const otelmq_context *context, const char *lines,
                    const char *rule);

/* Fails unless map has exactly these headers, in any order. */
void assert_header_lines(const otelmq_map *map, const char *lines, const char *rule);

#endif
