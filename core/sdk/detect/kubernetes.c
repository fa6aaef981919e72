/* SPDX-License-Identifier: Apache-2.0 */
#include "trace/resource_builder.h"

#include <otelmq/resource_detector.h>

#include <stdlib.h>

static const struct {
    const char *variable;
    const char *key;
    bool is_of_pods_only; /* the others have a meaning elsewhere too */
} FACTS[] = {
    {"POD_NAME", "k8s.pod.name", true},
    {"POD_NAMESPACE", "k8s.namespace.name", true},
    {"POD_UID", "k8s.pod.uid", true},
    {"NODE_NAME", "k8s.node.name", false},
    {"CONTAINER_NAME", "k8s.container.name", false},
};
enum { FACT_COUNT = sizeof(FACTS) / sizeof(FACTS[0]) };

static bool is_set(const char *variable)
{
    const char *value = getenv(variable);
    return value != NULL && value[0] != '\0';
}

/*
 * How many of the facts are known; none outside of Kubernetes, where NODE_NAME, for example, is
 * what Jenkins calls its build machines.
 */
static size_t count_known(void)
{
    bool is_kubernetes = is_set("KUBERNETES_SERVICE_HOST");
    size_t known = 0;
    for (size_t i = 0; i < FACT_COUNT; i++) {
        bool is_known = is_set(FACTS[i].variable);
        known += is_known;
        is_kubernetes = is_kubernetes || (is_known && FACTS[i].is_of_pods_only);
    }
    return is_kubernetes ? known : 0;
}

static otelmq_status detect(const void *self, const otelmq_resource **resource)
{
    (void)self;
    if (count_known() == 0) {
        return otelmq_resource_create(NULL, 0, NULL, resource);
    }
    otelmq_resource_builder *builder = otelmq_resource_builder_create(OTELMQ_SCHEMA_URL);
    for (size_t i = 0; i < FACT_COUNT; i++) {
        otelmq_resource_builder_add_string(builder, FACTS[i].key,
                                           otelmq_str_from(getenv(FACTS[i].variable)));
    }
    return otelmq_resource_builder_finish(builder, resource);
}

static const otelmq_resource_detector_ops kubernetes_ops = {"k8s", detect};

otelmq_resource_detector otelmq_resource_detector_kubernetes(void)
{
    return (otelmq_resource_detector){&kubernetes_ops, NULL};
}
