/* SPDX-License-Identifier: Apache-2.0 */
/* Propagators by name, for a list that is somebody's setting. Any thread. */
#ifndef OTELMQ_PROPAGATION_REGISTRY_H
#define OTELMQ_PROPAGATION_REGISTRY_H

#include <otelmq/propagator.h>

/*
 * As otelmq_propagator_from_names; reports name setting, as "OTEL_PROPAGATORS", for where the list
 * stands.
 */
otelmq_propagator otelmq_propagator_from_setting(const char *setting, otelmq_str names);

#endif
