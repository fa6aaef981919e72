/* SPDX-License-Identifier: Apache-2.0 */
#include "sdk/named_parts.h"

#include "base/text.h"

typedef enum { ALWAYS_ON, ALWAYS_OFF, RATIO } root_sampler;

typedef struct {
    const char *name;
    root_sampler root;
    bool is_parent_based;
} named_sampler;

static const named_sampler SAMPLERS[] = {
    {"always_on", ALWAYS_ON, false},
    {"always_off", ALWAYS_OFF, false},
    {"traceidratio", RATIO, false},
    {"parentbased_always_on", ALWAYS_ON, true},
    {"parentbased_always_off", ALWAYS_OFF, true},
    {"parentbased_traceidratio", RATIO, true},
};

bool otelmq_is_name(otelmq_str text, const char *name)
{
    return otelmq_is_same_name(text, otelmq_str_from(name));
}

static const named_sampler *find_sampler(otelmq_str name)
{
    for (size_t i = 0; i < sizeof(SAMPLERS) / sizeof(SAMPLERS[0]); i++) {
        if (otelmq_is_name(name, SAMPLERS[i].name)) {
            return &SAMPLERS[i];
        }
    }
    return NULL;
}

bool otelmq_sampler_is_known(otelmq_str name, bool *needs_ratio)
{
    const named_sampler *found = find_sampler(name);
    *needs_ratio = found != NULL && found->root == RATIO;
    return found != NULL;
}

static otelmq_sampler make_root(root_sampler root, double ratio)
{
    switch (root) {
    case ALWAYS_ON:
        return otelmq_sampler_always_on();
    case ALWAYS_OFF:
        return otelmq_sampler_always_off();
    case RATIO:
        break;
    }
    return otelmq_sampler_trace_id_ratio(ratio);
}

otelmq_sampler otelmq_sampler_by_name(otelmq_str name, double ratio)
{
    const named_sampler *found = find_sampler(name);
    otelmq_sampler root = make_root(found->root, ratio);
    if (!found->is_parent_based || root.ops == NULL) {
        return root;
    }
    return otelmq_sampler_parent_based(&(otelmq_parent_based_options){.root = root});
}
