/* SPDX-License-Identifier: Apache-2.0 */
#include "config/schema.h"

#include <otelmq/sampler.h>

static const otelmq_property ratio_properties[] = {
    {"ratio", &otelmq_schema_optional_ratio, false},
    {NULL, NULL, false},
};

static const otelmq_schema ratio = {
    .kind = OTELMQ_SCHEMA_MAP,
    .is_nullable = true,
    .properties = ratio_properties,
};

static const otelmq_property parent_based_properties[] = {
    {"root", &otelmq_schema_sampler, false},
    {"remote_parent_sampled", &otelmq_schema_sampler, false},
    {"remote_parent_not_sampled", &otelmq_schema_sampler, false},
    {"local_parent_sampled", &otelmq_schema_sampler, false},
    {"local_parent_not_sampled", &otelmq_schema_sampler, false},
    {NULL, NULL, false},
};

static const otelmq_schema parent_based = {
    .kind = OTELMQ_SCHEMA_MAP,
    .is_nullable = true,
    .properties = parent_based_properties,
};

static const otelmq_property always_record_properties[] = {
    {"root", &otelmq_schema_sampler, true},
    {NULL, NULL, false},
};

static const otelmq_schema always_record = {
    .kind = OTELMQ_SCHEMA_MAP,
    .properties = always_record_properties,
};

static const otelmq_property jaeger_remote_properties[] = {
    {"endpoint", &otelmq_schema_string, true},
    {"interval", &otelmq_schema_optional_milliseconds, false},
    {"initial_sampler", &otelmq_schema_sampler, true},
    {NULL, NULL, false},
};

static const otelmq_schema jaeger_remote = {
    .kind = OTELMQ_SCHEMA_MAP,
    .is_nullable = true,
    .properties = jaeger_remote_properties,
};

/* Not those of otelmq::otlp, for which the file has another name. */
static bool is_sampler(const char *name)
{
    return strstr(name, "jaeger_remote") == NULL && otelmq_sampler_factory_by_name(name) != NULL;
}

static const otelmq_property sampler_names[] = {
    {"always_on", &otelmq_schema_nothing, false},
    {"always_off", &otelmq_schema_nothing, false},
    {"always_record", &always_record, false},
    {"parent_based", &parent_based, false},
    {"trace_id_ratio_based", &ratio, false},
    {"probability/development", &ratio, false},
    {"composite/development", &otelmq_schema_composable, false},
    {"jaeger_remote/development", &jaeger_remote, false},
    {NULL, NULL, false},
};

const otelmq_schema otelmq_schema_sampler = {
    .kind = OTELMQ_SCHEMA_CHOICE,
    .properties = sampler_names,
    .is_registered = is_sampler,
};

/* What the composite sampler is made of. */

static const otelmq_property parent_threshold_properties[] = {
    {"root", &otelmq_schema_composable, true},
    {NULL, NULL, false},
};

static const otelmq_schema parent_threshold = {
    .kind = OTELMQ_SCHEMA_MAP,
    .properties = parent_threshold_properties,
};

static const otelmq_property value_properties[] = {
    {"key", &otelmq_schema_string, true},
    {"values", &otelmq_schema_strings, true},
    {NULL, NULL, false},
};

static const otelmq_schema attribute_values = {
    .kind = OTELMQ_SCHEMA_MAP,
    .properties = value_properties,
};

static const otelmq_property pattern_properties[] = {
    {"key", &otelmq_schema_string, true},
    {"included", &otelmq_schema_strings, false},
    {"excluded", &otelmq_schema_strings, false},
    {NULL, NULL, false},
};

static const otelmq_schema attribute_patterns = {
    .kind = OTELMQ_SCHEMA_MAP,
    .properties = pattern_properties,
};

static const char *const kind_names[] = {"internal", "server",   "client",
                                         "producer", "consumer", NULL};
static const char *const parent_names[] = {"none", "remote", "local", NULL};

static const otelmq_schema kind = {.kind = OTELMQ_SCHEMA_STRING, .names = kind_names};
static const otelmq_schema kinds = {.kind = OTELMQ_SCHEMA_LIST, .items = &kind};
static const otelmq_schema parent = {.kind = OTELMQ_SCHEMA_STRING, .names = parent_names};
static const otelmq_schema parents = {.kind = OTELMQ_SCHEMA_LIST, .items = &parent};

static const otelmq_property rule_properties[] = {
    {"attribute_values", &attribute_values, false},
    {"attribute_patterns", &attribute_patterns, false},
    {"span_kinds", &kinds, false},
    {"parent", &parents, false},
    {"sampler", &otelmq_schema_composable, true},
    {NULL, NULL, false},
};

static const otelmq_schema rule = {.kind = OTELMQ_SCHEMA_MAP, .properties = rule_properties};
static const otelmq_schema rules = {.kind = OTELMQ_SCHEMA_LIST, .items = &rule};

static const otelmq_property rule_based_properties[] = {
    {"rules", &rules, false},
    {NULL, NULL, false},
};

static const otelmq_schema rule_based = {
    .kind = OTELMQ_SCHEMA_MAP,
    .is_nullable = true,
    .properties = rule_based_properties,
};

static const otelmq_property composable_names[] = {
    {"always_on", &otelmq_schema_nothing, false},
    {"always_off", &otelmq_schema_nothing, false},
    {"probability", &ratio, false},
    {"parent_threshold", &parent_threshold, false},
    {"rule_based", &rule_based, false},
    {NULL, NULL, false},
};

const otelmq_schema otelmq_schema_composable = {
    .kind = OTELMQ_SCHEMA_CHOICE,
    .properties = composable_names,
};
