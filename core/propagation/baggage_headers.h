/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Baggage as Jaeger and OT Trace have it: a header for each entry, whose name is a prefix and the
 * key. Entries lose their metadata, for which there is no place. Any thread.
 */
#ifndef OTELMQ_PROPAGATION_BAGGAGE_HEADERS_H
#define OTELMQ_PROPAGATION_BAGGAGE_HEADERS_H

#include "propagation/baggage_collector.h"

#include <otelmq/carrier.h>
#include <otelmq/context.h>

typedef struct {
    otelmq_str prefix;
    otelmq_value_coding coding;
} otelmq_baggage_headers;

/* Sets the headers for the baggage of context; what they cannot hold is counted and reported. */
void otelmq_baggage_headers_inject(const otelmq_baggage_headers *headers,
                                   const otelmq_context *context, otelmq_carrier carrier);

/* Adds what all headers with the prefix hold. */
void otelmq_baggage_headers_collect(const otelmq_baggage_headers *headers, otelmq_carrier carrier,
                                    otelmq_baggage_collector *collector);

/*
 * A new context, the caller's: context, which this call releases, with what was collected for its
 * baggage, if anything was. What was lost is reported.
 */
const otelmq_context *otelmq_context_with_collected(const otelmq_context *context,
                                                    otelmq_baggage_collector *collector);

#endif
