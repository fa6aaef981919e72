/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a configuration file may say, as tables after the JSON schema of opentelemetry-configuration
 * 1.1, and the check of a tree against them. What passed it can be read without further questions.
 */
#ifndef OTELMQ_CONFIG_SCHEMA_H
#define OTELMQ_CONFIG_SCHEMA_H

#include "config/node.h"
#include "config/problems.h"

typedef enum {
    OTELMQ_SCHEMA_BOOL,
    OTELMQ_SCHEMA_INT, /* from minimum to maximum */
    OTELMQ_SCHEMA_NUMBER, /* the same, integer or not */
    OTELMQ_SCHEMA_STRING, /* one of names, if there are any */
    OTELMQ_SCHEMA_PATH, /* an absolute one */
    OTELMQ_SCHEMA_VERSION, /* any scalar: 1.0 without quotes is a number */
    OTELMQ_SCHEMA_LIST, /* of at least one of items */
    OTELMQ_SCHEMA_MAP, /* of properties; others are reported and ignored */
    OTELMQ_SCHEMA_CHOICE, /* of exactly one of properties, or of what is_registered */
    OTELMQ_SCHEMA_ANYTHING,
    OTELMQ_SCHEMA_IGNORED, /* part of the schema, and nothing to do with tracing */
    OTELMQ_SCHEMA_UNSUPPORTED, /* part of the schema, and missing here */
} otelmq_schema_kind;

typedef struct otelmq_schema otelmq_schema;

typedef struct {
    const char *key; /* NULL: the end */
    const otelmq_schema *schema;
    bool is_required;
} otelmq_property;

struct otelmq_schema {
    otelmq_schema_kind kind;
    bool is_nullable;
    bool is_secret; /* its value is not shown */
    int64_t minimum;
    int64_t maximum;
    const char *const *names; /* NULL at their end */
    const otelmq_schema *items;
    const otelmq_property *properties;
    /* Whether a program has made a component of that name known. NULL: none can be. */
    bool (*is_registered)(const char *name);
};

/* Reports all that is wrong with the tree below root. */
void otelmq_config_check(const otelmq_config_node *root, const otelmq_schema *schema,
                         otelmq_config_problems *problems);

/* The tables. */
extern const otelmq_schema otelmq_schema_file;
extern const otelmq_schema otelmq_schema_resource;
extern const otelmq_schema otelmq_schema_propagator;
extern const otelmq_schema otelmq_schema_tracer_provider;
extern const otelmq_schema otelmq_schema_exporter;
extern const otelmq_schema otelmq_schema_sampler;
extern const otelmq_schema otelmq_schema_composable;

/* Types that several tables use; those that are called optional may be null. */
extern const otelmq_schema otelmq_schema_string;
extern const otelmq_schema otelmq_schema_optional_string;
extern const otelmq_schema otelmq_schema_optional_bool;
extern const otelmq_schema otelmq_schema_optional_milliseconds;
extern const otelmq_schema otelmq_schema_optional_count; /* from 0 */
extern const otelmq_schema otelmq_schema_optional_size; /* from 1 */
extern const otelmq_schema otelmq_schema_optional_ratio;
extern const otelmq_schema otelmq_schema_strings;
extern const otelmq_schema otelmq_schema_nothing; /* null, or a map with nothing in it */

#endif
