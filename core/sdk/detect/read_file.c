/* SPDX-License-Identifier: Apache-2.0 */
#include "sdk/detect/read_file.h"

#include "base/text.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <unistd.h>

enum { CHUNK = 4096 };

static bool join(char joined[PATH_MAX], const char *root, const char *path)
{
    int len = snprintf(joined, PATH_MAX, "%s%s", root, path);
    return len > 0 && len < PATH_MAX;
}

static void read_all(int file, otelmq_buffer *content)
{
    while (content->len < OTELMQ_DETECT_FILE_MAX && otelmq_buffer_reserve(content, CHUNK)) {
        ssize_t len = read(file, content->data + content->len, CHUNK);
        if (len == 0 || (len < 0 && errno != EINTR)) {
            return;
        }
        content->len += len > 0 ? (size_t)len : 0;
    }
}

otelmq_str otelmq_detect_read_file(const char *root, const char *path, otelmq_buffer *content)
{
    char joined[PATH_MAX];
    otelmq_buffer_init(content);
    /* Not blocking, lest a pipe with such a name hold the program up. */
    int file = join(joined, root, path) ? open(joined, O_RDONLY | O_CLOEXEC | O_NONBLOCK) : -1;
    if (file >= 0) {
        read_all(file, content);
        close(file);
    }
    return otelmq_buffer_str(content);
}

bool otelmq_detect_file_exists(const char *root, const char *path)
{
    char joined[PATH_MAX];
    return join(joined, root, path) && access(joined, F_OK) == 0;
}

otelmq_str otelmq_detect_take_line(otelmq_str *rest)
{
    return otelmq_take_until(rest, '\n');
}
