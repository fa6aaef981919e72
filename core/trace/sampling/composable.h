/* SPDX-License-Identifier: Apache-2.0 */
/* What composable samplers ask of each other. Any thread. */
#ifndef OTELMQ_TRACE_SAMPLING_COMPOSABLE_H
#define OTELMQ_TRACE_SAMPLING_COMPOSABLE_H

#include <otelmq/composable_sampler.h>

static inline otelmq_sampling_intent otelmq_composable_ask(otelmq_composable_sampler sampler,
                                                           const otelmq_sampling_input *input)
{
    return sampler.ops->sampling_intent(sampler.self, input);
}

/* Borrowed from the sampler; never NULL. */
static inline const char *otelmq_composable_description(otelmq_composable_sampler sampler)
{
    return sampler.ops->description != NULL ? sampler.ops->description(sampler.self) : "custom";
}

#endif
