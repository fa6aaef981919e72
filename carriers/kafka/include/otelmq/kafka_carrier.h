/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The headers of a Kafka message as a carrier. The traced client of <otelmq/kafka.h> uses it for
 * you; use it yourself where you build or read messages by hand. To read one:
 *
 *     rd_kafka_headers_t *headers = NULL;
 *     rd_kafka_message_headers(message, &headers);  -- leaves it NULL when there are none
 *     const otelmq_context *context =
 *         otelmq_propagator_extract(otelmq_propagator_global(), NULL,
 *                                   otelmq_kafka_headers_carrier(headers));
 *     ... start spans with it as parent, or attach it ...
 *     otelmq_context_release(context);
 */
#ifndef OTELMQ_KAFKA_CARRIER_H
#define OTELMQ_KAFKA_CARRIER_H

#include <otelmq/carrier.h>

#include <librdkafka/rdkafka.h>

OTELMQ_BEGIN_C

/*
 * headers as a carrier; no wrapper, no allocation. Of duplicates the first counts; set removes all
 * of them and adds one. Null values read as empty. NULL headers are empty, and a set on them
 * answers OTELMQ_ERROR_INVALID_ARGUMENT.
 */
OTELMQ_API otelmq_carrier otelmq_kafka_headers_carrier(rd_kafka_headers_t *headers);

OTELMQ_END_C

#endif
