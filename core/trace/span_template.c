/* SPDX-License-Identifier: Apache-2.0 */
#include "trace/span_template.h"

#include "trace/value.h"

#include <stdlib.h>

static const otelmq_value_limits NO_LIMITS;

static size_t texts_size(const otelmq_attribute attributes[], size_t count)
{
    size_t size = 0;
    for (size_t i = 0; i < count; i++) {
        size += attributes[i].key.len + otelmq_value_copy_size(&attributes[i].value, NO_LIMITS);
    }
    return size;
}

static otelmq_str copy_text(otelmq_str text, char **at)
{
    otelmq_str copy = otelmq_str_from_bytes(*at, text.len);
    if (text.len > 0) {
        memcpy(*at, text.data, text.len);
    }
    *at += text.len;
    return copy;
}

static void copy_attribute(otelmq_attribute *copy, const otelmq_attribute *attribute, char **at)
{
    copy->key = copy_text(attribute->key, at);
    (void)otelmq_value_copy(&copy->value, &attribute->value, *at, NO_LIMITS);
    *at += otelmq_value_copy_size(&attribute->value, NO_LIMITS);
}

otelmq_span_template *otelmq_span_template_create(otelmq_str name,
                                                  const otelmq_attribute attributes[], size_t count)
{
    otelmq_span_template *template = malloc(sizeof(*template) + count * sizeof(*attributes) +
                                            texts_size(attributes, count) + name.len);
    if (template == NULL) {
        return NULL;
    }
    char *at = (char *)(template->attributes + count);
    otelmq_refcount_init(&template->refcount);
    template->stored = 0;
    template->attribute_count = count;
    template->name = copy_text(name, &at);
    for (size_t i = 0; i < count; i++) {
        copy_attribute(&template->attributes[i], &attributes[i], &at);
    }
    return template;
}

void otelmq_span_template_release(otelmq_span_template *template, unsigned count)
{
    if (atomic_fetch_sub_explicit(&template->refcount.count, count, memory_order_acq_rel) ==
        count) {
        free(template);
    }
}

void otelmq_span_template_destroy(otelmq_span_template *template)
{
    otelmq_span_template_release(template, 1 + template->stored);
}
