/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A configuration that was read and checked. Reference counted, because samplers look into it as
 * long as they live.
 */
#ifndef OTELMQ_CONFIG_CONFIG_H
#define OTELMQ_CONFIG_CONFIG_H

#include "base/refcount.h"
#include "config/memory.h"
#include "config/node.h"
#include "config/problems.h"

#include <otelmq/config.h>

struct otelmq_config {
    otelmq_refcount refcount;
    otelmq_config_memory memory;
    const char *name; /* of the file */
    const otelmq_config_node *root;
};

/*
 * What otelmq_config_read_text does, but without reporting; also what the fuzz target calls. NULL
 * when the file cannot be used. problems refer to name.
 */
otelmq_config *otelmq_config_parse(const char *name, otelmq_str text,
                                   otelmq_config_problems *problems);

/* The same for a file. */
otelmq_config *otelmq_config_parse_file(const char *path, otelmq_config_problems *problems);

otelmq_config *otelmq_config_retain(otelmq_config *config);

#endif
