/* SPDX-License-Identifier: Apache-2.0 */
#include "sdk/detect/executable.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

const char *otelmq_detect_executable(const char *root, char path[PATH_MAX])
{
    char link[PATH_MAX];
    snprintf(link, sizeof(link), "%s/proc/self/exe", root);
    ssize_t len = readlink(link, path, PATH_MAX - 1);
    if (len <= 0) {
        path[0] = '\0';
        return program_invocation_short_name;
    }
    path[len] = '\0';
    const char *slash = strrchr(path, '/');
    return slash != NULL ? slash + 1 : path;
}
