/* SPDX-License-Identifier: Apache-2.0 */
#include "config/make.h"

#include "base/text.h"

enum { PARTS_MAX = 32 };

/* The propagators so far, with their names, of which each counts once. */
typedef struct {
    otelmq_config_maker *maker;
    otelmq_propagator parts[PARTS_MAX];
    otelmq_str names[PARTS_MAX];
    size_t count;
    bool failed;
} selection;

static bool is_selected(const selection *selected, otelmq_str name)
{
    for (size_t i = 0; i < selected->count; i++) {
        if (otelmq_is_same_name(selected->names[i], name)) {
            return true;
        }
    }
    return false;
}

static void add(selection *selected, otelmq_str name, uint32_t line)
{
    if (name.len == 0 || is_selected(selected, name)) {
        return;
    }
    bool has_room = selected->count < PARTS_MAX;
    otelmq_propagator part = has_room ? otelmq_propagator_from_names(name) : (otelmq_propagator){0};
    if (part.ops == NULL) {
        selected->failed = true;
        otelmq_config_error(selected->maker->problems, line, OTELMQ_ERROR_NOT_FOUND,
                            has_room ? "there is no propagator \"%.*s\"."
                                     : "\"%.*s\" is one propagator too many.",
                            name.len < 64 ? (int)name.len : 64, name.data);
        return;
    }
    selected->parts[selected->count] = part;
    selected->names[selected->count] = name;
    selected->count++;
}

static void add_list(selection *selected, const otelmq_config_node *list)
{
    otelmq_str rest = list != NULL ? list->text : (otelmq_str){0};
    while (rest.len > 0) {
        add(selected, otelmq_trim(otelmq_take_until(&rest, ',')), list->line);
    }
}

otelmq_propagator otelmq_config_make_propagator(otelmq_config_maker *maker,
                                                const otelmq_config_node *propagator)
{
    selection selected = {.maker = maker};
    const otelmq_config_node *composite = otelmq_config_get(propagator, "composite");
    for (const otelmq_config_entry *entry = composite != NULL ? composite->first : NULL;
         entry != NULL; entry = entry->next) {
        add(&selected, entry->node->first->key, entry->node->first->line);
    }
    add_list(&selected, otelmq_config_get(propagator, "composite_list"));
    if (selected.failed) {
        for (size_t i = 0; i < selected.count; i++) {
            otelmq_propagator_destroy(selected.parts[i]);
        }
        return (otelmq_propagator){0};
    }
    if (selected.count == 0) {
        return otelmq_propagator_none();
    }
    otelmq_propagator made = otelmq_propagator_composite(selected.parts, selected.count);
    if (made.ops == NULL) {
        otelmq_config_error(maker->problems, 0, OTELMQ_ERROR_NO_MEMORY,
                            "there is not enough memory for the propagators.");
    }
    return made;
}
