/* SPDX-License-Identifier: Apache-2.0 */
/* Reads the properties of a conf. */
#ifndef OTELMQ_KAFKA_CONF_H
#define OTELMQ_KAFKA_CONF_H

#include <librdkafka/rdkafka.h>
#include <stdbool.h>
#include <stdint.h>

/* A property, yours to free; NULL when it is not set. */
char *otelmq_kafka_conf_text(const rd_kafka_conf_t *conf, const char *name);

/* Whether the property has this value. */
bool otelmq_kafka_conf_is(const rd_kafka_conf_t *conf, const char *name, const char *value);

/* A property that is a positive number; otherwise when it is none. */
uint32_t otelmq_kafka_conf_number(const rd_kafka_conf_t *conf, const char *name,
                                  uint32_t otherwise);

/* The same for a limit: UINT32_MAX when the property is 0, which means that there is none. */
uint32_t otelmq_kafka_conf_limit(const rd_kafka_conf_t *conf, const char *name, uint32_t otherwise);

#endif
