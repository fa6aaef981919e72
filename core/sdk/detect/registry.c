/* SPDX-License-Identifier: Apache-2.0 */
#include <otelmq/resource_detector.h>

#include <stdatomic.h>
#include <stdlib.h>

typedef struct registration registration;
struct registration {
    const registration *next;
    otelmq_resource_detector detector;
};

/* Added at the front, so that the last one to register a name is found first; never removed. */
static _Atomic(const registration *) registrations;

static otelmq_resource_detector (*const BUILT_IN[])(void) = {
    otelmq_resource_detector_environment, otelmq_resource_detector_service,
    otelmq_resource_detector_host,        otelmq_resource_detector_os,
    otelmq_resource_detector_process,     otelmq_resource_detector_command_args,
    otelmq_resource_detector_container,   otelmq_resource_detector_kubernetes,
};

otelmq_status otelmq_resource_detector_register(otelmq_resource_detector detector)
{
    if (detector.ops == NULL || detector.ops->name == NULL || detector.ops->detect == NULL) {
        return OTELMQ_ERROR_INVALID_ARGUMENT;
    }
    registration *added = malloc(sizeof(*added));
    if (added == NULL) {
        return OTELMQ_ERROR_NO_MEMORY;
    }
    added->detector = detector;
    added->next = atomic_load_explicit(&registrations, memory_order_relaxed);
    while (!atomic_compare_exchange_weak_explicit(&registrations, &added->next, added,
                                                  memory_order_release, memory_order_relaxed)) {
    }
    return OTELMQ_OK;
}

otelmq_resource_detector otelmq_resource_detector_by_name(const char *name)
{
    if (name == NULL) {
        return (otelmq_resource_detector){0};
    }
    const registration *at = atomic_load_explicit(&registrations, memory_order_acquire);
    for (; at != NULL; at = at->next) {
        if (strcmp(at->detector.ops->name, name) == 0) {
            return at->detector;
        }
    }
    for (size_t i = 0; i < sizeof(BUILT_IN) / sizeof(BUILT_IN[0]); i++) {
        if (strcmp(BUILT_IN[i]().ops->name, name) == 0) {
            return BUILT_IN[i]();
        }
    }
    return (otelmq_resource_detector){0};
}
