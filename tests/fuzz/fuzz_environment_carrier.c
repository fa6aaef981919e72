/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A context in the environment: each line of the input is a variable, as "NAME=value". What is
 * injected for a child process is extracted again there.
 */
#include "fuzz/fuzz.h"

#include <otelmq/environment_carrier.h>
#include <otelmq/propagator.h>

#include <stdlib.h>

enum { VARIABLES_MAX = 64 };

static otelmq_child_environment *create(char *text)
{
    char *variables[VARIABLES_MAX];
    size_t count = 0;
    char *rest = text;
    for (char *line = strsep(&rest, "\n"); line != NULL && count < VARIABLES_MAX - 1;
         line = strsep(&rest, "\n")) {
        variables[count++] = line;
    }
    variables[count] = NULL;
    return otelmq_child_environment_create(variables);
}

static otelmq_str get(otelmq_child_environment *child, const char *key)
{
    return otelmq_carrier_get(otelmq_child_environment_carrier(child), key);
}

/* What goes into a child's environment for context. */
static otelmq_child_environment *inject(const otelmq_context *context)
{
    char *const nothing[] = {NULL};
    otelmq_child_environment *child = otelmq_child_environment_create(nothing);
    otelmq_propagator_inject(otelmq_propagator_global(), context,
                             otelmq_child_environment_carrier(child));
    return child;
}

static void require_same(otelmq_child_environment *actual, otelmq_child_environment *expected)
{
    static const char *const names[] = {"traceparent", "tracestate", "baggage"};
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        fuzz_require_equal(get(actual, names[i]), get(expected, names[i]), names[i]);
    }
}

static const otelmq_context *extract(otelmq_child_environment *child)
{
    return otelmq_propagator_extract(otelmq_propagator_global(), otelmq_context_root(),
                                     otelmq_child_environment_carrier(child));
}

/* Any text as a name: it is one that a shell can write. */
static void check_name(otelmq_child_environment *child, const char *key)
{
    otelmq_carrier carrier = otelmq_child_environment_carrier(child);
    if (otelmq_carrier_set(carrier, key, OTELMQ_STR("x")) != OTELMQ_OK) {
        return;
    }
    fuzz_require_equal(otelmq_carrier_get(carrier, key), OTELMQ_STR("x"), "what is set is found");
    otelmq_str name = otelmq_carrier_key_at(carrier, 0);
    for (size_t i = 0; i < name.len; i++) {
        char byte = name.data[i];
        fuzz_require((byte >= 'A' && byte <= 'Z') || byte == '_' ||
                         (i > 0 && byte >= '0' && byte <= '9'),
                     "a name is made of A to Z, digits and underscores");
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char *const nothing[] = {NULL};
    char *text = calloc(1, size + 1);
    fuzz_require(text != NULL, "there is memory");
    memcpy(text, data, size);
    otelmq_child_environment *named = otelmq_child_environment_create(nothing);
    check_name(named, text);
    otelmq_child_environment *child = create(text);
    const otelmq_context *first = extract(child);
    otelmq_child_environment *grandchild = inject(first);
    const otelmq_context *second = extract(grandchild);
    otelmq_child_environment *again = inject(second);
    require_same(again, grandchild);
    otelmq_context_release(first);
    otelmq_context_release(second);
    otelmq_child_environment_destroy(named);
    otelmq_child_environment_destroy(child);
    otelmq_child_environment_destroy(grandchild);
    otelmq_child_environment_destroy(again);
    free(text);
    return 0;
}
