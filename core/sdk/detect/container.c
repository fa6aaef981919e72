/* SPDX-License-Identifier: Apache-2.0 */
/*
 * No interface tells a process the id of its container; it stands in paths that runtimes make up:
 *
 *     cgroup     12:cpu:/docker/<id>
 *                1:name=systemd:/kubepods.slice/kubepods-pod1.slice/cri-containerd-<id>.scope
 *                1:cpu:/ecs/<task>/<task>-<number>
 *     mountinfo  ... /var/lib/docker/containers/<id>/hostname /etc/hostname ...
 *
 * Version 2 with a namespace of its own shows "0::/" only, and the mounts must do. Of these, the
 * ones below ".../sandboxes/<id>/" have the id of the pod's sandbox, which is not the container's.
 */
#include "sdk/detect/detectors.h"
#include "sdk/detect/read_file.h"

#include "base/text.h"

#include <stdlib.h>

enum { ID_LEN = 64, ECS_TASK_LEN = 32 };

static bool is_made_of(otelmq_str text, const char *characters)
{
    for (size_t i = 0; i < text.len; i++) {
        if (text.data[i] == '\0' || strchr(characters, text.data[i]) == NULL) {
            return false;
        }
    }
    return text.len > 0;
}

static bool is_id(otelmq_str text)
{
    return text.len == ID_LEN && is_made_of(text, "0123456789abcdef");
}

/* <task>-<number>, as ECS on Fargate names its containers. */
static bool is_ecs_id(otelmq_str text)
{
    return text.len > ECS_TASK_LEN + 1 && text.data[ECS_TASK_LEN] == '-' &&
           is_made_of(otelmq_str_from_bytes(text.data, ECS_TASK_LEN), "0123456789abcdef") &&
           is_made_of(
               otelmq_str_from_bytes(text.data + ECS_TASK_LEN + 1, text.len - ECS_TASK_LEN - 1),
               "0123456789");
}

/* What follows the last of that byte; all of text when there is none. */
static otelmq_str after_last(otelmq_str text, char byte)
{
    const char *found = text.len > 0 ? memrchr(text.data, byte, text.len) : NULL;
    size_t skipped = found != NULL ? (size_t)(found - text.data) + 1 : 0;
    return otelmq_str_from_bytes(text.data + skipped, text.len - skipped);
}

/* The id in the last part of a path: "<id>", "docker-<id>.scope", "cri-containerd:<id>". */
static otelmq_str id_in_path(otelmq_str path)
{
    otelmq_str name = after_last(after_last(path, '/'), ':');
    if (is_ecs_id(name)) {
        return name;
    }
    otelmq_str id = after_last(name.len > 0 ? otelmq_take_until(&name, '.') : name, '-');
    return is_id(id) ? id : (otelmq_str){0};
}

otelmq_str otelmq_container_id_in_cgroup(otelmq_str text)
{
    while (text.len > 0) {
        otelmq_str id = id_in_path(otelmq_detect_take_line(&text));
        if (id.len > 0) {
            return id;
        }
    }
    return (otelmq_str){0};
}

/* The id behind a folder whose name ends in "containers". */
static otelmq_str id_below_containers(otelmq_str path)
{
    static const char wanted[] = "containers";
    const size_t wanted_len = sizeof(wanted) - 1;
    bool is_below = false;
    while (path.len > 0) {
        otelmq_str part = otelmq_take_until(&path, '/');
        if (is_below && is_id(part)) {
            return part;
        }
        is_below = part.len >= wanted_len &&
                   memcmp(part.data + part.len - wanted_len, wanted, wanted_len) == 0;
    }
    return (otelmq_str){0};
}

/* The fourth field is the path of what is mounted, in its own file system. (proc(5).) */
static otelmq_str id_in_mount(otelmq_str line)
{
    for (int field = 1; field < 4 && line.len > 0; field++) {
        (void)otelmq_take_until(&line, ' ');
    }
    return id_below_containers(line.len > 0 ? otelmq_take_until(&line, ' ') : line);
}

otelmq_str otelmq_container_id_in_mountinfo(otelmq_str text)
{
    while (text.len > 0) {
        otelmq_str id = id_in_mount(otelmq_detect_take_line(&text));
        if (id.len > 0) {
            return id;
        }
    }
    return (otelmq_str){0};
}

/* Borrowed from content. */
static otelmq_str find_id(const char *root, otelmq_buffer *content)
{
    otelmq_str text = otelmq_detect_read_file(root, "/proc/self/cgroup", content);
    otelmq_str id = otelmq_container_id_in_cgroup(text);
    if (id.len == 0) {
        otelmq_buffer_clean(content);
        text = otelmq_detect_read_file(root, "/proc/self/mountinfo", content);
        id = otelmq_container_id_in_mountinfo(text);
    }
    return id;
}

bool otelmq_detect_is_container(const char *root)
{
    otelmq_buffer content;
    bool has_id = find_id(root, &content).len > 0;
    otelmq_buffer_clean(&content);
    return has_id || getenv("KUBERNETES_SERVICE_HOST") != NULL ||
           otelmq_detect_file_exists(root, "/.dockerenv") ||
           otelmq_detect_file_exists(root, "/run/.containerenv");
}

static otelmq_status detect(const void *root, const otelmq_resource **resource)
{
    otelmq_buffer content;
    otelmq_str id = find_id(root, &content);
    otelmq_resource_builder *builder =
        otelmq_resource_builder_create(id.len > 0 ? OTELMQ_SCHEMA_URL : NULL);
    otelmq_resource_builder_add_string(builder, "container.id", id);
    otelmq_buffer_clean(&content);
    return otelmq_resource_builder_finish(builder, resource);
}

static const otelmq_resource_detector_ops container_ops = {"container", detect};

otelmq_resource_detector otelmq_detector_container_below(const char *root)
{
    return (otelmq_resource_detector){&container_ops, root};
}

otelmq_resource_detector otelmq_resource_detector_container(void)
{
    return otelmq_detector_container_below("");
}
