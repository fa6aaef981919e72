/* SPDX-License-Identifier: Apache-2.0 */
#include "export/zipkin/tags.h"

#include "export/zipkin/values.h"

/* Keys that attributes do not get. (Specification: common/mapping-to-non-otlp.md.) */
static const char STATUS_CODE[] = "otel.status_code";
static const char ERROR[] = "error";
static const char SCOPE_NAME[] = "otel.scope.name";
static const char SCOPE_VERSION[] = "otel.scope.version";
static const char LIBRARY_NAME[] = "otel.library.name";
static const char LIBRARY_VERSION[] = "otel.library.version";
static const char DROPPED_ATTRIBUTES[] = "otel.dropped_attributes_count";
static const char DROPPED_EVENTS[] = "otel.dropped_events_count";
static const char DROPPED_LINKS[] = "otel.dropped_links_count";

static bool is_own_key(otelmq_str key)
{
    static const char *const own_keys[] = {
        STATUS_CODE,     ERROR,          SCOPE_NAME,    SCOPE_VERSION,      LIBRARY_NAME,
        LIBRARY_VERSION, DROPPED_EVENTS, DROPPED_LINKS, DROPPED_ATTRIBUTES,
    };
    for (size_t i = 0; i < sizeof(own_keys) / sizeof(own_keys[0]); i++) {
        if (otelmq_str_equal(key, otelmq_str_from(own_keys[i]))) {
            return true;
        }
    }
    return false;
}

static void add_tag(otelmq_json_writer *json, const char *key, otelmq_str value)
{
    otelmq_json_add_text(json, key, value);
}

static void add_tag_unless_empty(otelmq_json_writer *json, const char *key, otelmq_str value)
{
    if (value.len > 0) {
        add_tag(json, key, value);
    }
}

/* The value of a tag is always a string. */
static void add_attribute(otelmq_json_writer *json, const otelmq_attribute *attribute)
{
    otelmq_json_add_name(json, attribute->key);
    if (attribute->value.type == OTELMQ_VALUE_STRING) {
        otelmq_json_add_text(json, NULL, attribute->value.as.string);
        return;
    }
    otelmq_buffer text;
    otelmq_buffer_init(&text);
    otelmq_zipkin_format_value(&text, &attribute->value);
    json->out->failed = json->out->failed || !otelmq_buffer_is_complete(&text);
    otelmq_json_add_text(json, NULL, otelmq_buffer_str(&text));
    otelmq_buffer_clean(&text);
}

static bool becomes_tag(const otelmq_attribute *attribute)
{
    return attribute->value.type != OTELMQ_VALUE_NONE && !is_own_key(attribute->key);
}

static bool has_key(const otelmq_attribute attributes[], size_t count, otelmq_str key)
{
    for (size_t i = 0; i < count; i++) {
        if (otelmq_str_equal(attributes[i].key, key)) {
            return true;
        }
    }
    return false;
}

static void add_attributes(otelmq_json_writer *json, const otelmq_span_data *span)
{
    for (uint32_t i = 0; i < span->attribute_count; i++) {
        if (becomes_tag(&span->attributes[i])) {
            add_attribute(json, &span->attributes[i]);
        }
    }
}

/* Those that the span has none of the same key for. */
static void add_scope_attributes(otelmq_json_writer *json, const otelmq_span_data *span)
{
    const otelmq_instrumentation_scope *scope = span->scope;
    for (uint32_t i = 0; scope != NULL && i < scope->attribute_count; i++) {
        const otelmq_attribute *attribute = &scope->attributes[i];
        if (becomes_tag(attribute) &&
            !has_key(span->attributes, span->attribute_count, attribute->key)) {
            add_attribute(json, attribute);
        }
    }
}

static bool is_above(const otelmq_span_data *span, otelmq_str key)
{
    const otelmq_instrumentation_scope *scope = span->scope;
    return has_key(span->attributes, span->attribute_count, key) ||
           (scope != NULL && has_key(scope->attributes, scope->attribute_count, key));
}

static void add_resource(otelmq_json_writer *json, const otelmq_span_data *span)
{
    size_t count = 0;
    const otelmq_attribute *attributes =
        span->resource != NULL ? otelmq_resource_attributes(span->resource, &count) : NULL;
    for (size_t i = 0; i < count; i++) {
        bool is_service = otelmq_str_equal(attributes[i].key, OTELMQ_STR("service.name"));
        if (!is_service && becomes_tag(&attributes[i]) && !is_above(span, attributes[i].key)) {
            add_attribute(json, &attributes[i]);
        }
    }
}

/* Zipkin takes any span with the tag "error" for one that failed. */
static void add_status(otelmq_json_writer *json, const otelmq_span_data *span)
{
    if (span->status == OTELMQ_STATUS_OK) {
        add_tag(json, STATUS_CODE, OTELMQ_STR("OK"));
    } else if (span->status == OTELMQ_STATUS_ERROR) {
        add_tag(json, STATUS_CODE, OTELMQ_STR("ERROR"));
        add_tag(json, ERROR, span->status_description);
    }
}

/* Both by their name of today and by the one before. */
static void add_scope(otelmq_json_writer *json, const otelmq_instrumentation_scope *scope)
{
    if (scope != NULL) {
        add_tag_unless_empty(json, SCOPE_NAME, scope->name);
        add_tag_unless_empty(json, SCOPE_VERSION, scope->version);
        add_tag_unless_empty(json, LIBRARY_NAME, scope->name);
        add_tag_unless_empty(json, LIBRARY_VERSION, scope->version);
    }
}

static void add_count(otelmq_json_writer *json, const char *key, uint32_t count)
{
    if (count > 0) {
        otelmq_json_add_uint64(json, key, count);
    }
}

void otelmq_zipkin_add_tags(otelmq_json_writer *json, const otelmq_span_data *span)
{
    otelmq_json_open_object(json, "tags");
    add_attributes(json, span);
    add_status(json, span);
    add_scope(json, span->scope);
    add_scope_attributes(json, span);
    add_count(json, DROPPED_ATTRIBUTES, span->dropped_attribute_count);
    add_count(json, DROPPED_EVENTS, span->dropped_event_count);
    add_count(json, DROPPED_LINKS, span->dropped_link_count);
    add_resource(json, span);
    otelmq_json_close_object(json);
}
