/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Rejection thresholds: of 2^56 traces so many are dropped, those whose random bits, read as a
 * number, are below. Any thread. (Specification: trace/tracestate-probability-sampling.md.)
 */
#ifndef OTELMQ_TRACE_SAMPLING_THRESHOLD_H
#define OTELMQ_TRACE_SAMPLING_THRESHOLD_H

#include <otelmq/str.h>

#include <stdint.h>

enum { OTELMQ_THRESHOLD_DIGITS = 14, OTELMQ_THRESHOLD_PRECISION = 4 };

/* Thresholds and random bits are below it. */
static const uint64_t OTELMQ_THRESHOLD_END = UINT64_C(1) << 56;

/*
 * The threshold for the part ratio of all traces, in precision hexadecimal digits (0: 4) behind its
 * leading ones "f"; false when no trace is to be sampled. A ratio above 1 is 1.
 */
bool otelmq_threshold_from_ratio(double ratio, uint32_t precision, uint64_t *threshold);

/* Writes it without trailing zeros, and no NUL; returns how many digits, 1 at least. */
size_t otelmq_threshold_format(uint64_t threshold, char digits[OTELMQ_THRESHOLD_DIGITS]);

/* Reads 1 to 14 lower-case digits, the rest of which is zeros. */
bool otelmq_threshold_parse(otelmq_str digits, uint64_t *threshold);

#endif
