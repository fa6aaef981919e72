/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the properties otelmq.* of one client's configuration say. docs/kafka-plugin.md has them
 * all, as their user sees them.
 */
#ifndef OTELMQ_KAFKA_PLUGIN_SETTINGS_H
#define OTELMQ_KAFKA_PLUGIN_SETTINGS_H

#include <otelmq/kafka.h>

typedef struct {
    otelmq_kafka_options kafka; /* is_disabled: the plugin leaves this client alone */
    bool has_process_spans;
    char *captured_headers; /* what kafka's list of them points into */
    /* Of the process, and not of the client: those of the first client hold. */
    char *service_name; /* NULL: the environment */
    char *otlp_endpoint; /* NULL: the environment */
    uint32_t flush_timeout_ms;
} otelmq_plugin_settings;

/* The defaults. */
void otelmq_plugin_settings_init(otelmq_plugin_settings *settings);

void otelmq_plugin_settings_clean(otelmq_plugin_settings *settings);

/*
 * Sets a property; value NULL: to its default. RD_KAFKA_CONF_UNKNOWN for a name that does not begin
 * with "otelmq."; RD_KAFKA_CONF_INVALID, and why in errstr, for what cannot be.
 */
rd_kafka_conf_res_t otelmq_plugin_settings_set(otelmq_plugin_settings *settings, const char *name,
                                               const char *value, char *errstr, size_t errstr_size);

#endif
