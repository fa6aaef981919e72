/* SPDX-License-Identifier: Apache-2.0 */
#include "base/hex.h"
#include "sdk/detect/detectors.h"
#include "sdk/detect/read_file.h"

#include <sys/utsname.h>

enum { MACHINE_ID_LEN = 32 };

/* The specification's name of an architecture, where it differs from the kernel's. */
static const char *architecture(const char *machine)
{
    static const struct {
        const char *machine;
        const char *architecture;
    } names[] = {
        {"x86_64", "amd64"}, {"aarch64", "arm64"}, {"armv7l", "arm32"},  {"armv6l", "arm32"},
        {"i686", "x86"},     {"i386", "x86"},      {"ppc64le", "ppc64"}, {"ppc", "ppc32"},
    };
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        if (strcmp(machine, names[i].machine) == 0) {
            return names[i].architecture;
        }
    }
    return machine;
}

/* A machine-id is 32 hexadecimal digits; "uninitialized" may stand there instead. */
static bool add_machine_id(otelmq_resource_builder *builder, const char *root, const char *path)
{
    otelmq_buffer content;
    otelmq_str text = otelmq_detect_read_file(root, path, &content);
    otelmq_str id = text.len > 0 ? otelmq_detect_take_line(&text) : text;
    size_t digits = 0;
    while (digits < id.len && otelmq_hex_digit(id.data[digits]) >= 0) {
        digits++;
    }
    bool is_valid = id.len == MACHINE_ID_LEN && digits == MACHINE_ID_LEN;
    if (is_valid) {
        otelmq_resource_builder_add_string(builder, "host.id", id);
    }
    otelmq_buffer_clean(&content);
    return is_valid;
}

static otelmq_status detect(const void *root, const otelmq_resource **resource)
{
    struct utsname system = {0};
    (void)uname(&system);
    otelmq_resource_builder *builder = otelmq_resource_builder_create(OTELMQ_SCHEMA_URL);
    otelmq_resource_builder_add_string(builder, "host.name", otelmq_str_from(system.nodename));
    otelmq_resource_builder_add_string(builder, "host.arch",
                                       otelmq_str_from(architecture(system.machine)));
    if (!otelmq_detect_is_container(root) && !add_machine_id(builder, root, "/etc/machine-id")) {
        (void)add_machine_id(builder, root, "/var/lib/dbus/machine-id");
    }
    otelmq_detect_os(builder, root);
    return otelmq_resource_builder_finish(builder, resource);
}

static const otelmq_resource_detector_ops host_ops = {"host", detect};

otelmq_resource_detector otelmq_detector_host_below(const char *root)
{
    return (otelmq_resource_detector){&host_ops, root};
}

otelmq_resource_detector otelmq_resource_detector_host(void)
{
    return otelmq_detector_host_below("");
}
