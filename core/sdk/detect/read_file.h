/* SPDX-License-Identifier: Apache-2.0 */
/* The small files of the system in which detectors look. Any thread. */
#ifndef OTELMQ_SDK_DETECT_READ_FILE_H
#define OTELMQ_SDK_DETECT_READ_FILE_H

#include "base/buffer.h"

/* The most that is read of one file. */
enum { OTELMQ_DETECT_FILE_MAX = 256 * 1024 };

/*
 * The text of the file at path below root, as far as OTELMQ_DETECT_FILE_MAX; empty when it cannot
 * be read. Borrowed from content, which is initialised here and is the caller's to clean.
 */
otelmq_str otelmq_detect_read_file(const char *root, const char *path, otelmq_buffer *content);

/* Whether there is something at path below root. */
bool otelmq_detect_file_exists(const char *root, const char *path);

/* Takes the first line off rest, without its end. rest not empty. */
otelmq_str otelmq_detect_take_line(otelmq_str *rest);

#endif
