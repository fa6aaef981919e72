/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What very many spans begin with: a name and attributes in one immutable block, which a span
 * refers to instead of copying them. A span that gets an attribute of its own copies the list, and
 * still refers to the texts. Any thread, but for otelmq_tracer_start_folded.
 *
 *     template: | count | name | attributes [n] | keys and text |
 *                   ^      ^           ^
 *                 span     +- data ----+
 */
#ifndef OTELMQ_TRACE_SPAN_TEMPLATE_H
#define OTELMQ_TRACE_SPAN_TEMPLATE_H

#include "base/refcount.h"

#include <otelmq/span_seed.h>

typedef struct otelmq_span_template {
    otelmq_refcount refcount;
    unsigned stored; /* references of the owner's that otelmq_tracer_start_folded has to give */
    otelmq_str name;
    size_t attribute_count;
    otelmq_attribute attributes[];
} otelmq_span_template;

/* A copy; the keys must differ, and the values be text, numbers or bools. NULL without memory. */
otelmq_span_template *
otelmq_span_template_create(otelmq_str name, const otelmq_attribute attributes[], size_t count);

/* The owner's reference goes, with those in store. */
void otelmq_span_template_destroy(otelmq_span_template *template);

/* Gives count references back; the last one frees. */
void otelmq_span_template_release(otelmq_span_template *template, unsigned count);

/*
 * otelmq_tracer_start_span and otelmq_span_seed_start with template before the options' own
 * attributes, and its name; template NULL: with name.
 */
otelmq_span *otelmq_tracer_start_templated(otelmq_tracer *tracer, otelmq_span_template *template,
                                           const char *name, const otelmq_span_options *options);
otelmq_span *otelmq_span_seed_start_templated(otelmq_span_seed *seed, otelmq_tracer *tracer,
                                              otelmq_span_template *template, const char *name,
                                              const otelmq_span_options *options);

/*
 * otelmq_tracer_start_templated for a child of parent (invalid: a root span) that has no attributes
 * of its own, in the quickest way there is. NULL, and nothing has begun, when it is none for this
 * provider, or without memory: then it must be started in the usual way. Not by two threads at once
 * with the same template.
 */
otelmq_span *otelmq_tracer_start_folded(otelmq_tracer *tracer, otelmq_span_template *template,
                                        otelmq_span_kind kind, const otelmq_span_context *parent);

#endif
