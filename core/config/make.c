/* SPDX-License-Identifier: Apache-2.0 */
#include "config/make.h"

/* 0 has two meanings: none at all in the file, and the default in the options. */
static uint32_t limit_of(const otelmq_config_node *of_spans, const otelmq_config_node *general,
                         const char *key, const char *general_key, uint32_t usual)
{
    uint32_t limit = otelmq_config_get_uint(general, general_key, usual);
    limit = otelmq_config_get_uint(of_spans, key, limit);
    return limit > 0 ? limit : OTELMQ_LIMIT_ZERO;
}

otelmq_span_limits otelmq_config_make_limits(const otelmq_config_node *general,
                                             const otelmq_config_node *of_spans)
{
    static const char count[] = "attribute_count_limit";
    static const char length[] = "attribute_value_length_limit";
    static const char depth[] = "attribute_value_depth_limit";
    bool is_cut =
        otelmq_config_get(general, length) != NULL || otelmq_config_get(of_spans, length) != NULL;
    return (otelmq_span_limits){
        .max_attributes = limit_of(of_spans, general, count, count, 128),
        .max_events = limit_of(of_spans, NULL, "event_count_limit", count, 128),
        .max_links = limit_of(of_spans, NULL, "link_count_limit", count, 128),
        .max_attributes_per_event =
            limit_of(of_spans, NULL, "event_attribute_count_limit", count, 128),
        .max_attributes_per_link =
            limit_of(of_spans, NULL, "link_attribute_count_limit", count, 128),
        .max_attribute_value_length = is_cut ? limit_of(of_spans, general, length, length, 0) : 0,
        .max_attribute_value_depth = limit_of(of_spans, general, depth, depth, 64),
    };
}

int otelmq_config_log_level(const otelmq_config *config)
{
    static const struct {
        const char *start; /* of names as "debug3" */
        otelmq_severity severity;
    } levels[] = {
        {"trace", OTELMQ_SEVERITY_DEBUG}, {"debug", OTELMQ_SEVERITY_DEBUG},
        {"info", OTELMQ_SEVERITY_INFO},   {"warn", OTELMQ_SEVERITY_WARNING},
        {"error", OTELMQ_SEVERITY_ERROR}, {"fatal", OTELMQ_SEVERITY_ERROR},
    };
    const char *name = otelmq_config_get_text(config->root, "log_level", "");
    for (size_t i = 0; i < sizeof(levels) / sizeof(levels[0]); i++) {
        if (strncmp(name, levels[i].start, strlen(levels[i].start)) == 0) {
            return (int)levels[i].severity;
        }
    }
    return -1;
}

static void make_processors(otelmq_config_maker *maker, const otelmq_config_node *list,
                            otelmq_sdk_configuration *configuration)
{
    for (const otelmq_config_entry *entry = list->first; entry != NULL; entry = entry->next) {
        if (configuration->processor_count == OTELMQ_CONFIGURATION_PROCESSORS_MAX) {
            otelmq_config_error(maker->problems, entry->line, OTELMQ_ERROR_LIMIT,
                                "there are more than 32 processors.");
            return;
        }
        otelmq_processor processor = otelmq_config_make_processor(maker, entry->node);
        if (processor.ops != NULL) {
            configuration->processors[configuration->processor_count++] = processor;
        }
    }
}

static void make_tracing(otelmq_config_maker *maker, const otelmq_config_node *provider,
                         otelmq_sdk_configuration *configuration)
{
    const otelmq_config_node *root = maker->config->root;
    const otelmq_config_node *sampler = otelmq_config_get(provider, "sampler");
    configuration->limits = otelmq_config_make_limits(otelmq_config_get(root, "attribute_limits"),
                                                      otelmq_config_get(provider, "limits"));
    configuration->resource =
        otelmq_config_make_resource(maker, otelmq_config_get(root, "resource"));
    maker->resource = configuration->resource;
    if (sampler != NULL && configuration->resource != NULL) {
        configuration->sampler = otelmq_config_make_sampler(maker, sampler);
    }
    /* Last, because they start threads. */
    if (maker->problems->status == OTELMQ_OK) {
        make_processors(maker, otelmq_config_get(provider, "processors"), configuration);
    }
}

otelmq_status otelmq_config_make(otelmq_config_maker *maker,
                                 otelmq_sdk_configuration *configuration)
{
    const otelmq_config_node *root = maker->config->root;
    const otelmq_config_node *provider = otelmq_config_get(root, "tracer_provider");
    configuration->propagator =
        otelmq_config_make_propagator(maker, otelmq_config_get(root, "propagator"));
    configuration->is_disabled =
        provider == NULL || otelmq_config_get_bool(root, "disabled", false);
    if (!configuration->is_disabled) {
        make_tracing(maker, provider, configuration);
    }
    if (maker->problems->status != OTELMQ_OK) {
        otelmq_sdk_configuration_clean(configuration);
    }
    return maker->problems->status;
}
