/* SPDX-License-Identifier: Apache-2.0 */
/* Lists of included and of excluded names, which are globs. Any thread. */
#ifndef OTELMQ_CONFIG_INCLUDED_H
#define OTELMQ_CONFIG_INCLUDED_H

#include "config/node.h"

/*
 * Whether text matches one of the strings of included (NULL: any text does), and none of those of
 * excluded (NULL: none does).
 */
bool otelmq_config_is_included(otelmq_str text, const otelmq_config_node *included,
                               const otelmq_config_node *excluded);

#endif
