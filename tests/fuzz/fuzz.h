/* SPDX-License-Identifier: Apache-2.0 */
/* What every fuzz target needs: libFuzzer's entry point, and how a broken rule is told. */
#ifndef OTELMQ_TESTS_FUZZ_FUZZ_H
#define OTELMQ_TESTS_FUZZ_FUZZ_H

#include <otelmq/str.h>

#include <stdint.h>

/* Called by libFuzzer with one input after the other. Returns 0. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Ends the process with a message unless the rule holds; libFuzzer then keeps the input. */
void fuzz_require(bool holds, const char *rule);

/* The same for texts that must be equal. */
void fuzz_require_equal(otelmq_str actual, otelmq_str expected, const char *rule);

/*
 * A copy of text, the caller's, in memory of exactly its size, so that the address sanitizer sees a
 * read behind it; freed by fuzz_free.
 */
otelmq_str fuzz_copy(otelmq_str text);
void fuzz_free(otelmq_str copy);

/* Takes a line off rest, without its end; the last one need not have an end. rest not empty. */
otelmq_str fuzz_take_line(otelmq_str *rest);

#endif
