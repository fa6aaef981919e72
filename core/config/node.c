/* SPDX-License-Identifier: Apache-2.0 */
#include "config/node.h"

const otelmq_config_entry *otelmq_config_find(const otelmq_config_node *map, const char *key)
{
    if (map == NULL || map->type != OTELMQ_CONFIG_MAP) {
        return NULL;
    }
    otelmq_str wanted = otelmq_str_from(key);
    const otelmq_config_entry *entry = map->first;
    while (entry != NULL && !otelmq_str_equal(entry->key, wanted)) {
        entry = entry->next;
    }
    return entry;
}

const otelmq_config_node *otelmq_config_get(const otelmq_config_node *map, const char *key)
{
    const otelmq_config_entry *entry = otelmq_config_find(map, key);
    return entry != NULL && entry->node->type != OTELMQ_CONFIG_NULL ? entry->node : NULL;
}

const char *otelmq_config_get_text(const otelmq_config_node *map, const char *key,
                                   const char *usual)
{
    const otelmq_config_node *node = otelmq_config_get(map, key);
    return node != NULL ? node->text.data : usual;
}

bool otelmq_config_get_bool(const otelmq_config_node *map, const char *key, bool usual)
{
    const otelmq_config_node *node = otelmq_config_get(map, key);
    return node != NULL ? node->value.boolean : usual;
}

int64_t otelmq_config_get_int(const otelmq_config_node *map, const char *key, int64_t usual)
{
    const otelmq_config_node *node = otelmq_config_get(map, key);
    return node != NULL ? node->value.integer : usual;
}

double otelmq_config_get_double(const otelmq_config_node *map, const char *key, double usual)
{
    const otelmq_config_node *node = otelmq_config_get(map, key);
    if (node == NULL) {
        return usual;
    }
    return node->type == OTELMQ_CONFIG_INT ? (double)node->value.integer : node->value.real;
}

uint32_t otelmq_config_line(const otelmq_config_node *map, const char *key)
{
    const otelmq_config_node *node = otelmq_config_get(map, key);
    return node != NULL ? node->line : map->line;
}
