/* SPDX-License-Identifier: Apache-2.0 */
#include "config/make.h"

#include <stdlib.h>

static otelmq_composable_sampler make_parent_threshold(otelmq_config_maker *maker,
                                                       const otelmq_config_node *options)
{
    return otelmq_composable_parent_threshold(
        otelmq_config_make_composable(maker, otelmq_config_get(options, "root")));
}

/* A rule that cannot be made makes the whole fail, as composable samplers do it. */
static otelmq_composable_sampler make_rule_based(otelmq_config_maker *maker,
                                                 const otelmq_config_node *options)
{
    const otelmq_config_node *list = otelmq_config_get(options, "rules");
    size_t count = list != NULL ? list->count : 0;
    otelmq_sampling_rule *rules = calloc(count + 1, sizeof(*rules));
    if (rules == NULL) {
        return (otelmq_composable_sampler){0};
    }
    size_t made = 0;
    for (const otelmq_config_entry *entry = count > 0 ? list->first : NULL; entry != NULL;
         entry = entry->next) {
        rules[made].predicate = otelmq_config_make_predicate(maker, entry->node);
        rules[made].sampler =
            otelmq_config_make_composable(maker, otelmq_config_get(entry->node, "sampler"));
        made++;
    }
    otelmq_composable_sampler sampler = otelmq_composable_rule_based(rules, made);
    free(rules);
    return sampler;
}

static otelmq_composable_sampler make(otelmq_config_maker *maker, const otelmq_config_entry *entry)
{
    const char *name = entry->key.data;
    if (strcmp(name, "always_on") == 0) {
        return otelmq_composable_always_on();
    }
    if (strcmp(name, "always_off") == 0) {
        return otelmq_composable_always_off();
    }
    if (strcmp(name, "probability") == 0) {
        return otelmq_composable_probability(otelmq_config_get_double(entry->node, "ratio", 1));
    }
    return strcmp(name, "parent_threshold") == 0 ? make_parent_threshold(maker, entry->node)
                                                 : make_rule_based(maker, entry->node);
}

otelmq_composable_sampler otelmq_config_make_composable(otelmq_config_maker *maker,
                                                        const otelmq_config_node *choice)
{
    otelmq_composable_sampler sampler = make(maker, choice->first);
    if (sampler.ops == NULL) {
        otelmq_config_error(maker->problems, choice->first->line, OTELMQ_ERROR_NO_MEMORY,
                            "the composable sampler \"%s\" cannot be made.",
                            choice->first->key.data);
    }
    return sampler;
}
