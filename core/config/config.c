/* SPDX-License-Identifier: Apache-2.0 */
#include "config/config.h"

#include "base/buffer.h"
#include "config/reader.h"
#include "config/schema.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

enum { CHUNK = 16 * 1024 };

/* "1.0", "1.1", and with a warning what is newer, or not final, in the same major version. */
static void check_version(const otelmq_config_node *root, otelmq_config_problems *problems)
{
    const otelmq_config_node *version = otelmq_config_get(root, "file_format");
    /* What is no scalar has been reported. */
    if (version == NULL || version->type > OTELMQ_CONFIG_STRING) {
        return;
    }
    const char *text = version->text.data;
    if (strncmp(text, "1.", 2) != 0) {
        otelmq_config_error(problems, version->line, OTELMQ_ERROR_MALFORMED,
                            "file_format is \"%.32s\"; 1.0 and 1.1 can be read.", text);
    } else if (strcmp(text, "1.0") != 0 && strcmp(text, "1.1") != 0) {
        otelmq_config_warn(problems, version->line,
                           "file_format is \"%.32s\"; the file is read as 1.1.", text);
    }
}

otelmq_config *otelmq_config_parse(const char *name, otelmq_str text,
                                   otelmq_config_problems *problems)
{
    otelmq_config *config = calloc(1, sizeof(*config));
    if (config == NULL) {
        otelmq_config_error(problems, 0, OTELMQ_ERROR_NO_MEMORY, "there is not enough memory.");
        return NULL;
    }
    otelmq_refcount_init(&config->refcount);
    config->name = otelmq_config_memory_copy(&config->memory, otelmq_str_from(name)).data;
    config->root = otelmq_config_read(text, &config->memory, problems);
    if (config->root != NULL) {
        otelmq_config_check(config->root, &otelmq_schema_file, problems);
        check_version(config->root, problems);
    }
    if (problems->status == OTELMQ_OK && config->name == NULL) {
        otelmq_config_error(problems, 0, OTELMQ_ERROR_NO_MEMORY, "there is not enough memory.");
    }
    if (problems->status != OTELMQ_OK) {
        otelmq_config_destroy(config);
        return NULL;
    }
    return config;
}

/* One byte more than is allowed is enough to see that it is too much. */
static otelmq_status read_all(int file, otelmq_buffer *content)
{
    while (content->len <= OTELMQ_CONFIG_FILE_MAX) {
        if (!otelmq_buffer_reserve(content, CHUNK)) {
            return OTELMQ_ERROR_NO_MEMORY;
        }
        ssize_t len = read(file, content->data + content->len, CHUNK);
        if (len == 0) {
            return OTELMQ_OK;
        }
        if (len < 0 && errno != EINTR) {
            return OTELMQ_ERROR_IO;
        }
        content->len += len > 0 ? (size_t)len : 0;
    }
    return OTELMQ_OK;
}

static otelmq_status read_file(const char *path, otelmq_buffer *content)
{
    int file = open(path, O_RDONLY | O_CLOEXEC);
    if (file < 0) {
        return errno == ENOENT || errno == ENOTDIR ? OTELMQ_ERROR_NOT_FOUND : OTELMQ_ERROR_IO;
    }
    otelmq_status status = read_all(file, content);
    int saved_errno = errno;
    close(file);
    errno = saved_errno;
    return status;
}

otelmq_config *otelmq_config_parse_file(const char *path, otelmq_config_problems *problems)
{
    otelmq_buffer content;
    otelmq_config *config = NULL;
    otelmq_buffer_init(&content);
    otelmq_status status = read_file(path, &content);
    if (status == OTELMQ_OK) {
        config = otelmq_config_parse(path, otelmq_buffer_str(&content), problems);
    } else {
        otelmq_config_error(problems, 0, status, "the file cannot be read (%s).", strerror(errno));
    }
    otelmq_buffer_clean(&content);
    return config;
}

otelmq_status otelmq_config_read_text(const char *name, otelmq_str text, otelmq_config **config)
{
    if (name == NULL || config == NULL || (text.data == NULL && text.len > 0)) {
        return OTELMQ_ERROR_INVALID_ARGUMENT;
    }
    otelmq_config_problems problems;
    otelmq_config_problems_init(&problems, name);
    otelmq_config *parsed = otelmq_config_parse(name, text, &problems);
    otelmq_config_problems_report(&problems);
    if (parsed != NULL) {
        *config = parsed;
    }
    return problems.status;
}

otelmq_status otelmq_config_read_file(const char *path, otelmq_config **config)
{
    if (path == NULL || config == NULL) {
        return OTELMQ_ERROR_INVALID_ARGUMENT;
    }
    otelmq_config_problems problems;
    otelmq_config_problems_init(&problems, path);
    otelmq_config *parsed = otelmq_config_parse_file(path, &problems);
    otelmq_config_problems_report(&problems);
    if (parsed != NULL) {
        *config = parsed;
    }
    return problems.status;
}

otelmq_config *otelmq_config_retain(otelmq_config *config)
{
    otelmq_refcount_retain(&config->refcount);
    return config;
}

void otelmq_config_destroy(otelmq_config *config)
{
    if (config != NULL && otelmq_refcount_release(&config->refcount)) {
        otelmq_config_memory_clean(&config->memory);
        free(config);
    }
}
