/* SPDX-License-Identifier: Apache-2.0 */
/* Finds the librdkafka that loaded the plugin, whatever its file is called. */
#ifndef OTELMQ_KAFKA_PLUGIN_RDKAFKA_FIND_H
#define OTELMQ_KAFKA_PLUGIN_RDKAFKA_FIND_H

#include "kafka/plugin/rdkafka_table.h"

/* Where a librdkafka was found, or was not. Borrowed from the loader. */
typedef struct {
    const void *base; /* the address of its file, the same for each call out of it */
    const char *file;
    const char *missing; /* the first function that it does not export; NULL: none */
    otelmq_rdkafka_table table; /* complete unless something is missing */
} otelmq_rdkafka_copy;

/*
 * The copy that has the code at this address. It stays in memory from now on. False when the
 * address is in no file, or something is missing.
 */
bool otelmq_rdkafka_find(const void *address, otelmq_rdkafka_copy *copy);

#endif
