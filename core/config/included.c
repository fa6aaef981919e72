/* SPDX-License-Identifier: Apache-2.0 */
#include "config/included.h"

#include "base/glob.h"

static bool matches_one(otelmq_str text, const otelmq_config_node *patterns)
{
    for (const otelmq_config_entry *entry = patterns->first; entry != NULL; entry = entry->next) {
        if (otelmq_glob_matches(entry->node->text, text)) {
            return true;
        }
    }
    return false;
}

bool otelmq_config_is_included(otelmq_str text, const otelmq_config_node *included,
                               const otelmq_config_node *excluded)
{
    return (included == NULL || matches_one(text, included)) &&
           (excluded == NULL || !matches_one(text, excluded));
}
