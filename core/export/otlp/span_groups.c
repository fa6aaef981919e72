/* SPDX-License-Identifier: Apache-2.0 */
#include "export/otlp/span_groups.h"

#include <stdlib.h>

enum { FIRST_GROUP_CAPACITY = 8 };

/* While the groups are found: in the order of their first spans, with the group of each span. */
typedef struct {
    otelmq_span_group *groups;
    size_t count;
    size_t capacity;
    size_t *group_of_span;
} finding;

/* Attributes are not compared: scopes that have some are the same only if they are one. */
static bool is_same_scope(const otelmq_instrumentation_scope *a,
                          const otelmq_instrumentation_scope *b)
{
    if (a == b) {
        return true;
    }
    return a != NULL && b != NULL && a->attribute_count == 0 && b->attribute_count == 0 &&
           otelmq_str_equal(a->name, b->name) && otelmq_str_equal(a->version, b->version) &&
           otelmq_str_equal(a->schema_url, b->schema_url);
}

static bool has_group(const otelmq_span_group *group, const otelmq_span_data *span)
{
    return group->resource == span->resource && is_same_scope(group->scope, span->scope);
}

static size_t resource_rank(const finding *found, size_t rank, const otelmq_span_data *span)
{
    for (size_t i = 0; i < rank; i++) {
        if (found->groups[i].resource == span->resource) {
            return found->groups[i].resource_rank;
        }
    }
    return rank;
}

static bool add_group(finding *found, const otelmq_span_data *span)
{
    if (found->count == found->capacity) {
        size_t capacity = found->capacity > 0 ? 2 * found->capacity : FIRST_GROUP_CAPACITY;
        otelmq_span_group *groups = realloc(found->groups, capacity * sizeof(*groups));
        if (groups == NULL) {
            return false;
        }
        found->groups = groups;
        found->capacity = capacity;
    }
    size_t rank = found->count++;
    found->groups[rank] = (otelmq_span_group){.resource = span->resource,
                                              .scope = span->scope,
                                              .rank = rank,
                                              .resource_rank = resource_rank(found, rank, span)};
    return true;
}

/* The group of span; likely is where the span before was. The count of groups: there is none. */
static size_t find_group(const finding *found, const otelmq_span_data *span, size_t likely)
{
    if (likely < found->count && has_group(&found->groups[likely], span)) {
        return likely;
    }
    size_t index = 0;
    while (index < found->count && !has_group(&found->groups[index], span)) {
        index++;
    }
    return index;
}

static bool find_groups(finding *found, const otelmq_span_data *const spans[], size_t count)
{
    size_t index = 0;
    for (size_t i = 0; i < count; i++) {
        index = find_group(found, spans[i], index);
        if (index == found->count && !add_group(found, spans[i])) {
            return false;
        }
        found->groups[index].count++;
        found->group_of_span[i] = index;
    }
    return true;
}

static int compare_groups(const void *a, const void *b)
{
    const otelmq_span_group *left = a;
    const otelmq_span_group *right = b;
    if (left->resource_rank != right->resource_rank) {
        return left->resource_rank < right->resource_rank ? -1 : 1;
    }
    return left->rank < right->rank ? -1 : left->rank > right->rank;
}

/* Sorts the groups, and writes the place of the first span of each, by its rank, to places. */
static void sort_groups(finding *found, size_t places[])
{
    qsort(found->groups, found->count, sizeof(*found->groups), compare_groups);
    size_t first = 0;
    for (size_t i = 0; i < found->count; i++) {
        otelmq_span_group *group = &found->groups[i];
        group->first = first;
        places[group->rank] = first;
        first += group->count;
    }
}

/* Sorts all by the groups found; false without memory. */
static bool sort_spans(finding *found, const otelmq_span_data *const spans[], size_t count,
                       const otelmq_span_data *sorted[])
{
    size_t *places = malloc(found->count * sizeof(*places));
    if (places == NULL) {
        return false;
    }
    sort_groups(found, places);
    for (size_t i = 0; i < count; i++) {
        sorted[places[found->group_of_span[i]]++] = spans[i];
    }
    free(places);
    return true;
}

otelmq_status otelmq_span_groups_init(otelmq_span_groups *groups,
                                      const otelmq_span_data *const spans[], size_t count)
{
    finding found = {.group_of_span = malloc(count * sizeof(size_t))};
    const otelmq_span_data **sorted = malloc(count * sizeof(*sorted));
    bool is_done = found.group_of_span != NULL && sorted != NULL &&
                   find_groups(&found, spans, count) && sort_spans(&found, spans, count, sorted);
    free(found.group_of_span);
    if (!is_done) {
        free(found.groups);
        free(sorted);
        return OTELMQ_ERROR_NO_MEMORY;
    }
    *groups = (otelmq_span_groups){sorted, found.groups, found.count};
    return OTELMQ_OK;
}

void otelmq_span_groups_clean(otelmq_span_groups *groups)
{
    free(groups->spans);
    free(groups->groups);
    *groups = (otelmq_span_groups){0};
}

bool otelmq_span_groups_starts_resource(const otelmq_span_groups *groups, size_t index)
{
    return index == 0 || groups->groups[index - 1].resource != groups->groups[index].resource;
}

bool otelmq_span_groups_ends_resource(const otelmq_span_groups *groups, size_t index)
{
    return index + 1 == groups->group_count ||
           otelmq_span_groups_starts_resource(groups, index + 1);
}
