/* SPDX-License-Identifier: Apache-2.0 */
#include "view/names.h"

#include "memory.h"
#include "view/text.h"

#include <search.h>
#include <stdlib.h>

static int compare(const void *a, const void *b)
{
    return strcmp(((const view_name *)a)->text, ((const view_name *)b)->text);
}

void view_names_init(view_names *names)
{
    *names = (view_names){0};
    otelmq_buffer_init(&names->scratch);
}

void view_names_clean(view_names *names)
{
    tdestroy(names->tree, free);
    otelmq_buffer_clean(&names->scratch);
    *names = (view_names){0};
}

static view_name *create_name(view_names *names, otelmq_str foreign)
{
    otelmq_buffer_clear(&names->scratch);
    view_text_add_printable(&names->scratch, foreign);
    otelmq_memory_check(&names->scratch);
    otelmq_str text = otelmq_buffer_str(&names->scratch);
    view_name *name = otelmq_memory_zeroed(1, sizeof *name + text.len + 1);
    if (text.len > 0) {
        memcpy(name->text, text.data, text.len);
    }
    return name;
}

const view_name *view_names_add(view_names *names, otelmq_str foreign)
{
    view_name *candidate = create_name(names, foreign);
    view_name **found = tsearch(candidate, &names->tree, compare);
    if (found == NULL) {
        otelmq_memory_exhausted();
    }
    view_name *name = *found;
    if (name != candidate) {
        free(candidate);
        return name;
    }
    name->number = names->count++;
    name->width = view_text_width(otelmq_str_from(name->text));
    return name;
}
