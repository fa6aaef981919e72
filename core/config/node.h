/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A configuration file in memory: a tree of maps, lists and scalars, whose variables are filled in
 * and whose types are known. An alias is the node of its anchor, which then stands in several
 * places. Immutable once it is read. Any thread.
 */
#ifndef OTELMQ_CONFIG_NODE_H
#define OTELMQ_CONFIG_NODE_H

#include "config/scalar.h"

typedef struct otelmq_config_node otelmq_config_node;
typedef struct otelmq_config_entry otelmq_config_entry;

/* A member of a list, or of a map under its key. */
struct otelmq_config_entry {
    otelmq_config_entry *next;
    const otelmq_config_node *node;
    otelmq_str key; /* ends in NUL; empty in a list */
    uint32_t line; /* of the key */
};

struct otelmq_config_node {
    otelmq_config_type type;
    uint32_t line; /* from 1 */
    uint32_t count; /* of entries */
    uint32_t weight; /* nodes from here down, those behind aliases counted each time */
    uint32_t height; /* levels from here down */
    otelmq_config_value value;
    otelmq_str text; /* of a scalar; ends in NUL */
    otelmq_config_entry *first;
    otelmq_config_entry *last;
};

/* The entry of that key; NULL when map is NULL, is no map, or has none. */
const otelmq_config_entry *otelmq_config_find(const otelmq_config_node *map, const char *key);

/* Its node; NULL when there is none, or one that is null. */
const otelmq_config_node *otelmq_config_get(const otelmq_config_node *map, const char *key);

/* The value of a key that has the right type; the usual one when it is missing or null. */
const char *otelmq_config_get_text(const otelmq_config_node *map, const char *key,
                                   const char *usual);
bool otelmq_config_get_bool(const otelmq_config_node *map, const char *key, bool usual);
int64_t otelmq_config_get_int(const otelmq_config_node *map, const char *key, int64_t usual);
/* Of an integer too. */
double otelmq_config_get_double(const otelmq_config_node *map, const char *key, double usual);

/* The same for integers that are known to be in the range. */
static inline uint32_t otelmq_config_get_uint(const otelmq_config_node *map, const char *key,
                                              uint32_t usual)
{
    return (uint32_t)otelmq_config_get_int(map, key, usual);
}

/* The line of the value, or of map when it is missing. */
uint32_t otelmq_config_line(const otelmq_config_node *map, const char *key);

#endif
