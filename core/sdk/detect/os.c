/* SPDX-License-Identifier: Apache-2.0 */
#include "sdk/detect/detectors.h"
#include "sdk/detect/read_file.h"

#include <stdio.h>
#include <sys/utsname.h>

enum { VALUE_SIZE = 256 };

/* What is said about the system where os-release says nothing. */
typedef struct {
    char name[VALUE_SIZE];
    char version[VALUE_SIZE];
    char description[VALUE_SIZE];
    char build_id[VALUE_SIZE];
} os_facts;

/* Undoes the quoting of a shell, as far as os-release may use it. (os-release(5).) */
static void unquote(otelmq_str text, char value[VALUE_SIZE])
{
    char quote = '\0';
    size_t len = 0;
    for (size_t i = 0; i < text.len && len < VALUE_SIZE - 1; i++) {
        char byte = text.data[i];
        if (quote == '\0' && (byte == '"' || byte == '\'')) {
            quote = byte;
        } else if (byte == quote && quote != '\0') {
            quote = '\0';
        } else if (byte == '\\' && quote != '\'' && i + 1 < text.len) {
            value[len++] = text.data[++i];
        } else {
            value[len++] = byte;
        }
    }
    value[len] = '\0';
}

static void read_line(os_facts *facts, otelmq_str line)
{
    const struct {
        otelmq_str key;
        char *value;
    } wanted[] = {
        {OTELMQ_STR("NAME="), facts->name},
        {OTELMQ_STR("VERSION_ID="), facts->version},
        {OTELMQ_STR("PRETTY_NAME="), facts->description},
        {OTELMQ_STR("BUILD_ID="), facts->build_id},
    };
    for (size_t i = 0; i < sizeof(wanted) / sizeof(wanted[0]); i++) {
        size_t key_len = wanted[i].key.len;
        if (line.len > key_len && memcmp(line.data, wanted[i].key.data, key_len) == 0) {
            unquote(otelmq_str_from_bytes(line.data + key_len, line.len - key_len),
                    wanted[i].value);
        }
    }
}

static bool read_os_release(os_facts *facts, const char *root, const char *path)
{
    otelmq_buffer content;
    otelmq_str text = otelmq_detect_read_file(root, path, &content);
    bool is_there = text.len > 0;
    while (text.len > 0) {
        read_line(facts, otelmq_detect_take_line(&text));
    }
    otelmq_buffer_clean(&content);
    return is_there;
}

static void fill_from_kernel(os_facts *facts)
{
    struct utsname system = {0};
    (void)uname(&system);
    if (facts->build_id[0] == '\0') {
        snprintf(facts->build_id, VALUE_SIZE, "%s", system.release);
    }
    if (facts->description[0] == '\0') {
        snprintf(facts->description, VALUE_SIZE, "%s %s", system.sysname, system.release);
    }
}

static void add(otelmq_resource_builder *builder, const char *key, const char *value)
{
    otelmq_resource_builder_add_string(builder, key, otelmq_str_from(value));
}

void otelmq_detect_os(otelmq_resource_builder *builder, const char *root)
{
    os_facts facts = {0};
    if (!read_os_release(&facts, root, "/etc/os-release")) {
        (void)read_os_release(&facts, root, "/usr/lib/os-release");
    }
    fill_from_kernel(&facts);
    add(builder, "os.type", "linux");
    add(builder, "os.name", facts.name);
    add(builder, "os.version", facts.version);
    add(builder, "os.description", facts.description);
    add(builder, "os.build_id", facts.build_id);
}

static otelmq_status detect(const void *root, const otelmq_resource **resource)
{
    otelmq_resource_builder *builder = otelmq_resource_builder_create(OTELMQ_SCHEMA_URL);
    otelmq_detect_os(builder, root);
    return otelmq_resource_builder_finish(builder, resource);
}

static const otelmq_resource_detector_ops os_ops = {"os", detect};

otelmq_resource_detector otelmq_detector_os_below(const char *root)
{
    return (otelmq_resource_detector){&os_ops, root};
}

otelmq_resource_detector otelmq_resource_detector_os(void)
{
    return otelmq_detector_os_below("");
}
