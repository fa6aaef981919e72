/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The type of an unquoted scalar. (YAML 1.2.2, section 10.3.2, the core schema; libyaml itself
 * resolves none.) Any thread.
 */
#ifndef OTELMQ_CONFIG_SCALAR_H
#define OTELMQ_CONFIG_SCALAR_H

#include <otelmq/str.h>

#include <stdint.h>

typedef enum {
    OTELMQ_CONFIG_NULL,
    OTELMQ_CONFIG_BOOL,
    OTELMQ_CONFIG_INT,
    OTELMQ_CONFIG_DOUBLE,
    OTELMQ_CONFIG_STRING,
    OTELMQ_CONFIG_LIST,
    OTELMQ_CONFIG_MAP,
} otelmq_config_type;

typedef union {
    bool boolean;
    int64_t integer;
    double real;
} otelmq_config_value;

/*
 * The type of text, which ends in NUL, and its value if it is one of the first three kinds; an
 * integer beyond 64 bits is a double.
 */
otelmq_config_type otelmq_config_resolve(otelmq_str text, otelmq_config_value *value);

#endif
