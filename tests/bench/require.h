/* SPDX-License-Identifier: Apache-2.0 */
/* What a measurement cannot go on without. */
#ifndef OTELMQ_TESTS_BENCH_REQUIRE_H
#define OTELMQ_TESTS_BENCH_REQUIRE_H

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

/* Ends the program unless it is true, saying what is wrong. */
static inline void require(bool is_true, const char *what)
{
    if (!is_true) {
        fprintf(stderr, "bench: %s\n", what);
        exit(1);
    }
}

#endif
