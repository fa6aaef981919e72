/* SPDX-License-Identifier: Apache-2.0 */
/*
 * OTEL_TRACES_SAMPLER_ARG as the remote sampler reads it: a list like
 * "endpoint=http://localhost:5778,pollingIntervalMs=5000,initialSamplingRate=0.25". What is wrong
 * in it is reported, and its default used.
 * (Specification: configuration/sdk-environment-variables.md, "General SDK Configuration".)
 */
#ifndef OTELMQ_JAEGER_REMOTE_ARGUMENTS_H
#define OTELMQ_JAEGER_REMOTE_ARGUMENTS_H

#include <otelmq/str.h>

#include <stdint.h>

typedef struct {
    char *endpoint; /* NULL: not said */
    uint32_t polling_interval_ms; /* 0: not said */
    double initial_ratio; /* negative: not said */
} otelmq_jaeger_arguments;

void otelmq_jaeger_arguments_init(otelmq_jaeger_arguments *arguments, otelmq_str text);

void otelmq_jaeger_arguments_clean(otelmq_jaeger_arguments *arguments);

#endif
