/* SPDX-License-Identifier: Apache-2.0 */
/* The file that this process runs. Any thread. */
#ifndef OTELMQ_SDK_DETECT_EXECUTABLE_H
#define OTELMQ_SDK_DETECT_EXECUTABLE_H

#include <limits.h>

/*
 * The file's name, borrowed from path, which gets all of it; where /proc below root does not tell,
 * the name by which the program was started, and an empty path.
 */
const char *otelmq_detect_executable(const char *root, char path[PATH_MAX]);

#endif
