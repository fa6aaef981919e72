/* SPDX-License-Identifier: Apache-2.0 */
#include "base/hex.h"
#include "base/random.h"

#include <otelmq/resource.h>

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <sys/utsname.h>
#include <unistd.h>

enum { UUID_SIZE = 37 };

/* What was found out, with the memory of its strings. */
typedef struct {
    struct utsname system;
    char executable[PATH_MAX];
    char service_name[PATH_MAX + 32];
    char instance_id[UUID_SIZE];
} facts;

/* The specification's name of an architecture, where it differs from the kernel's. */
static const char *architecture(const char *machine)
{
    static const struct {
        const char *machine;
        const char *architecture;
    } names[] = {
        {"x86_64", "amd64"}, {"aarch64", "arm64"}, {"armv7l", "arm32"},  {"armv6l", "arm32"},
        {"i686", "x86"},     {"i386", "x86"},      {"ppc64le", "ppc64"},
    };
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        if (strcmp(machine, names[i].machine) == 0) {
            return names[i].architecture;
        }
    }
    return machine;
}

/* The file's name without its folder; what the program was started as when /proc is not there. */
static const char *find_executable(char path[PATH_MAX])
{
    ssize_t len = readlink("/proc/self/exe", path, PATH_MAX - 1);
    if (len <= 0) {
        return program_invocation_short_name;
    }
    path[len] = '\0';
    const char *slash = strrchr(path, '/');
    return slash != NULL ? slash + 1 : path;
}

/* A random UUID. (RFC 9562, section 5.4.) */
static void make_instance_id(char uuid[UUID_SIZE])
{
    uint64_t words[2] = {otelmq_random_u64(), otelmq_random_u64()};
    uint8_t bytes[16];
    memcpy(bytes, words, sizeof(bytes));
    bytes[6] = (uint8_t)((bytes[6] & 0x0F) | 0x40);
    bytes[8] = (uint8_t)((bytes[8] & 0x3F) | 0x80);
    char *at = uuid;
    for (size_t i = 0; i < sizeof(bytes); i++) {
        if (i == 4 || i == 6 || i == 8 || i == 10) {
            *at++ = '-';
        }
        otelmq_hex_format(&bytes[i], 1, at);
        at += 2;
    }
    *at = '\0';
}

static otelmq_attribute text(const char *key, const char *value)
{
    return otelmq_attribute_string(key, otelmq_str_from(value));
}

otelmq_status otelmq_resource_detect(const otelmq_resource **resource)
{
    facts found = {0};
    (void)uname(&found.system);
    const char *executable = find_executable(found.executable);
    snprintf(found.service_name, sizeof(found.service_name), "unknown_service:%s", executable);
    make_instance_id(found.instance_id);
    const otelmq_attribute attributes[] = {
        text("service.name", found.service_name),
        text("service.instance.id", found.instance_id),
        text("telemetry.sdk.name", "otelmq"),
        text("telemetry.sdk.language", "c"),
        text("telemetry.sdk.version", OTELMQ_VERSION),
        text("host.name", found.system.nodename),
        text("host.arch", architecture(found.system.machine)),
        text("os.type", "linux"),
        otelmq_attribute_int("process.pid", getpid()),
        text("process.executable.name", executable),
    };
    return otelmq_resource_create(attributes, sizeof(attributes) / sizeof(attributes[0]), resource);
}
