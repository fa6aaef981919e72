/* SPDX-License-Identifier: Apache-2.0 */
#include "config/schema.h"

#include <otelmq/resource_detector.h>

static const otelmq_schema version = {.kind = OTELMQ_SCHEMA_VERSION};
static const otelmq_schema ignored = {.kind = OTELMQ_SCHEMA_IGNORED};
static const otelmq_schema anything = {.kind = OTELMQ_SCHEMA_ANYTHING};

static const char *const levels[] = {
    "trace",  "trace2", "trace3", "trace4", "debug",  "debug2", "debug3", "debug4", "info",
    "info2",  "info3",  "info4",  "warn",   "warn2",  "warn3",  "warn4",  "error",  "error2",
    "error3", "error4", "fatal",  "fatal2", "fatal3", "fatal4", NULL,
};

static const otelmq_schema level = {
    .kind = OTELMQ_SCHEMA_STRING,
    .is_nullable = true,
    .names = levels,
};

static const otelmq_property attribute_limit_properties[] = {
    {"attribute_value_length_limit", &otelmq_schema_optional_count, false},
    {"attribute_value_depth_limit", &otelmq_schema_optional_size, false},
    {"attribute_count_limit", &otelmq_schema_optional_count, false},
    {NULL, NULL, false},
};

static const otelmq_schema attribute_limits = {
    .kind = OTELMQ_SCHEMA_MAP,
    .properties = attribute_limit_properties,
};

static const otelmq_property file_properties[] = {
    {"file_format", &version, true},
    {"disabled", &otelmq_schema_optional_bool, false},
    {"log_level", &level, false},
    {"attribute_limits", &attribute_limits, false},
    {"resource", &otelmq_schema_resource, false},
    {"propagator", &otelmq_schema_propagator, false},
    {"tracer_provider", &otelmq_schema_tracer_provider, false},
    {"meter_provider", &ignored, false},
    {"logger_provider", &ignored, false},
    {"instrumentation/development", &ignored, false},
    {"distribution", &ignored, false},
    {NULL, NULL, false},
};

const otelmq_schema otelmq_schema_file = {
    .kind = OTELMQ_SCHEMA_MAP,
    .properties = file_properties,
};

/* Propagators: any name may be a registered one, which is found out when it is made. */

static bool may_be_registered(const char *name)
{
    return name[0] != '\0';
}

static const otelmq_property propagator_names[] = {
    {"tracecontext", &otelmq_schema_nothing, false},
    {"baggage", &otelmq_schema_nothing, false},
    {"b3", &otelmq_schema_nothing, false},
    {"b3multi", &otelmq_schema_nothing, false},
    {"jaeger", &otelmq_schema_nothing, false},
    {"ottrace", &otelmq_schema_nothing, false},
    {NULL, NULL, false},
};

static const otelmq_schema text_map_propagator = {
    .kind = OTELMQ_SCHEMA_CHOICE,
    .properties = propagator_names,
    .is_registered = may_be_registered,
};

static const otelmq_schema propagator_list = {
    .kind = OTELMQ_SCHEMA_LIST,
    .items = &text_map_propagator,
};

static const otelmq_property propagator_properties[] = {
    {"composite", &propagator_list, false},
    {"composite_list", &otelmq_schema_optional_string, false},
    {NULL, NULL, false},
};

const otelmq_schema otelmq_schema_propagator = {
    .kind = OTELMQ_SCHEMA_MAP,
    .properties = propagator_properties,
};

/* Resource. */

static const char *const attribute_types[] = {
    "string",     "bool",      "int",          "double", "string_array",
    "bool_array", "int_array", "double_array", NULL,
};

static const otelmq_schema attribute_type = {
    .kind = OTELMQ_SCHEMA_STRING,
    .is_nullable = true,
    .names = attribute_types,
};

static const otelmq_property attribute_properties[] = {
    {"name", &otelmq_schema_string, true},
    {"value", &anything, true},
    {"type", &attribute_type, false},
    {NULL, NULL, false},
};

static const otelmq_schema attribute = {
    .kind = OTELMQ_SCHEMA_MAP,
    .properties = attribute_properties,
};

static const otelmq_schema attributes = {.kind = OTELMQ_SCHEMA_LIST, .items = &attribute};

static const otelmq_property pattern_properties[] = {
    {"included", &otelmq_schema_strings, false},
    {"excluded", &otelmq_schema_strings, false},
    {NULL, NULL, false},
};

static const otelmq_schema patterns = {
    .kind = OTELMQ_SCHEMA_MAP,
    .properties = pattern_properties,
};

static bool is_detector(const char *name)
{
    return otelmq_resource_detector_by_name(name).ops != NULL;
}

static const otelmq_property detector_names[] = {
    {"container", &otelmq_schema_nothing, false},
    {"host", &otelmq_schema_nothing, false},
    {"process", &otelmq_schema_nothing, false},
    {"service", &otelmq_schema_nothing, false},
    {"os", &otelmq_schema_nothing, false},
    {"k8s", &otelmq_schema_nothing, false},
    {"command_args", &otelmq_schema_nothing, false},
    {"env", &otelmq_schema_nothing, false},
    {NULL, NULL, false},
};

static const otelmq_schema detector = {
    .kind = OTELMQ_SCHEMA_CHOICE,
    .properties = detector_names,
    .is_registered = is_detector,
};

static const otelmq_schema detectors = {.kind = OTELMQ_SCHEMA_LIST, .items = &detector};

static const otelmq_property detection_properties[] = {
    {"attributes", &patterns, false},
    {"detectors", &detectors, false},
    {NULL, NULL, false},
};

static const otelmq_schema detection = {
    .kind = OTELMQ_SCHEMA_MAP,
    .properties = detection_properties,
};

static const otelmq_property resource_properties[] = {
    {"attributes", &attributes, false},
    {"attributes_list", &otelmq_schema_optional_string, false},
    {"detection/development", &detection, false},
    {"schema_url", &otelmq_schema_optional_string, false},
    {NULL, NULL, false},
};

const otelmq_schema otelmq_schema_resource = {
    .kind = OTELMQ_SCHEMA_MAP,
    .properties = resource_properties,
};
