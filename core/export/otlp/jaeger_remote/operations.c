/* SPDX-License-Identifier: Apache-2.0 */
#include "export/otlp/jaeger_remote/operations.h"

#include <stdlib.h>

/* A power of two, never more than half full. */
enum { SLOTS = 4096 };

struct otelmq_jaeger_operations {
    otelmq_sampler usual;
    double lower_bound_per_second;
    atomic_uint count;
    _Atomic(otelmq_jaeger_operation *) slots[SLOTS];
};

/* FNV-1a, which is short, and good enough for names that a program chose itself. */
static size_t hash(otelmq_str name)
{
    uint64_t bits = 0xcbf29ce484222325;
    for (size_t i = 0; i < name.len; i++) {
        bits = (bits ^ (unsigned char)name.data[i]) * 0x100000001b3;
    }
    return (size_t)(bits ^ bits >> 32);
}

otelmq_jaeger_operations *otelmq_jaeger_operations_create(otelmq_sampler usual,
                                                          double lower_bound_per_second)
{
    otelmq_jaeger_operations *operations =
        usual.ops != NULL ? calloc(1, sizeof(*operations)) : NULL;
    if (operations == NULL) {
        otelmq_sampler_destroy(usual);
        return NULL;
    }
    operations->usual = usual;
    operations->lower_bound_per_second = lower_bound_per_second;
    return operations;
}

static void destroy_operation(otelmq_jaeger_operation *operation)
{
    if (operation != NULL && operation->owns_probability) {
        otelmq_sampler_destroy(operation->probability);
    }
    free(operation);
}

void otelmq_jaeger_operations_destroy(otelmq_jaeger_operations *operations)
{
    if (operations == NULL) {
        return;
    }
    for (size_t i = 0; i < SLOTS; i++) {
        destroy_operation(atomic_load(&operations->slots[i]));
    }
    otelmq_sampler_destroy(operations->usual);
    free(operations);
}

static bool has_name(const otelmq_jaeger_operation *operation, otelmq_str name)
{
    return otelmq_str_equal(otelmq_str_from_bytes(operation->name, operation->name_len), name);
}

/* The slot of the operation of that name, or the free one where it belongs. */
static _Atomic(otelmq_jaeger_operation *) *find_slot(otelmq_jaeger_operations *operations,
                                                     otelmq_str name)
{
    size_t at = hash(name);
    for (;;) {
        _Atomic(otelmq_jaeger_operation *) *slot = &operations->slots[at % SLOTS];
        const otelmq_jaeger_operation *operation = atomic_load(slot);
        if (operation == NULL || has_name(operation, name)) {
            return slot;
        }
        at++;
    }
}

static otelmq_jaeger_operation *create_operation(const otelmq_jaeger_operations *operations,
                                                 otelmq_str name)
{
    otelmq_jaeger_operation *operation = malloc(sizeof(*operation) + name.len);
    if (operation == NULL) {
        return NULL;
    }
    operation->probability = operations->usual;
    operation->owns_probability = false;
    otelmq_rate_limiter_init(&operation->lower_bound, operations->lower_bound_per_second);
    operation->name_len = name.len;
    if (name.len > 0) {
        memcpy(operation->name, name.data, name.len);
    }
    return operation;
}

/*
 * Puts it into the table and returns it; or, when another thread was quicker with the same name,
 * frees it and returns that one.
 */
static otelmq_jaeger_operation *insert(otelmq_jaeger_operations *operations,
                                       otelmq_jaeger_operation *operation)
{
    otelmq_str name = otelmq_str_from_bytes(operation->name, operation->name_len);
    for (;;) {
        _Atomic(otelmq_jaeger_operation *) *slot = find_slot(operations, name);
        otelmq_jaeger_operation *there = NULL;
        if (atomic_compare_exchange_strong(slot, &there, operation)) {
            return operation;
        }
        if (has_name(there, name)) {
            destroy_operation(operation);
            atomic_fetch_sub(&operations->count, 1);
            return there;
        }
    }
}

/* Counts one more before it is made, so that the table never gets full. */
static otelmq_jaeger_operation *make_room_for(otelmq_jaeger_operations *operations, otelmq_str name)
{
    if (atomic_load(&operations->count) >= OTELMQ_JAEGER_OPERATIONS_MAX ||
        atomic_fetch_add(&operations->count, 1) >= OTELMQ_JAEGER_OPERATIONS_MAX) {
        return NULL;
    }
    otelmq_jaeger_operation *operation = create_operation(operations, name);
    if (operation == NULL) {
        atomic_fetch_sub(&operations->count, 1);
    }
    return operation;
}

bool otelmq_jaeger_operations_add(otelmq_jaeger_operations *operations, otelmq_str name,
                                  otelmq_sampler probability)
{
    otelmq_jaeger_operation *operation = NULL;
    if (probability.ops != NULL && atomic_load(find_slot(operations, name)) == NULL) {
        operation = make_room_for(operations, name);
    }
    if (operation == NULL) {
        otelmq_sampler_destroy(probability);
        return false;
    }
    operation->probability = probability;
    operation->owns_probability = true;
    (void)insert(operations, operation);
    return true;
}

otelmq_jaeger_operation *otelmq_jaeger_operations_get(otelmq_jaeger_operations *operations,
                                                      otelmq_str name)
{
    otelmq_jaeger_operation *operation = atomic_load(find_slot(operations, name));
    if (operation != NULL || operations->lower_bound_per_second <= 0) {
        return operation;
    }
    operation = make_room_for(operations, name);
    return operation != NULL ? insert(operations, operation) : NULL;
}

otelmq_sampler otelmq_jaeger_operations_usual(const otelmq_jaeger_operations *operations)
{
    return operations->usual;
}

void otelmq_jaeger_operations_continue(otelmq_jaeger_operations *operations,
                                       const otelmq_jaeger_operations *before,
                                       uint64_t now_monotonic_nano)
{
    for (size_t i = 0; i < SLOTS; i++) {
        const otelmq_jaeger_operation *old = atomic_load(&before->slots[i]);
        if (old == NULL) {
            continue;
        }
        otelmq_str name = otelmq_str_from_bytes(old->name, old->name_len);
        otelmq_jaeger_operation *kept = otelmq_jaeger_operations_get(operations, name);
        if (kept != NULL) {
            otelmq_rate_limiter_continue(&kept->lower_bound, &old->lower_bound, now_monotonic_nano);
        }
    }
}
