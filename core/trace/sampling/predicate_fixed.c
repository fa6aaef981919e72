/* SPDX-License-Identifier: Apache-2.0 */
#include "base/unconst.h"
#include "trace/sampling/predicate.h"

/* The predicates without a part of their own: one of these each. */
typedef struct {
    const char *description;
    bool (*matches)(const otelmq_sampling_input *input);
} fixed_predicate;

static const otelmq_span_context *parent_of(const otelmq_sampling_input *input)
{
    return otelmq_context_span_context(input->parent);
}

static bool is_any(const otelmq_sampling_input *input)
{
    (void)input;
    return true;
}

static bool is_root(const otelmq_sampling_input *input)
{
    return !otelmq_span_context_is_valid(parent_of(input));
}

static bool has_remote_parent(const otelmq_sampling_input *input)
{
    return !is_root(input) && parent_of(input)->is_remote;
}

static bool has_local_parent(const otelmq_sampling_input *input)
{
    return !is_root(input) && !parent_of(input)->is_remote;
}

static bool matches(const void *self, const otelmq_sampling_input *input)
{
    const fixed_predicate *predicate = self;
    return predicate->matches(input);
}

static const char *description(const void *self)
{
    const fixed_predicate *predicate = self;
    return predicate->description;
}

static const otelmq_sampling_predicate_ops fixed_ops = {
    .matches = matches,
    .description = description,
};

/* The table is never written to: no function of these operations does. */
static otelmq_sampling_predicate fixed(const fixed_predicate *predicate)
{
    return (otelmq_sampling_predicate){&fixed_ops, otelmq_unconst(predicate)};
}

otelmq_sampling_predicate otelmq_predicate_any(void)
{
    static const fixed_predicate any = {"any", is_any};
    return fixed(&any);
}

otelmq_sampling_predicate otelmq_predicate_root(void)
{
    static const fixed_predicate root = {"root", is_root};
    return fixed(&root);
}

otelmq_sampling_predicate otelmq_predicate_remote_parent(void)
{
    static const fixed_predicate remote = {"remote parent", has_remote_parent};
    return fixed(&remote);
}

otelmq_sampling_predicate otelmq_predicate_local_parent(void)
{
    static const fixed_predicate local = {"local parent", has_local_parent};
    return fixed(&local);
}

/* The index is the kind, as OTLP numbers them. */
static const char *const KINDS[] = {
    NULL, "kind=internal", "kind=server", "kind=client", "kind=producer", "kind=consumer",
};

static bool has_kind(const void *self, const otelmq_sampling_input *input)
{
    const char *const *kind = self;
    return kind - KINDS == (ptrdiff_t)input->kind;
}

static const char *describe_kind(const void *self)
{
    const char *const *kind = self;
    return *kind;
}

otelmq_sampling_predicate otelmq_predicate_span_kind(otelmq_span_kind kind)
{
    static const otelmq_sampling_predicate_ops kind_ops = {
        .matches = has_kind,
        .description = describe_kind,
    };
    if (kind < OTELMQ_SPAN_INTERNAL || kind > OTELMQ_SPAN_CONSUMER) {
        return (otelmq_sampling_predicate){0};
    }
    return (otelmq_sampling_predicate){&kind_ops, otelmq_unconst(&KINDS[kind])};
}
