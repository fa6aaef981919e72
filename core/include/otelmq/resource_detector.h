/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A resource detector finds out, as the program starts, something about who sends the spans: the
 * host, the process, the container. otelmq_sdk_start runs service, host, process, container and
 * Kubernetes by itself, and then those of its options; a configuration file names the ones to run.
 * One of your own is such a table and a pointer. Any thread.
 * (Specification: resource/sdk.md, "Detecting resource information from the environment".)
 */
#ifndef OTELMQ_RESOURCE_DETECTOR_H
#define OTELMQ_RESOURCE_DETECTOR_H

#include <otelmq/resource.h>

OTELMQ_BEGIN_C

/* The schema URL of what the detectors of otelmq fill in: the semantic conventions 1.44. */
#define OTELMQ_SCHEMA_URL "https://opentelemetry.io/schemas/1.44.0"

typedef struct {
    /* Lower case, digits and "_", as "host": what reports and configuration files call it. */
    const char *name;
    /*
     * What it found, a resource that is the caller's; an empty one when that was nothing, which is
     * no failure. Must be quick: the program waits. Its schema URL is that of the conventions it
     * follows, or none.
     */
    otelmq_status (*detect)(const void *self, const otelmq_resource **resource);
} otelmq_resource_detector_ops;

typedef struct {
    const otelmq_resource_detector_ops *ops;
    const void *self;
} otelmq_resource_detector;

/* "env": otelmq_resource_from_environment, without a schema URL. This and the following: static. */
OTELMQ_API otelmq_resource_detector otelmq_resource_detector_environment(void);

/* "service": service.name from OTEL_SERVICE_NAME; service.instance.id, a random UUID each time. */
OTELMQ_API otelmq_resource_detector otelmq_resource_detector_service(void);

/*
 * "host": host.name, host.arch and all of "os"; host.id, which is the machine-id, outside of
 * containers only, as in one it would not be the host's.
 */
OTELMQ_API otelmq_resource_detector otelmq_resource_detector_host(void);

/* "os": os.type, os.name, os.version, os.description and os.build_id, of os-release and kernel. */
OTELMQ_API otelmq_resource_detector otelmq_resource_detector_os(void);

/*
 * "process": process.pid, .creation.time, .executable.name, .executable.path, .command (the first
 * argument), .args_count, .owner (of /etc/passwd), .runtime.name and .runtime.version (the C
 * library). Not the other arguments, because passwords are found there.
 */
OTELMQ_API otelmq_resource_detector otelmq_resource_detector_process(void);

/* "command_args": process.command_args, for programs that are given no secrets as arguments. */
OTELMQ_API otelmq_resource_detector otelmq_resource_detector_command_args(void);

/* "container": container.id, from the process's control group or mounts. */
OTELMQ_API otelmq_resource_detector otelmq_resource_detector_container(void);

/*
 * "k8s": k8s.pod.name, k8s.namespace.name, k8s.node.name, k8s.pod.uid and k8s.container.name from
 * POD_NAME, POD_NAMESPACE, NODE_NAME, POD_UID and CONTAINER_NAME, which a pod sets by the downward
 * API. Nothing outside of Kubernetes: where neither KUBERNETES_SERVICE_HOST nor a POD_ variable is.
 */
OTELMQ_API otelmq_resource_detector otelmq_resource_detector_kubernetes(void);

/*
 * The merged resource, yours, of count detectors, of which the later ones win. One that fails, or
 * that has the name of another one, is reported and left out.
 */
OTELMQ_API otelmq_status otelmq_resource_detect_by(const otelmq_resource_detector detectors[],
                                                   size_t count, const otelmq_resource **resource);

/*
 * Makes detector known by its name to configuration files; the last one to register a name has it,
 * those of otelmq included. It must stay usable until the process ends.
 */
OTELMQ_API otelmq_status otelmq_resource_detector_register(otelmq_resource_detector detector);

/* The detector of that name; {0} when there is none. */
OTELMQ_API otelmq_resource_detector otelmq_resource_detector_by_name(const char *name);

OTELMQ_END_C

#endif
