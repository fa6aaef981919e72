/* SPDX-License-Identifier: Apache-2.0 */
/* Whether a propagator passes spans on, as that of baggage alone, or none, does not. */
#ifndef OTELMQ_PROPAGATION_CARRIES_SPANS_H
#define OTELMQ_PROPAGATION_CARRIES_SPANS_H

#include <otelmq/propagator.h>

#include <stdbool.h>

/* Finds out by having it inject a span of nobody. Any thread. */
bool otelmq_propagator_carries_spans(otelmq_propagator propagator);

/* The same of the global one as it is now, which was found out as it was set. Any thread. */
bool otelmq_propagator_global_carries_spans(void);

#endif
