/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A carrier is how a propagator reads and writes the headers of a message: the TextMapCarrier of
 * OpenTelemetry. There is one for AMQP tables, one for Kafka headers and one for a plain map; for
 * a transport of your own you write these functions over its headers (examples/custom_carrier.c).
 * Names and values are text; names are compared byte by byte unless the transport says otherwise.
 * (Specification: context/api-propagators.md, "TextMap Propagator".)
 */
#ifndef OTELMQ_CARRIER_H
#define OTELMQ_CARRIER_H

#include <otelmq/status.h>
#include <otelmq/str.h>

OTELMQ_BEGIN_C

typedef struct {
    /* The first value of key, empty when absent. Borrowed until the next set. */
    otelmq_str (*get)(const void *self, const char *key);
    /*
     * Every value of key in order: writes the first max of them and returns how many there are.
     * NULL where names do not repeat, or where the first one counts: then get is asked. With it,
     * a message that has two traceparents starts a trace of its own, as HTTP's rules demand.
     */
    size_t (*get_all)(const void *self, const char *key, otelmq_str values[], size_t max);
    /*
     * Gives key this one value in place of all that it had. Copies both. NULL for a carrier that
     * is only read. OTELMQ_ERROR_LIMIT when it does not fit: the carrier is then as it was.
     */
    otelmq_status (*set)(void *self, const char *key, otelmq_str value);
    /* The name of the index-th header, empty past the last. NULL where names cannot be listed. */
    otelmq_str (*key_at)(const void *self, size_t index);
} otelmq_carrier_ops;

typedef struct {
    const otelmq_carrier_ops *ops;
    void *self;
} otelmq_carrier;

/* The functions of the table, called with the defaults above where one is NULL. */
OTELMQ_API otelmq_str otelmq_carrier_get(otelmq_carrier carrier, const char *key);
OTELMQ_API size_t otelmq_carrier_get_all(otelmq_carrier carrier, const char *key,
                                         otelmq_str values[], size_t max);
OTELMQ_API otelmq_status otelmq_carrier_set(otelmq_carrier carrier, const char *key,
                                            otelmq_str value);
OTELMQ_API otelmq_str otelmq_carrier_key_at(otelmq_carrier carrier, size_t index);

OTELMQ_END_C

#endif
