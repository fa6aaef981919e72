/* SPDX-License-Identifier: Apache-2.0 */
/* The two ends that Zipkin draws its map of services from. */
#ifndef OTELMQ_ZIPKIN_ENDPOINT_H
#define OTELMQ_ZIPKIN_ENDPOINT_H

#include "export/json/json_writer.h"

#include <otelmq/span_data.h>

/* Adds the service that the span is of. */
void otelmq_zipkin_add_local_endpoint(otelmq_json_writer *json, const otelmq_span_data *span);

/* Adds what a client or producer spoke to, where its attributes say that. */
void otelmq_zipkin_add_remote_endpoint(otelmq_json_writer *json, const otelmq_span_data *span);

#endif
