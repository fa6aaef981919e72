/* SPDX-License-Identifier: Apache-2.0 */
#include "sdk/detect/detectors.h"
#include "sdk/detect/executable.h"
#include "sdk/detect/read_file.h"

#include "base/text.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#ifdef __GLIBC__
#include <gnu/libc-version.h>
#endif

/* Fields of /proc/self/stat behind the name, which is in parentheses and may have any byte. */
enum { FIELDS_BEFORE_START_TIME = 19, ARGUMENTS_MAX = 1024 };

/* The decimal number that text begins with; 0 when it begins with none. */
static uint64_t parse_uint(otelmq_str text)
{
    uint64_t number = 0;
    for (size_t i = 0; i < text.len && text.data[i] >= '0' && text.data[i] <= '9'; i++) {
        number = number * 10 + (uint64_t)(text.data[i] - '0');
    }
    return number;
}

/* Clock ticks from the system's start to the process's. (proc(5).) */
static uint64_t read_start_ticks(const char *root)
{
    otelmq_buffer content;
    otelmq_str text = otelmq_detect_read_file(root, "/proc/self/stat", &content);
    const char *name_end = text.len > 0 ? memrchr(text.data, ')', text.len) : NULL;
    uint64_t ticks = 0;
    if (name_end != NULL && name_end + 2 < text.data + text.len) {
        otelmq_str rest =
            otelmq_str_from_bytes(name_end + 2, (size_t)(text.data + text.len - name_end) - 2);
        for (int i = 0; i < FIELDS_BEFORE_START_TIME && rest.len > 0; i++) {
            (void)otelmq_take_until(&rest, ' ');
        }
        ticks = parse_uint(rest);
    }
    otelmq_buffer_clean(&content);
    return ticks;
}

/* Seconds from 1970 to the system's start. */
static uint64_t read_boot_time(const char *root)
{
    static const char key[] = "btime ";
    const size_t key_len = sizeof(key) - 1;
    otelmq_buffer content;
    otelmq_str text = otelmq_detect_read_file(root, "/proc/stat", &content);
    uint64_t seconds = 0;
    while (text.len > 0 && seconds == 0) {
        otelmq_str line = otelmq_detect_take_line(&text);
        if (line.len > key_len && memcmp(line.data, key, key_len) == 0) {
            seconds = parse_uint(otelmq_str_from_bytes(line.data + key_len, line.len - key_len));
        }
    }
    otelmq_buffer_clean(&content);
    return seconds;
}

/* Made of the two numbers that do not change, so that it is the same whenever it is asked for. */
static void add_creation_time(otelmq_resource_builder *builder, const char *root)
{
    uint64_t boot_time = read_boot_time(root);
    uint64_t ticks = read_start_ticks(root);
    long ticks_per_second = sysconf(_SC_CLK_TCK);
    if (boot_time == 0 || ticks == 0 || ticks_per_second <= 0) {
        return;
    }
    uint64_t rate = (uint64_t)ticks_per_second;
    time_t seconds = (time_t)(boot_time + ticks / rate);
    unsigned milliseconds = (unsigned)(ticks % rate * 1000 / rate);
    struct tm utc;
    char text[64];
    if (gmtime_r(&seconds, &utc) != NULL) {
        size_t len = strftime(text, sizeof(text), "%Y-%m-%dT%H:%M:%S", &utc);
        snprintf(text + len, sizeof(text) - len, ".%03uZ", milliseconds);
        otelmq_resource_builder_add_string(builder, "process.creation.time", otelmq_str_from(text));
    }
}

static otelmq_str take_argument(otelmq_str *rest)
{
    return otelmq_take_until(rest, '\0');
}

static void add_command(otelmq_resource_builder *builder, const char *root)
{
    otelmq_buffer content;
    otelmq_str text = otelmq_detect_read_file(root, "/proc/self/cmdline", &content);
    int64_t count = 0;
    while (text.len > 0) {
        otelmq_str argument = take_argument(&text);
        if (count++ == 0) {
            otelmq_resource_builder_add_string(builder, "process.command", argument);
        }
    }
    if (count > 0) {
        otelmq_attribute attribute = otelmq_attribute_int("process.args_count", count);
        otelmq_resource_builder_add(builder, &attribute, 1);
    }
    otelmq_buffer_clean(&content);
}

