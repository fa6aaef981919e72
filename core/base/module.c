/* SPDX-License-Identifier: Apache-2.0 */
#include "base/module.h"

#include <dlfcn.h>
#include <link.h>
#include <pthread.h>
#include <stddef.h>

/*
 * Done at run time, because the linker's -z nodelete would have to be said by everyone who links
 * the static library into a shared object. Weak, because a static program has no loader to ask,
 * and nothing to pin.
 */
extern __typeof__(dlopen) dlopen __attribute__((weak));
extern __typeof__(dladdr1) dladdr1 __attribute__((weak));

static const char anything_here;

static void pin(void)
{
    Dl_info info;
    void *found = NULL;
    if (dladdr1 == NULL || dlopen == NULL ||
        dladdr1(&anything_here, &info, &found, RTLD_DL_LINKMAP) == 0) {
        return;
    }
    const struct link_map *module = found;
    /* The program itself has no name here. */
    if (module != NULL && module->l_name != NULL && module->l_name[0] != '\0') {
        (void)dlopen(module->l_name, RTLD_LAZY | RTLD_NOLOAD | RTLD_NODELETE);
    }
}

void otelmq_module_pin(void)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, pin);
}
