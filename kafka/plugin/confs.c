/* SPDX-License-Identifier: Apache-2.0 */
#include "kafka/plugin/confs.h"

#include <stdatomic.h>
#include <stdlib.h>

typedef struct entry entry;
struct entry {
    entry *next; /* set once */
    const rd_kafka_conf_t *conf;
    otelmq_plugin_settings settings;
};

/*
 * Only ever added to, so that no lock is needed, which a fork could catch in the hands of another
 * thread. Two threads cannot add the same conf.
 */
static _Atomic(entry *) entries;

static entry *add(const rd_kafka_conf_t *conf)
{
    entry *added = calloc(1, sizeof(*added));
    if (added == NULL) {
        return NULL;
    }
    added->conf = conf;
    otelmq_plugin_settings_init(&added->settings);
    added->next = atomic_load(&entries);
    while (!atomic_compare_exchange_weak(&entries, &added->next, added)) {
    }
    return added;
}

otelmq_plugin_settings *otelmq_plugin_conf_settings(const rd_kafka_conf_t *conf)
{
    entry *found = atomic_load(&entries);
    while (found != NULL && found->conf != conf) {
        found = found->next;
    }
    if (found == NULL) {
        found = add(conf);
    }
    return found != NULL ? &found->settings : NULL;
}
