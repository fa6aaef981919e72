/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The parts of an SDK, made as a checked configuration says. What cannot be made is reported to the
 * problems of the maker with its line; the result is then {0} or NULL.
 */
#ifndef OTELMQ_CONFIG_MAKE_H
#define OTELMQ_CONFIG_MAKE_H

#include "config/config.h"

#include <otelmq/composable_sampler.h>

typedef struct {
    otelmq_config *config;
    otelmq_config_problems *problems;
    const otelmq_sdk_options *options; /* what wins over the configuration; never NULL */
    const otelmq_resource *resource; /* of the configuration, once it is made */
} otelmq_config_maker;

/* The whole. Leaves {0} on failure. */
otelmq_status otelmq_config_make(otelmq_config_maker *maker,
                                 otelmq_sdk_configuration *configuration);

/* The default resource with what resource (NULL: nothing) says over it. Yours. */
const otelmq_resource *otelmq_config_make_resource(otelmq_config_maker *maker,
                                                   const otelmq_config_node *resource);

/* propagator NULL: none. */
otelmq_propagator otelmq_config_make_propagator(otelmq_config_maker *maker,
                                                const otelmq_config_node *propagator);

/* Of a map with one key, as are the next ones. */
otelmq_sampler otelmq_config_make_sampler(otelmq_config_maker *maker,
                                          const otelmq_config_node *choice);

otelmq_composable_sampler otelmq_config_make_composable(otelmq_config_maker *maker,
                                                        const otelmq_config_node *choice);

otelmq_exporter otelmq_config_make_exporter(otelmq_config_maker *maker,
                                            const otelmq_config_node *choice);

otelmq_processor otelmq_config_make_processor(otelmq_config_maker *maker,
                                              const otelmq_config_node *choice);

/* Which spans a rule of a rule-based sampler is for. Keeps the configuration alive. */
otelmq_sampling_predicate otelmq_config_make_predicate(otelmq_config_maker *maker,
                                                       const otelmq_config_node *rule);

/* Both may be NULL. */
otelmq_span_limits otelmq_config_make_limits(const otelmq_config_node *general,
                                             const otelmq_config_node *of_spans);

/* The lowest severity of log_level, -1 when the file does not say. */
int otelmq_config_log_level(const otelmq_config *config);

#endif
