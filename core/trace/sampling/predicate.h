/* SPDX-License-Identifier: Apache-2.0 */
/* What rules ask of predicates. Any thread. */
#ifndef OTELMQ_TRACE_SAMPLING_PREDICATE_H
#define OTELMQ_TRACE_SAMPLING_PREDICATE_H

#include <otelmq/sampling_predicate.h>

static inline bool otelmq_predicate_ask(otelmq_sampling_predicate predicate,
                                        const otelmq_sampling_input *input)
{
    return predicate.ops->matches(predicate.self, input);
}

/* Borrowed from the predicate; never NULL. */
static inline const char *otelmq_predicate_description(otelmq_sampling_predicate predicate)
{
    return predicate.ops->description != NULL ? predicate.ops->description(predicate.self)
                                              : "custom";
}

#endif
