/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A predicate says yes or no about a span that is to start: which of the rules of a rule-based
 * sampler (<otelmq/composable_sampler.h>) applies to it. What is handed to a function here is
 * *owned* by it, on failure too, and a failed part makes the whole fail: {0} then. Any thread.
 */
#ifndef OTELMQ_SAMPLING_PREDICATE_H
#define OTELMQ_SAMPLING_PREDICATE_H

#include <otelmq/sampler.h>

OTELMQ_BEGIN_C

/* A predicate of your own is such a table and a pointer; any thread may call it at any time. */
typedef struct {
    /* The trace id of input is all zero, as a composable sampler has it. */
    bool (*matches)(const void *self, const otelmq_sampling_input *input);
    /* What it is, for people, as "name=GET *". Borrowed from the predicate. NULL: "custom". */
    const char *(*description)(const void *self);
    /* Frees self; NULL when there is nothing to free. */
    void (*destroy)(void *self);
} otelmq_sampling_predicate_ops;

typedef struct {
    const otelmq_sampling_predicate_ops *ops;
    void *self;
} otelmq_sampling_predicate;

/* Every span. Static. */
OTELMQ_API otelmq_sampling_predicate otelmq_predicate_any(void);

/* A span without a parent. Static. */
OTELMQ_API otelmq_sampling_predicate otelmq_predicate_root(void);

/* A span whose parent came out of a carrier. Static. */
OTELMQ_API otelmq_sampling_predicate otelmq_predicate_remote_parent(void);

/* A span whose parent is of this process. Static. */
OTELMQ_API otelmq_sampling_predicate otelmq_predicate_local_parent(void);

/*
 * A span whose first name matches the pattern (copied): * is any text, ? any character, all else
 * itself, with its case.
 */
OTELMQ_API otelmq_sampling_predicate otelmq_predicate_span_name(const char *pattern);

/* A span of that kind. Static. */
OTELMQ_API otelmq_sampling_predicate otelmq_predicate_span_kind(otelmq_span_kind kind);

/* A span that starts with an attribute of that key, type and value (copied). */
OTELMQ_API otelmq_sampling_predicate otelmq_predicate_attribute(otelmq_attribute attribute);

/*
 * A span that starts with a string attribute of that key whose value matches the pattern, as
 * otelmq_predicate_span_name has it. Copies both.
 */
OTELMQ_API otelmq_sampling_predicate otelmq_predicate_attribute_matches(const char *key,
                                                                        const char *pattern);

/* What part does not match. */
OTELMQ_API otelmq_sampling_predicate otelmq_predicate_not(otelmq_sampling_predicate part);

/* What each of parts (copied) matches; of no parts, every span. */
OTELMQ_API otelmq_sampling_predicate
otelmq_predicate_all_of(const otelmq_sampling_predicate parts[], size_t count);

/* What one of parts (copied) matches; of no parts, no span. */
OTELMQ_API otelmq_sampling_predicate
otelmq_predicate_any_of(const otelmq_sampling_predicate parts[], size_t count);

/* Frees a predicate that was not handed over; {0} and the static ones are fine. */
OTELMQ_API void otelmq_sampling_predicate_destroy(otelmq_sampling_predicate predicate);

OTELMQ_END_C

#endif
