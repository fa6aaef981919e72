/* SPDX-License-Identifier: Apache-2.0 */
#include "kafka/plugin/settings.h"

#include "base/unconst.h"

#include <otelmq/otlp.h>

#include <stdio.h>
#include <stdlib.h>

static const char PREFIX[] = "otelmq.";

enum { LONGEST_FLUSH_TIMEOUT_MS = 60000 };

/* False when value is none that the property can have. */
typedef bool property_setter(otelmq_plugin_settings *settings, const char *value);

typedef struct {
    const char *name;
    property_setter *set;
    const char *default_value;
    const char *expected; /* as in "... must be true or false" */
} property;

static bool parse_bool(const char *value, bool *result)
{
    *result = strcmp(value, "true") == 0;
    return *result || strcmp(value, "false") == 0;
}

static bool set_inverse(const char *value, bool *result)
{
    bool parsed = false;
    bool ok = parse_bool(value, &parsed);
    *result = ok ? !parsed : *result;
    return ok;
}

static bool set_enabled(otelmq_plugin_settings *settings, const char *value)
{
    return set_inverse(value, &settings->kafka.messaging.is_disabled);
}

static bool set_receive_spans(otelmq_plugin_settings *settings, const char *value)
{
    return set_inverse(value, &settings->kafka.messaging.omits_receive_spans);
}

static bool set_process_spans(otelmq_plugin_settings *settings, const char *value)
{
    return parse_bool(value, &settings->has_process_spans);
}

static bool set_record_sizes(otelmq_plugin_settings *settings, const char *value)
{
    return parse_bool(value, &settings->kafka.messaging.records_sizes);
}

static bool set_record_queue_time(otelmq_plugin_settings *settings, const char *value)
{
    return parse_bool(value, &settings->kafka.messaging.records_queue_time);
}

static bool set_parent_mode(otelmq_plugin_settings *settings, const char *value)
{
    static const struct {
        const char *name;
        otelmq_parent_mode mode;
    } modes[] = {
        {"auto", OTELMQ_PARENT_AUTO},
        {"message", OTELMQ_PARENT_MESSAGE},
        {"link", OTELMQ_PARENT_LINK_ONLY},
    };
    for (size_t i = 0; i < sizeof(modes) / sizeof(modes[0]); i++) {
        if (strcmp(value, modes[i].name) == 0) {
            settings->kafka.messaging.parent_mode = modes[i].mode;
            return true;
        }
    }
    return false;
}

static bool set_text(const char *value, char **text)
{
    char *copy = value[0] != '\0' ? strdup(value) : NULL;
    free(*text);
    *text = copy;
    return true;
}

static bool set_service_name(otelmq_plugin_settings *settings, const char *value)
{
    return set_text(value, &settings->service_name);
}

static bool set_otlp_endpoint(otelmq_plugin_settings *settings, const char *value)
{
    const otelmq_otlp_options options = {.endpoint = value[0] != '\0' ? value : NULL};
    return otelmq_otlp_has_usable_endpoint(&options) && set_text(value, &settings->otlp_endpoint);
}

static bool set_flush_timeout(otelmq_plugin_settings *settings, const char *value)
{
    char *end = NULL;
    unsigned long timeout_ms = strtoul(value, &end, 10);
    if (value[0] < '0' || value[0] > '9' || *end != '\0' || timeout_ms > LONGEST_FLUSH_TIMEOUT_MS) {
        return false;
    }
    settings->flush_timeout_ms = (uint32_t)timeout_ms;
    return true;
}

/* What stands between the items of a list. */
static const char SEPARATORS[] = ", ";

/* Not fewer than there are: each item but the first has a separator before it. */
static size_t count_items(const char *list)
{
    size_t count = 1;
    for (const char *at = list; *at != '\0'; at++) {
        count += strchr(SEPARATORS, *at) != NULL;
    }
    return count;
}

/* Cuts the list at its separators, and returns how many of the items are not empty. */
static size_t split(char *list, const char **items)
{
    size_t count = 0;
    char *rest = NULL;
    for (char *item = strtok_r(list, SEPARATORS, &rest); item != NULL;
         item = strtok_r(NULL, SEPARATORS, &rest)) {
        items[count++] = item;
    }
    return count;
}

