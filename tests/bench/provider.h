/* SPDX-License-Identifier: Apache-2.0 */
/* Providers for measurements. */
#ifndef OTELMQ_TESTS_BENCH_PROVIDER_H
#define OTELMQ_TESTS_BENCH_PROVIDER_H

#include <otelmq/tracer_provider.h>

/* A batch processor with all defaults before exporter, which it *owns*. */
otelmq_tracer_provider *bench_provider(otelmq_sampler sampler, otelmq_exporter exporter);

#endif
