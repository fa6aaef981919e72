/* SPDX-License-Identifier: Apache-2.0 */
/* The samplers that OTEL_TRACES_SAMPLER can name beside those of the core. Any thread. */
#ifndef OTELMQ_TRACE_SAMPLER_REGISTRY_H
#define OTELMQ_TRACE_SAMPLER_REGISTRY_H

#include <otelmq/sampler.h>

/* The factory that was registered last for name, in any case of its letters; NULL when none was. */
otelmq_sampler_factory otelmq_sampler_registered(otelmq_str name);

#endif