static bool set_captured_headers(otelmq_plugin_settings *settings, const char *value)
{
    otelmq_messaging_options *options = &settings->kafka.messaging;
    free(otelmq_unconst(options->captured_headers));
    options->captured_headers = NULL;
    options->captured_header_count = 0;
    (void)set_text(value, &settings->captured_headers);
    const char **items = settings->captured_headers != NULL
                             ? calloc(count_items(settings->captured_headers), sizeof(*items))
                             : NULL;
    if (items != NULL) {
        options->captured_headers = items;
        options->captured_header_count = split(settings->captured_headers, items);
    }
    return true;
}

static const property PROPERTIES[] = {
    {"otelmq.enabled", set_enabled, "true", "true or false"},
    {"otelmq.service.name", set_service_name, "", "text"},
    {"otelmq.otlp.endpoint", set_otlp_endpoint, "",
     "a URL as http://collector:4318/v1/traces or unix:///path/to.sock, or with gRPC host:port"},
    {"otelmq.receive.spans", set_receive_spans, "true", "true or false"},
    {"otelmq.process.spans", set_process_spans, "false", "true or false"},
    {"otelmq.parent.mode", set_parent_mode, "auto", "auto, message or link"},
    {"otelmq.captured.headers", set_captured_headers, "", "a list of names"},
    {"otelmq.record.sizes", set_record_sizes, "false", "true or false"},
    {"otelmq.record.queue.time", set_record_queue_time, "false", "true or false"},
    {"otelmq.flush.timeout.ms", set_flush_timeout, "1000", "a number from 0 to 60000"},
};

enum { PROPERTY_COUNT = sizeof(PROPERTIES) / sizeof(PROPERTIES[0]) };

static const property *find(const char *name)
{
    for (size_t i = 0; i < PROPERTY_COUNT; i++) {
        if (strcmp(PROPERTIES[i].name, name) == 0) {
            return &PROPERTIES[i];
        }
    }
    return NULL;
}

static void explain_unknown(const char *name, char *errstr, size_t errstr_size)
{
    int len = snprintf(errstr, errstr_size, "No such property of otelmq: \"%s\"; there are", name);
    for (size_t i = 0; i < PROPERTY_COUNT && len >= 0 && (size_t)len < errstr_size; i++) {
        len += snprintf(errstr + len, errstr_size - (size_t)len, "%s %s", i > 0 ? "," : "",
                        PROPERTIES[i].name);
    }
}

/* A value that may be a URL with a password or a token in it is not repeated. */
static void explain_wrong(const property *wrong, const char *value, char *errstr,
                          size_t errstr_size)
{
    if (strpbrk(value, "@?") != NULL) {
        snprintf(errstr, errstr_size, "%s must be %s", wrong->name, wrong->expected);
    } else {
        snprintf(errstr, errstr_size, "%s must be %s, and not \"%s\"", wrong->name, wrong->expected,
                 value);
    }
}

void otelmq_plugin_settings_init(otelmq_plugin_settings *settings)
{
    memset(settings, 0, sizeof(*settings));
    for (size_t i = 0; i < PROPERTY_COUNT; i++) {
        (void)PROPERTIES[i].set(settings, PROPERTIES[i].default_value);
    }
}

void otelmq_plugin_settings_clean(otelmq_plugin_settings *settings)
{
    free(otelmq_unconst(settings->kafka.messaging.captured_headers));
    free(settings->captured_headers);
    free(settings->service_name);
    free(settings->otlp_endpoint);
}

rd_kafka_conf_res_t otelmq_plugin_settings_set(otelmq_plugin_settings *settings, const char *name,
                                               const char *value, char *errstr, size_t errstr_size)
{
    if (strncmp(name, PREFIX, sizeof(PREFIX) - 1) != 0) {
        return RD_KAFKA_CONF_UNKNOWN;
    }
    const property *found = find(name);
    if (found == NULL) {
        explain_unknown(name, errstr, errstr_size);
        return RD_KAFKA_CONF_INVALID;
    }
    value = value != NULL ? value : found->default_value;
    if (!found->set(settings, value)) {
        explain_wrong(found, value, errstr, errstr_size);
        return RD_KAFKA_CONF_INVALID;
    }
    return RD_KAFKA_CONF_OK;
}
