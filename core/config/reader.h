/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reads YAML into a tree, with bounds on what a file can cost: its size, the depth of its nesting,
 * and its nodes, in which each alias counts as often as it is used.
 */
#ifndef OTELMQ_CONFIG_READER_H
#define OTELMQ_CONFIG_READER_H

#include "config/memory.h"
#include "config/node.h"
#include "config/problems.h"

enum {
    OTELMQ_CONFIG_FILE_MAX = 1024 * 1024,
    OTELMQ_CONFIG_DEPTH_MAX = 32,
    OTELMQ_CONFIG_NODES_MAX = 10000,
    OTELMQ_CONFIG_ANCHORS_MAX = 256,
};

/*
 * The root of the one document in text, in memory. NULL after an error, which is then in problems.
 * Not while another thread changes the environment.
 */
const otelmq_config_node *otelmq_config_read(otelmq_str text, otelmq_config_memory *memory,
                                             otelmq_config_problems *problems);

#endif
