/* SPDX-License-Identifier: Apache-2.0 */
/* What a test asks of a resource. */
#ifndef OTELMQ_TESTS_TRACE_DETECT_DETECTED_H
#define OTELMQ_TESTS_TRACE_DETECT_DETECTED_H

#include "support/test.h"

#include <otelmq/resource_detector.h>

/* The value of key, of type OTELMQ_VALUE_NONE when there is none. */
static inline otelmq_value detected_value(const otelmq_resource *resource, const char *key)
{
    size_t count = 0;
    const otelmq_attribute *attributes = otelmq_resource_attributes(resource, &count);
    for (size_t i = 0; i < count; i++) {
        if (otelmq_str_equal(attributes[i].key, otelmq_str_from(key))) {
            return attributes[i].value;
        }
    }
    return otelmq_attribute_none(key).value;
}

static inline size_t detected_count(const otelmq_resource *resource)
{
    size_t count = 0;
    (void)otelmq_resource_attributes(resource, &count);
    return count;
}

/* Fails unless key has that string; expected NULL: unless it is not there. */
static inline void assert_detected(const otelmq_resource *resource, const char *key,
                                   const char *expected)
{
    otelmq_value value = detected_value(resource, key);
    if (expected == NULL) {
        assert_row(value.type == OTELMQ_VALUE_NONE, key);
        return;
    }
    assert_row(value.type == OTELMQ_VALUE_STRING, key);
    assert_same_str(value.as.string, otelmq_str_from(expected), key);
}

/* What the detector finds, which is the caller's. */
static inline const otelmq_resource *detect(otelmq_resource_detector detector)
{
    const otelmq_resource *resource = NULL;
    assert_int_equal(detector.ops->detect(detector.self, &resource), 0);
    assert_non_null(resource);
    return resource;
}

#endif
