/* SPDX-License-Identifier: Apache-2.0 */
#include "propagation/default_propagator.h"

#include <stdlib.h>

typedef struct {
    size_t count;
    otelmq_propagator parts[];
} composite;

static void composite_inject(const void *self, const otelmq_context *context,
                             otelmq_carrier carrier)
{
    const composite *all = self;
    for (size_t i = 0; i < all->count; i++) {
        otelmq_propagator_inject(all->parts[i], context, carrier);
    }
}

static const otelmq_context *composite_extract(const void *self, const otelmq_context *context,
                                               otelmq_carrier carrier)
{
    const composite *all = self;
    const otelmq_context *extracted = otelmq_context_retain(context);
    for (size_t i = 0; i < all->count; i++) {
        const otelmq_context *next = otelmq_propagator_extract(all->parts[i], extracted, carrier);
        otelmq_context_release(extracted);
        extracted = next;
    }
    return extracted;
}

/* Whether a part before the part-th sets this header too. */
static bool is_field_of_earlier(const composite *all, size_t part, const char *field)
{
    for (size_t i = 0; i < part; i++) {
        const char *other;
        for (size_t at = 0; (other = otelmq_propagator_field_at(all->parts[i], at)) != NULL; at++) {
            if (strcmp(other, field) == 0) {
                return true;
            }
        }
    }
    return false;
}

static const char *composite_field_at(const void *self, size_t index)
{
    const composite *all = self;
    for (size_t i = 0; i < all->count; i++) {
        const char *field;
        for (size_t at = 0; (field = otelmq_propagator_field_at(all->parts[i], at)) != NULL; at++) {
            if (is_field_of_earlier(all, i, field)) {
                continue;
            }
            if (index == 0) {
                return field;
            }
            index--;
        }
    }
    return NULL;
}

static void destroy_parts(const otelmq_propagator parts[], size_t count)
{
    for (size_t i = 0; i < count; i++) {
        otelmq_propagator_destroy(parts[i]);
    }
}

static void composite_destroy(void *self)
{
    composite *all = self;
    destroy_parts(all->parts, all->count);
    free(all);
}

static bool are_complete(const otelmq_propagator parts[], size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (parts[i].ops == NULL) {
            return false;
        }
    }
    return true;
}

static bool are_default(const otelmq_propagator parts[], size_t count)
{
    return count == 2 && parts[0].ops == otelmq_propagator_trace_context().ops &&
           parts[1].ops == otelmq_propagator_baggage().ops;
}

otelmq_propagator otelmq_propagator_composite(const otelmq_propagator parts[], size_t count)
{
    static const otelmq_propagator_ops ops = {composite_inject, composite_extract,
                                              composite_field_at, composite_destroy};
    composite *all = NULL;
    if (are_default(parts, count)) {
        return otelmq_propagator_default();
    }
    if (are_complete(parts, count)) {
        all = malloc(sizeof(*all) + count * sizeof(parts[0]));
    }
    if (all == NULL) {
        destroy_parts(parts, count);
        return (otelmq_propagator){0};
    }
    all->count = count;
    for (size_t i = 0; i < count; i++) {
        all->parts[i] = parts[i];
    }
    return (otelmq_propagator){&ops, all};
}
