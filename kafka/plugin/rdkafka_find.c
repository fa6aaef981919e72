/* SPDX-License-Identifier: Apache-2.0 */
#include "kafka/plugin/rdkafka_find.h"

#include <dlfcn.h>
#include <link.h>
#include <stddef.h>
#include <string.h>

typedef struct {
    const char *name;
    size_t offset; /* of its pointer in the table */
} function_place;

#define PLACE(name) {#name, offsetof(otelmq_rdkafka_table, name)},

static const function_place PLACES[] = {OTELMQ_RDKAFKA_FUNCTIONS(PLACE)};

/* NULL for a file that is not open already, which the one that calls us is. */
static void *open_again(const struct link_map *file)
{
    /* The program itself has no name here, and dlopen none for it but NULL. */
    const char *name = file->l_name[0] != '\0' ? file->l_name : NULL;
    return dlopen(name, RTLD_LAZY | RTLD_NOLOAD);
}

/*
 * dlsym also looks into what the file was linked with, and for the program into all libraries: it
 * may find another librdkafka there, which must not be called with the objects of this one.
 */
static void *find_in_file(void *handle, const char *name, const void *base)
{
    Dl_info info;
    void *found = dlsym(handle, name);
    return found != NULL && dladdr(found, &info) != 0 && info.dli_fbase == base ? found : NULL;
}

static void fill_table(void *handle, otelmq_rdkafka_copy *copy)
{
    for (size_t i = 0; i < sizeof(PLACES) / sizeof(PLACES[0]) && copy->missing == NULL; i++) {
        void *found = find_in_file(handle, PLACES[i].name, copy->base);
        memcpy((char *)&copy->table + PLACES[i].offset, &found, sizeof(found));
        if (found == NULL) {
            copy->missing = PLACES[i].name;
        }
    }
}

bool otelmq_rdkafka_find(const void *address, otelmq_rdkafka_copy *copy)
{
    Dl_info info;
    void *file = NULL;
    *copy = (otelmq_rdkafka_copy){.file = "this program", .missing = "anything"};
    if (dladdr1(address, &info, &file, RTLD_DL_LINKMAP) == 0 || file == NULL) {
        return false;
    }
    copy->base = info.dli_fbase;
    copy->file = info.dli_fname;
    void *handle = open_again(file);
    if (handle != NULL) {
        copy->missing = NULL;
        fill_table(handle, copy);
    }
    return copy->missing == NULL;
}
