/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Environment variables in the values of a configuration file: ${NAME}, ${env:NAME},
 * ${NAME:-default} where NAME may be unset or empty, and $$ for a dollar sign. What a variable
 * holds is taken as it is: neither looked through for further references, nor read as YAML.
 * (Specification: configuration/data-model.md, "Environment variable substitution".)
 */
#ifndef OTELMQ_CONFIG_SUBSTITUTE_H
#define OTELMQ_CONFIG_SUBSTITUTE_H

#include "base/buffer.h"

#include <otelmq/status.h>

/* What one value may come to. */
enum { OTELMQ_CONFIG_VALUE_MAX = 1024 * 1024 };

/*
 * Appends text with its variables filled in to the buffer. OTELMQ_ERROR_MALFORMED for a reference
 * that is wrong, which is then in *wrong, borrowed from text; OTELMQ_ERROR_LIMIT for too much. Not
 * while another thread changes the environment.
 */
otelmq_status otelmq_config_substitute(otelmq_str text, otelmq_buffer *filled, otelmq_str *wrong);

#endif
