/* SPDX-License-Identifier: Apache-2.0 */
/*
 * otelmq: OpenTelemetry tracing and context propagation through message queues, in C.
 *
 * This header includes all of the core. Read them in this order: <otelmq/sdk.h> to set up,
 * <otelmq/tracer.h> and <otelmq/span.h> to record, <otelmq/propagator.h> and <otelmq/carrier.h> to
 * pass contexts on. <otelmq/amqp.h> traces RabbitMQ, <otelmq/kafka.h> Kafka, <otelmq/otlp.h>
 * exports.
 */
#ifndef OTELMQ_OTELMQ_H
#define OTELMQ_OTELMQ_H

#include <otelmq/attribute.h>
#include <otelmq/baggage.h>
#include <otelmq/carrier.h>
#include <otelmq/composable_sampler.h>
#include <otelmq/context.h>
#include <otelmq/diagnostics.h>
#include <otelmq/environment_carrier.h>
#include <otelmq/exporter.h>
#include <otelmq/instrumentation_scope.h>
#include <otelmq/map_carrier.h>
#include <otelmq/memory_exporter.h>
#include <otelmq/messaging.h>
#include <otelmq/processor.h>
#include <otelmq/propagator.h>
#include <otelmq/resource.h>
#include <otelmq/resource_detector.h>
#include <otelmq/sampler.h>
#include <otelmq/sampling_predicate.h>
#include <otelmq/sdk.h>
#include <otelmq/sdk_configuration.h>
#include <otelmq/span.h>
#include <otelmq/span_context.h>
#include <otelmq/span_data.h>
#include <otelmq/span_seed.h>
#include <otelmq/stats.h>
#include <otelmq/status.h>
#include <otelmq/str.h>
#include <otelmq/tracer.h>
#include <otelmq/tracer_provider.h>
#include <otelmq/tracestate.h>
#include <otelmq/value.h>

#endif
