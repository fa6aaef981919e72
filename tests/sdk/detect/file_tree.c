/* SPDX-License-Identifier: Apache-2.0 */
#include "sdk/detect/file_tree.h"

#include "support/test.h"

#include <ftw.h>
#include <limits.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

void file_tree_create(file_tree *tree)
{
    snprintf(tree->root, sizeof(tree->root), "%s", "/tmp/otelmq-test-XXXXXX");
    assert_non_null(mkdtemp(tree->root));
}

/* The path below the root; its folders are there afterwards. */
static void make_room(const file_tree *tree, const char *path, char full[PATH_MAX])
{
    snprintf(full, PATH_MAX, "%s%s", tree->root, path);
    for (char *slash = full + strlen(tree->root) + 1; (slash = strchr(slash, '/')) != NULL;
         slash++) {
        *slash = '\0';
        (void)mkdir(full, 0700);
        *slash = '/';
    }
}

void file_tree_write(const file_tree *tree, const char *path, const char *text, size_t len)
{
    char full[PATH_MAX];
    make_room(tree, path, full);
    FILE *file = fopen(full, "w");
    assert_non_null(file);
    assert_int_equal(fwrite(text, 1, len, file), len);
    assert_int_equal(fclose(file), 0);
}

void file_tree_link(const file_tree *tree, const char *path, const char *target)
{
    char full[PATH_MAX];
    make_room(tree, path, full);
    assert_int_equal(symlink(target, full), 0);
}

static int remove_one(const char *path, const struct stat *facts, int type, struct FTW *walk)
{
    (void)facts;
    (void)type;
    (void)walk;
    return remove(path);
}

void file_tree_destroy(const file_tree *tree)
{
    (void)nftw(tree->root, remove_one, 8, FTW_DEPTH | FTW_PHYS);
}
