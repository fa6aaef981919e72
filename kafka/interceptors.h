/* SPDX-License-Identifier: Apache-2.0 */
/* How a rd_kafka_t that is being made becomes a traced one. */
#ifndef OTELMQ_KAFKA_INTERCEPTORS_H
#define OTELMQ_KAFKA_INTERCEPTORS_H

#include <otelmq/kafka.h>

/* In an on_new interceptor, with its rk and conf: what it sends and receives is traced. */
void otelmq_kafka_trace_new(rd_kafka_t *rk, const rd_kafka_conf_t *conf,
                            const otelmq_kafka_options *options);

#endif
