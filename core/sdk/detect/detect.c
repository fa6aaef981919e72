/* SPDX-License-Identifier: Apache-2.0 */
#include "sdk/detect/executable.h"

#include <otelmq/diagnostics.h>
#include <otelmq/resource_detector.h>

#include <stdio.h>

/*
 * Without a schema URL, which it would force upon what is merged with it: these keys are the same
 * in all versions of the conventions.
 */
otelmq_status otelmq_resource_default(const otelmq_resource **resource)
{
    char path[PATH_MAX];
    char service_name[PATH_MAX + 32];
    snprintf(service_name, sizeof(service_name), "unknown_service:%s",
             otelmq_detect_executable("", path));
    const otelmq_attribute attributes[] = {
        otelmq_attribute_string("service.name", otelmq_str_from(service_name)),
        otelmq_attribute_string("telemetry.sdk.name", OTELMQ_STR("otelmq")),
        otelmq_attribute_string("telemetry.sdk.language", OTELMQ_STR("c")),
        otelmq_attribute_string("telemetry.sdk.version", OTELMQ_STR(OTELMQ_VERSION)),
    };
    return otelmq_resource_create(attributes, sizeof(attributes) / sizeof(attributes[0]), NULL,
                                  resource);
}

/* Puts what detector finds over *resource. What it does not find for a failure is not missed. */
static otelmq_status add_findings(otelmq_resource_detector detector,
                                  const otelmq_resource **resource)
{
    const otelmq_resource *under = *resource;
    const otelmq_resource *found = NULL;
    otelmq_status status = detector.ops->detect(detector.self, &found);
    if (status != OTELMQ_OK) {
        otelmq_diagnostics_report(OTELMQ_SEVERITY_ERROR,
                                  "The resource detector \"%s\" failed (%s); the resource is made "
                                  "without it.",
                                  detector.ops->name, otelmq_status_text(status));
        return OTELMQ_OK;
    }
    status = otelmq_resource_merge(under, found, resource);
    if (status == OTELMQ_OK) {
        otelmq_resource_release(under);
    }
    otelmq_resource_release(found);
    return status;
}

/* Whether one of the detectors before the index-th has its name. */
static bool is_repeated(const otelmq_resource_detector detectors[], size_t index)
{
    const char *name = detectors[index].ops->name;
    for (size_t i = 0; i < index; i++) {
        if (detectors[i].ops != NULL && strcmp(detectors[i].ops->name, name) == 0) {
            otelmq_diagnostics_report(OTELMQ_SEVERITY_WARNING,
                                      "Two resource detectors have the name \"%s\"; the second one "
                                      "is left out.",
                                      name);
            return true;
        }
    }
    return false;
}

otelmq_status otelmq_resource_detect_by(const otelmq_resource_detector detectors[], size_t count,
                                        const otelmq_resource **resource)
{
    const otelmq_resource *merged = NULL;
    otelmq_status status = otelmq_resource_create(NULL, 0, NULL, &merged);
    for (size_t i = 0; i < count && status == OTELMQ_OK; i++) {
        if (detectors[i].ops != NULL && !is_repeated(detectors, i)) {
            status = add_findings(detectors[i], &merged);
        }
    }
    if (status != OTELMQ_OK) {
        otelmq_resource_release(merged);
        return status;
    }
    *resource = merged;
    return OTELMQ_OK;
}

otelmq_status otelmq_resource_detect(const otelmq_resource **resource)
{
    const otelmq_resource_detector detectors[] = {
        otelmq_resource_detector_service(),    otelmq_resource_detector_host(),
        otelmq_resource_detector_process(),    otelmq_resource_detector_container(),
        otelmq_resource_detector_kubernetes(),
    };
    const otelmq_resource *usual = NULL;
    const otelmq_resource *found = NULL;
    otelmq_status status = otelmq_resource_default(&usual);
    if (status == OTELMQ_OK) {
        status =
            otelmq_resource_detect_by(detectors, sizeof(detectors) / sizeof(detectors[0]), &found);
    }
    if (status == OTELMQ_OK) {
        status = otelmq_resource_merge(usual, found, resource);
    }
    otelmq_resource_release(usual);
    otelmq_resource_release(found);
    return status;
}
