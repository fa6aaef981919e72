/* SPDX-License-Identifier: Apache-2.0 */
#include "context/context_node.h"
#include "trace/span_object.h"

static void release_span(void *span)
{
    otelmq_span_release(span);
}

const otelmq_context *otelmq_context_with_span(const otelmq_context *parent, otelmq_span *span)
{
    otelmq_span *active = span != NULL ? span : &otelmq_span_nothing;
    return otelmq_context_with_active(parent, otelmq_span_get_context(active),
                                      otelmq_span_retain(active), release_span);
}

otelmq_span *otelmq_context_span(const otelmq_context *context)
{
    otelmq_span *span = otelmq_context_active_span(context);
    return span != NULL ? span : &otelmq_span_nothing;
}

otelmq_scope otelmq_scope_start_in(const otelmq_context *context, otelmq_span *span)
{
    otelmq_span *active = span != NULL ? span : &otelmq_span_nothing;
    const otelmq_context *inside = otelmq_context_with_span(context, active);
    otelmq_scope scope = {.span = active, .token = otelmq_context_attach(inside)};
    otelmq_context_release(inside);
    return scope;
}

otelmq_scope otelmq_scope_start(otelmq_span *span)
{
    return otelmq_scope_start_in(NULL, span);
}

otelmq_scope otelmq_tracer_start_scope(otelmq_tracer *tracer, const char *name,
                                       const otelmq_span_options *options)
{
    otelmq_span *span = otelmq_tracer_start_span(tracer, name, options);
    return otelmq_scope_start_in(options != NULL ? options->parent : NULL, span);
}

void otelmq_scope_end(otelmq_scope *scope)
{
    if (scope == NULL || scope->span == NULL) {
        return;
    }
    otelmq_context_detach(scope->token);
    if (scope->end_span != NULL) {
        scope->end_span(scope->self, scope->span);
    } else {
        otelmq_span_end(scope->span);
    }
    *scope = (otelmq_scope){0};
}
