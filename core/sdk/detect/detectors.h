/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The detectors of <otelmq/resource_detector.h> that read files, looking for them below root (a
 * literal, or alive as long as the detector is used) instead of "": for tests. Any thread.
 */
#ifndef OTELMQ_SDK_DETECT_DETECTORS_H
#define OTELMQ_SDK_DETECT_DETECTORS_H

#include "trace/resource_builder.h"

#include <otelmq/resource_detector.h>

otelmq_resource_detector otelmq_detector_host_below(const char *root);
otelmq_resource_detector otelmq_detector_os_below(const char *root);
otelmq_resource_detector otelmq_detector_process_below(const char *root);
otelmq_resource_detector otelmq_detector_command_args_below(const char *root);
otelmq_resource_detector otelmq_detector_container_below(const char *root);

/* Adds os.*, which the detector of the host finds too. */
void otelmq_detect_os(otelmq_resource_builder *builder, const char *root);

/* Whether this looks like the inside of a container. */
bool otelmq_detect_is_container(const char *root);

/*
 * The container's id in the text of /proc/self/cgroup (control groups version 1, and 2 without a
 * namespace of their own), or of /proc/self/mountinfo; empty when it is not there. Borrowed from
 * text.
 */
otelmq_str otelmq_container_id_in_cgroup(otelmq_str text);
otelmq_str otelmq_container_id_in_mountinfo(otelmq_str text);

#endif
