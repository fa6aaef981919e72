/* SPDX-License-Identifier: Apache-2.0 */
/* The answer of a collector to /sampling?service=NAME. Any thread. */
#ifndef OTELMQ_JAEGER_REMOTE_STRATEGY_JSON_H
#define OTELMQ_JAEGER_REMOTE_STRATEGY_JSON_H

#include "export/otlp/jaeger_remote/strategy.h"

/*
 * The strategy of SamplingStrategyResponse in JSON: its operationSampling, if it has any, else what
 * strategyType (a name, or a number as older collectors send it) says. *strategy is yours;
 * OTELMQ_ERROR_MALFORMED for what is not such a response.
 * (jaeger-idl: proto/api_v2/sampling.proto.)
 */
otelmq_status otelmq_jaeger_strategy_parse(otelmq_str json, otelmq_jaeger_strategy **strategy);

#endif
