/* SPDX-License-Identifier: Apache-2.0 */
/* A folder with the files of a machine, for the detectors to look in. */
#ifndef OTELMQ_TESTS_TRACE_DETECT_FILE_TREE_H
#define OTELMQ_TESTS_TRACE_DETECT_FILE_TREE_H

#include <stddef.h>

typedef struct {
    char root[64];
} file_tree;

/* An empty folder of its own. */
void file_tree_create(file_tree *tree);

/* Writes a file, as "/etc/machine-id", and the folders that it stands in; len bytes. */
void file_tree_write(const file_tree *tree, const char *path, const char *text, size_t len);

/* A symbolic link at path. */
void file_tree_link(const file_tree *tree, const char *path, const char *target);

/* Removes all of it. */
void file_tree_destroy(const file_tree *tree);

#endif
