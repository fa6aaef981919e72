/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The memory of one configuration: taken piece by piece, freed as a whole, and limited, because a
 * small file can ask for much by naming large variables often. Not for two threads at once.
 */
#ifndef OTELMQ_CONFIG_MEMORY_H
#define OTELMQ_CONFIG_MEMORY_H

#include <otelmq/str.h>

/* Bytes that one configuration may take. */
enum { OTELMQ_CONFIG_MEMORY_MAX = 16 * 1024 * 1024 };

typedef struct otelmq_config_block otelmq_config_block;

/* {0} is empty. */
typedef struct {
    otelmq_config_block *blocks;
    char *at;
    size_t left;
    size_t taken;
} otelmq_config_memory;

/* size bytes, all zero, aligned for anything; NULL without memory or beyond the limit. */
void *otelmq_config_memory_take(otelmq_config_memory *memory, size_t size);

/* A copy of text with a NUL behind it; data NULL without memory. */
otelmq_str otelmq_config_memory_copy(otelmq_config_memory *memory, otelmq_str text);

/* Frees all of it. */
void otelmq_config_memory_clean(otelmq_config_memory *memory);

#endif
