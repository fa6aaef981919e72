/* SPDX-License-Identifier: Apache-2.0 */
#include "propagation/registry.h"

#include "base/buffer.h"
#include "base/name_registry.h"
#include "base/text.h"

#include <otelmq/diagnostics.h>

enum { PARTS_MAX = 32 };

static otelmq_name_registry registry;

static const struct {
    const char *name;
    otelmq_propagator (*get)(void);
} BUILT_IN[] = {
    {"tracecontext", otelmq_propagator_trace_context},
    {"baggage", otelmq_propagator_baggage},
    {"b3", otelmq_propagator_b3},
    {"b3multi", otelmq_propagator_b3_multi},
    {"jaeger", otelmq_propagator_jaeger},
    {"ottrace", otelmq_propagator_ot_trace},
    {"none", otelmq_propagator_none},
};
enum { BUILT_IN_COUNT = sizeof(BUILT_IN) / sizeof(BUILT_IN[0]) };

/* The parts of a list, with the names that they have there. */
typedef struct {
    otelmq_propagator parts[PARTS_MAX];
    otelmq_str names[PARTS_MAX];
    size_t count;
} selection;

static bool is_name(otelmq_str text, const char *name)
{
    return otelmq_is_same_name(text, otelmq_str_from(name));
}

otelmq_status otelmq_propagator_register(const char *name, otelmq_propagator_factory factory)
{
    return otelmq_name_registry_add(&registry, name, (otelmq_any_function)factory);
}

/* All names that there are, as "a, b, c"; one that replaces another is there twice. */
static void list_names(otelmq_buffer *list)
{
    for (size_t i = 0; i < BUILT_IN_COUNT; i++) {
        otelmq_buffer_add_text(list, i > 0 ? ", " : "");
        otelmq_buffer_add_text(list, BUILT_IN[i].name);
    }
    const otelmq_registration *at = otelmq_name_registry_first(&registry);
    for (; at != NULL; at = at->next) {
        otelmq_buffer_add_text(list, ", ");
        otelmq_buffer_add_text(list, at->name);
    }
    otelmq_buffer_add_char(list, '\0');
}

static void report_unknown(const char *setting, otelmq_str name)
{
    otelmq_buffer list;
    otelmq_buffer_init(&list);
    list_names(&list);
    bool is_xray = is_name(name, "xray");
    otelmq_diagnostics_report(OTELMQ_SEVERITY_WARNING,
                              "%s names the propagator \"%.*s\", which %s; only what else is named "
                              "is used. There are %s, and what otelmq_propagator_register adds.",
                              setting, (int)name.len, name.data,
                              is_xray ? "is a vendor's and not part of otelmq" : "is not known",
                              otelmq_buffer_is_complete(&list) ? list.data : "others");
    otelmq_buffer_clean(&list);
}

static otelmq_propagator make(const char *setting, otelmq_str name)
{
    const otelmq_registration *registered = otelmq_name_registry_find(&registry, name);
    if (registered != NULL) {
        return ((otelmq_propagator_factory)registered->function)(registered->name);
    }
    for (size_t i = 0; i < BUILT_IN_COUNT; i++) {
        if (is_name(name, BUILT_IN[i].name)) {
            return BUILT_IN[i].get();
        }
    }
    report_unknown(setting, name);
    return (otelmq_propagator){0};
}

static bool is_selected(const selection *selected, otelmq_str name)
{
    for (size_t i = 0; i < selected->count; i++) {
        if (otelmq_is_same_name(selected->names[i], name)) {
            return true;
        }
    }
    return false;
}

static void select_name(selection *selected, const char *setting, otelmq_str name)
{
    if (name.len == 0 || is_selected(selected, name)) {
        return;
    }
    if (selected->count == PARTS_MAX) {
        otelmq_diagnostics_report(OTELMQ_SEVERITY_WARNING,
                                  "%s names more than %d propagators; \"%.*s\" is left out.",
                                  setting, PARTS_MAX, (int)name.len, name.data);
        return;
    }
    otelmq_propagator part = make(setting, name);
    if (part.ops != NULL) {
        selected->parts[selected->count] = part;
        selected->names[selected->count] = name;
        selected->count++;
    }
}

otelmq_propagator otelmq_propagator_from_setting(const char *setting, otelmq_str names)
{
    selection selected;
    selected.count = 0;
    bool is_said = otelmq_trim(names).len > 0;
    while (names.len > 0) {
        select_name(&selected, setting, otelmq_trim(otelmq_take_until(&names, ',')));
    }
    if (selected.count > 0) {
        return otelmq_propagator_composite(selected.parts, selected.count);
    }
    if (is_said) {
        otelmq_diagnostics_report(OTELMQ_SEVERITY_WARNING,
                                  "%s names no propagator that there is; tracecontext and baggage "
                                  "are used.",
                                  setting);
    }
    return (otelmq_propagator){0};
}

otelmq_propagator otelmq_propagator_from_names(otelmq_str names)
{
    return otelmq_propagator_from_setting("The list of propagators", names);
}