/*
 * The name of the user, of /etc/passwd only: the C library might ask a server on the network, and
 * loads libraries for that.
 */
static void add_owner(otelmq_resource_builder *builder, const char *root)
{
    otelmq_buffer content;
    otelmq_str text = otelmq_detect_read_file(root, "/etc/passwd", &content);
    char wanted[32];
    int wanted_len = snprintf(wanted, sizeof(wanted), "%ju", (uintmax_t)geteuid());
    while (text.len > 0) {
        otelmq_str line = otelmq_detect_take_line(&text);
        otelmq_str name = line.len > 0 ? otelmq_take_until(&line, ':') : line;
        if (line.len > 0) {
            (void)otelmq_take_until(&line, ':');
        }
        otelmq_str id = line.len > 0 ? otelmq_take_until(&line, ':') : line;
        if (otelmq_str_equal(id, otelmq_str_from_bytes(wanted, (size_t)wanted_len))) {
            otelmq_resource_builder_add_string(builder, "process.owner", name);
            break;
        }
    }
    otelmq_buffer_clean(&content);
}

static void add_runtime(otelmq_resource_builder *builder)
{
#ifdef __GLIBC__
    otelmq_resource_builder_add_string(builder, "process.runtime.name", OTELMQ_STR("glibc"));
    otelmq_resource_builder_add_string(builder, "process.runtime.version",
                                       otelmq_str_from(gnu_get_libc_version()));
#else
    (void)builder;
#endif
}

static otelmq_status detect(const void *root, const otelmq_resource **resource)
{
    otelmq_resource_builder *builder = otelmq_resource_builder_create(OTELMQ_SCHEMA_URL);
    otelmq_attribute pid = otelmq_attribute_int("process.pid", getpid());
    char path[PATH_MAX];
    otelmq_resource_builder_add(builder, &pid, 1);
    add_creation_time(builder, root);
    otelmq_resource_builder_add_string(builder, "process.executable.name",
                                       otelmq_str_from(otelmq_detect_executable(root, path)));
    otelmq_resource_builder_add_string(builder, "process.executable.path", otelmq_str_from(path));
    add_command(builder, root);
    add_owner(builder, root);
    add_runtime(builder);
    return otelmq_resource_builder_finish(builder, resource);
}

static const otelmq_resource_detector_ops process_ops = {"process", detect};

otelmq_resource_detector otelmq_detector_process_below(const char *root)
{
    return (otelmq_resource_detector){&process_ops, root};
}

otelmq_resource_detector otelmq_resource_detector_process(void)
{
    return otelmq_detector_process_below("");
}

static otelmq_status detect_arguments(const void *root, const otelmq_resource **resource)
{
    otelmq_buffer content;
    otelmq_str text = otelmq_detect_read_file(root, "/proc/self/cmdline", &content);
    otelmq_str *arguments = calloc(ARGUMENTS_MAX, sizeof(*arguments));
    uint32_t count = 0;
    while (text.len > 0 && arguments != NULL && count < ARGUMENTS_MAX) {
        arguments[count++] = take_argument(&text);
    }
    otelmq_attribute attribute =
        otelmq_attribute_string_array("process.command_args", arguments, count);
    otelmq_status status =
        arguments != NULL ? otelmq_resource_create(&attribute, count > 0,
                                                   count > 0 ? OTELMQ_SCHEMA_URL : NULL, resource)
                          : OTELMQ_ERROR_NO_MEMORY;
    free(arguments);
    otelmq_buffer_clean(&content);
    return status;
}

static const otelmq_resource_detector_ops arguments_ops = {"command_args", detect_arguments};

otelmq_resource_detector otelmq_detector_command_args_below(const char *root)
{
    return (otelmq_resource_detector){&arguments_ops, root};
}

otelmq_resource_detector otelmq_resource_detector_command_args(void)
{
    return otelmq_detector_command_args_below("");
}
