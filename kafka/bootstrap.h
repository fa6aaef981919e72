/* SPDX-License-Identifier: Apache-2.0 */
/* The first broker of librdkafka's bootstrap.servers, as server.address and server.port. */
#ifndef OTELMQ_KAFKA_BOOTSTRAP_H
#define OTELMQ_KAFKA_BOOTSTRAP_H

#include <otelmq/str.h>

#include <stdint.h>

typedef struct {
    otelmq_str host; /* borrowed from the list; empty when there is none */
    uint16_t port; /* 9092 when the list says none */
} otelmq_kafka_bootstrap;

/* servers: "host:port,[::1]:9093,SSL://host", as librdkafka reads it. */
otelmq_kafka_bootstrap otelmq_kafka_bootstrap_parse(const char *servers);

#endif
