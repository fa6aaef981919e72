/* SPDX-License-Identifier: Apache-2.0 */
#include "config/schema.h"

static const otelmq_schema unsupported = {.kind = OTELMQ_SCHEMA_UNSUPPORTED};

static const otelmq_property batch_properties[] = {
    {"schedule_delay", &otelmq_schema_optional_milliseconds, false},
    {"export_timeout", &otelmq_schema_optional_milliseconds, false},
    {"max_queue_size", &otelmq_schema_optional_size, false},
    {"max_export_batch_size", &otelmq_schema_optional_size, false},
    {"exporter", &otelmq_schema_exporter, true},
    {NULL, NULL, false},
};

static const otelmq_schema batch = {.kind = OTELMQ_SCHEMA_MAP, .properties = batch_properties};

static const otelmq_property simple_properties[] = {
    {"exporter", &otelmq_schema_exporter, true},
    {NULL, NULL, false},
};

static const otelmq_schema simple = {.kind = OTELMQ_SCHEMA_MAP, .properties = simple_properties};

static const otelmq_property processor_names[] = {
    {"batch", &batch, false},
    {"simple", &simple, false},
    {NULL, NULL, false},
};

static const otelmq_schema processor = {
    .kind = OTELMQ_SCHEMA_CHOICE,
    .properties = processor_names,
};

static const otelmq_schema processors = {.kind = OTELMQ_SCHEMA_LIST, .items = &processor};

static const otelmq_property limit_properties[] = {
    {"attribute_value_length_limit", &otelmq_schema_optional_count, false},
    {"attribute_value_depth_limit", &otelmq_schema_optional_size, false},
    {"attribute_count_limit", &otelmq_schema_optional_count, false},
    {"event_count_limit", &otelmq_schema_optional_count, false},
    {"link_count_limit", &otelmq_schema_optional_count, false},
    {"event_attribute_count_limit", &otelmq_schema_optional_count, false},
    {"link_attribute_count_limit", &otelmq_schema_optional_count, false},
    {NULL, NULL, false},
};

static const otelmq_schema limits = {.kind = OTELMQ_SCHEMA_MAP, .properties = limit_properties};

static const otelmq_property generator_names[] = {
    {"random", &otelmq_schema_nothing, false},
    {NULL, NULL, false},
};

static const otelmq_schema id_generator = {
    .kind = OTELMQ_SCHEMA_CHOICE,
    .properties = generator_names,
};

static const otelmq_property provider_properties[] = {
    {"processors", &processors, true},
    {"limits", &limits, false},
    {"sampler", &otelmq_schema_sampler, false},
    {"id_generator", &id_generator, false},
    {"tracer_configurator/development", &unsupported, false},
    {NULL, NULL, false},
};

const otelmq_schema otelmq_schema_tracer_provider = {
    .kind = OTELMQ_SCHEMA_MAP,
    .properties = provider_properties,
};
