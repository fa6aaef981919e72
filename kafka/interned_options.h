/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The options of otelmq_kafka_conf_trace, from that call until rd_kafka_new. They must live as long
 * as the conf, and nothing says when that ends: on_conf_destroy must not be used, because together
 * with a failing rd_kafka_new it frees twice before librdkafka 2.13. So each different set of
 * options is kept once, until the process ends. Any thread.
 */
#ifndef OTELMQ_KAFKA_INTERNED_OPTIONS_H
#define OTELMQ_KAFKA_INTERNED_OPTIONS_H

#include <otelmq/kafka.h>

/* The one copy of options, NULL without memory. options NULL: {0}. Never freed. */
const otelmq_kafka_options *otelmq_kafka_options_intern(const otelmq_kafka_options *options);

#endif
