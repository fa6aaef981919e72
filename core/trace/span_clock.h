/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The time of spans. One reading of the monotonic clock serves for both duration and date: what
 * the date is ahead of it is kept for each thread, and measured anew every second. So a span costs
 * two readings, and the system's clock may be set back without a span that ends before it started.
 */
#ifndef OTELMQ_TRACE_SPAN_CLOCK_H
#define OTELMQ_TRACE_SPAN_CLOCK_H

#include <stdint.h>

/* The nanoseconds since 1970 at that moment of the monotonic clock, which is about now. */
uint64_t otelmq_span_clock_unix_nano(uint64_t monotonic_nano);

#endif
