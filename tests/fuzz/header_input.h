/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A fuzz input that is a message's headers, one a line, as "name: value". A line without a colon
 * and a space is a value of the target's own header.
 */
#ifndef OTELMQ_TESTS_FUZZ_HEADER_INPUT_H
#define OTELMQ_TESTS_FUZZ_HEADER_INPUT_H

#include <otelmq/map_carrier.h>

#include <stdint.h>

/* A map with the headers, the caller's. */
otelmq_map *header_input_read(const uint8_t *data, size_t size, const char *own_header);

#endif
