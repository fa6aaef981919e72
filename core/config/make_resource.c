/* SPDX-License-Identifier: Apache-2.0 */
#include "config/attribute.h"
#include "config/included.h"
#include "config/make.h"

#include <otelmq/resource_detector.h>

#include <stdlib.h>

/* Puts over on top of *resource; both are owned, and over may be NULL for a failure. */
static bool put(const otelmq_resource **resource, const otelmq_resource *over)
{
    const otelmq_resource *under = *resource;
    bool is_put = over != NULL && otelmq_resource_merge(under, over, resource) == OTELMQ_OK;
    if (is_put) {
        otelmq_resource_release(under);
    }
    otelmq_resource_release(over);
    return is_put;
}

/* What the detectors found, without the attributes that are not wanted. Owns found. */
static const otelmq_resource *filter(const otelmq_resource *found,
                                     const otelmq_config_node *patterns)
{
    const otelmq_config_node *included = otelmq_config_get(patterns, "included");
    const otelmq_config_node *excluded = otelmq_config_get(patterns, "excluded");
    size_t count = 0;
    const otelmq_attribute *attributes = otelmq_resource_attributes(found, &count);
    otelmq_attribute *wanted = calloc(count + 1, sizeof(*wanted));
    const otelmq_resource *filtered = NULL;
    size_t wanted_count = 0;
    for (size_t i = 0; i < count && wanted != NULL; i++) {
        if (otelmq_config_is_included(attributes[i].key, included, excluded)) {
            wanted[wanted_count++] = attributes[i];
        }
    }
    if (wanted != NULL) {
        (void)otelmq_resource_create(wanted, wanted_count, otelmq_resource_schema_url(found),
                                     &filtered);
    }
    free(wanted);
    otelmq_resource_release(found);
    return filtered;
}

static const otelmq_resource *detect(const otelmq_config_node *detection)
{
    const otelmq_config_node *list = otelmq_config_get(detection, "detectors");
    size_t count = list != NULL ? list->count : 0;
    otelmq_resource_detector *detectors = calloc(count + 1, sizeof(*detectors));
    const otelmq_resource *found = NULL;
    size_t made = 0;
    for (const otelmq_config_entry *entry = count > 0 ? list->first : NULL;
         entry != NULL && detectors != NULL; entry = entry->next) {
        detectors[made++] = otelmq_resource_detector_by_name(entry->node->first->key.data);
    }
    if (detectors != NULL) {
        (void)otelmq_resource_detect_by(detectors, made, &found);
    }
    free(detectors);
    const otelmq_config_node *patterns = otelmq_config_get(detection, "attributes");
    return found != NULL && patterns != NULL ? filter(found, patterns) : found;
}

static const otelmq_resource *make_of_list(otelmq_config_maker *maker,
                                           const otelmq_config_node *list)
{
    const otelmq_resource *made = NULL;
    otelmq_status status =
        otelmq_resource_parse(list != NULL ? list->text : (otelmq_str){0}, &made);
    if (status == OTELMQ_ERROR_MALFORMED) {
        otelmq_config_error(maker->problems, list->line, status,
                            "resource.attributes_list must be a list like key=value,key=value, "
                            "percent-encoded.");
    }
    return made;
}

static const otelmq_resource *make_of_attributes(otelmq_config_maker *maker,
                                                 const otelmq_config_node *list)
{
    size_t count = list != NULL ? list->count : 0;
    otelmq_attribute *attributes = calloc(count + 1, sizeof(*attributes));
    const otelmq_resource *made = NULL;
    bool is_good = attributes != NULL;
    size_t index = 0;
    for (const otelmq_config_entry *entry = count > 0 && is_good ? list->first : NULL;
         entry != NULL; entry = entry->next) {
        is_good = otelmq_config_make_attribute(maker, entry->node, &attributes[index++]) && is_good;
    }
    if (is_good) {
        (void)otelmq_resource_create(attributes, count, NULL, &made);
    }
    free(attributes);
    return made;
}

/* The URL that the file says counts, whatever the detectors follow. */
static bool set_schema_url(const otelmq_resource **resource, const char *schema_url)
{
    const otelmq_resource *merged = *resource;
    size_t count = 0;
    const otelmq_attribute *attributes = otelmq_resource_attributes(merged, &count);
    if (schema_url == NULL) {
        return true;
    }
    bool is_set = otelmq_resource_create(attributes, count, schema_url, resource) == OTELMQ_OK;
    if (is_set) {
        otelmq_resource_release(merged);
    }
    return is_set;
}

const otelmq_resource *otelmq_config_make_resource(otelmq_config_maker *maker,
                                                   const otelmq_config_node *resource)
{
    const otelmq_resource *made = NULL;
    bool is_good =
        otelmq_resource_default(&made) == OTELMQ_OK &&
        put(&made, detect(otelmq_config_get(resource, "detection/development"))) &&
        put(&made, make_of_list(maker, otelmq_config_get(resource, "attributes_list"))) &&
        put(&made, make_of_attributes(maker, otelmq_config_get(resource, "attributes"))) &&
        set_schema_url(&made, otelmq_config_get_text(resource, "schema_url", NULL));
    if (is_good) {
        return made;
    }
    otelmq_resource_release(made);
    if (maker->problems->status == OTELMQ_OK) {
        otelmq_config_error(maker->problems, 0, OTELMQ_ERROR_NO_MEMORY,
                            "there is not enough memory for the resource.");
    }
    return NULL;
}
