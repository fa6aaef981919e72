/* SPDX-License-Identifier: Apache-2.0 */
/* Tracing a client of Kafka: one line before rd_kafka_new. */
#ifndef OTELMQ_KAFKA_CLIENT_H
#define OTELMQ_KAFKA_CLIENT_H

#include <otelmq/messaging.h>

#include <librdkafka/rdkafka.h>

OTELMQ_BEGIN_C

/* {0}: the defaults. Copied. */
typedef struct {
    otelmq_messaging_options messaging;
    const char *server_address; /* NULL: the first of bootstrap.servers */
    uint16_t server_port; /* 0: likewise */
} otelmq_kafka_options;

/*
 * Adds tracing to conf, before rd_kafka_new takes it. options NULL: {0}. A copy that
 * rd_kafka_conf_dup makes of conf is not traced. A second call on the same conf answers
 * OTELMQ_ERROR_INVALID_ARGUMENT. Properties of conf may be set before or after it; only
 * plugin.library.paths comes before, where it names otelmq-kafka-plugin.so, so that this call can
 * switch the plugin off. messaging.client.id of the spans is the property client.id.
 *
 * A message that would exceed message.max.bytes with its context goes out without baggage, then
 * without tracestate, then without context, and is counted; what goes around a batch of records is
 * part of that sum, as it is for the broker. Brokers before 0.11 know no headers.
 * Where api.version.request=false and broker.version.fallback say that the broker is one of these,
 * nothing is added, and the message is counted likewise. Else librdkafka, which asks the broker and
 * tells nobody, leaves out all headers of the message itself, and nothing counts it.
 *
 * librdkafka before 2.13 frees a part of any conf with interceptors when rd_kafka_new fails after
 * it has checked the properties, for a certificate that it cannot read, say: do not destroy the
 * conf then, but let the few hundred bytes go.
 */
OTELMQ_API otelmq_status otelmq_kafka_conf_trace(rd_kafka_conf_t *conf,
                                                 const otelmq_kafka_options *options);

OTELMQ_END_C

#endif
