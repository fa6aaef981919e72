/* SPDX-License-Identifier: Apache-2.0 */
/* Patterns of included and excluded names: * is any text, ? any character. Any thread. */
#ifndef OTELMQ_CONFIG_GLOB_H
#define OTELMQ_CONFIG_GLOB_H

#include "config/node.h"

bool otelmq_config_glob_matches(otelmq_str pattern, otelmq_str text);

/*
 * Whether text matches one of the strings of included (NULL: any text does), and none of those of
 * excluded (NULL: none does).
 */
bool otelmq_config_is_included(otelmq_str text, const otelmq_config_node *included,
                               const otelmq_config_node *excluded);

#endif
