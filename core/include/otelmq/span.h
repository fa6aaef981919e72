/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A span: one operation with its beginning, end, attributes, events, links and status. You get one
 * from a tracer, fill it, and end it once; ending gives it up.
 *
 *     otelmq_scope scope = otelmq_tracer_start_scope(tracer, "process-order", NULL);
 *     otelmq_span_set_string(scope.span, "order.id", OTELMQ_STR("123"));
 *     otelmq_scope_end(&scope);
 *
 * Nothing here fails, returns NULL or crashes for want of a sampler, an SDK or memory: a span that
 * does not record takes every call and does nothing. NULL is such a span too. A span may be used on
 * several threads at once, until it is ended; who wants to touch it after that retains it before.
 * Attributes that are known at the start belong into otelmq_span_options, where samplers see them.
 * (Specification: trace/api.md, "Span".)
 */
#ifndef OTELMQ_SPAN_H
#define OTELMQ_SPAN_H

#include <otelmq/attribute.h>
#include <otelmq/context.h>

OTELMQ_BEGIN_C

typedef struct otelmq_span otelmq_span;

/* With OTLP's values. */
typedef enum {
    OTELMQ_SPAN_INTERNAL = 1, /* an operation inside the program */
    OTELMQ_SPAN_SERVER = 2,
    OTELMQ_SPAN_CLIENT = 3,
    OTELMQ_SPAN_PRODUCER = 4, /* a message sent, handled elsewhere and perhaps much later */
    OTELMQ_SPAN_CONSUMER = 5, /* a message handled */
} otelmq_span_kind;

/* With OTLP's values. */
typedef enum {
    OTELMQ_STATUS_UNSET = 0,
    OTELMQ_STATUS_OK = 1, /* the application says it went well; final */
    OTELMQ_STATUS_ERROR = 2,
} otelmq_status_code;

/* A link to another span, of this trace or another, with attributes of its own. All borrowed. */
typedef struct {
    otelmq_span_context span_context;
    const otelmq_attribute *attributes;
    size_t attribute_count;
} otelmq_link;

/* The span's own context, for links and logs. Borrowed; never NULL, invalid for no span. */
OTELMQ_API const otelmq_span_context *otelmq_span_get_context(const otelmq_span *span);

/* Whether what is set on it goes anywhere: false when unsampled, ended, or without an SDK. */
OTELMQ_API bool otelmq_span_is_recording(const otelmq_span *span);

/*
 * Sets an attribute, in place of an earlier one with its key. Copies key and value. Dropped, and
 * counted on the span, when it already has as many as its limit allows (128).
 */
OTELMQ_API void otelmq_span_set_attribute(otelmq_span *span, otelmq_attribute attribute);

/* The same for the single types, with a key that need not end in NUL; faster. */
OTELMQ_API void otelmq_span_put_string(otelmq_span *span, otelmq_str key, otelmq_str value);
OTELMQ_API void otelmq_span_put_bool(otelmq_span *span, otelmq_str key, bool value);
OTELMQ_API void otelmq_span_put_int(otelmq_span *span, otelmq_str key, int64_t value);
OTELMQ_API void otelmq_span_put_double(otelmq_span *span, otelmq_str key, double value);

/* The same with a key that does; inline, so that the length of a literal costs nothing. */
static inline void otelmq_span_set_string(otelmq_span *span, const char *key, otelmq_str value)
{
    otelmq_span_put_string(span, otelmq_str_from(key), value);
}

static inline void otelmq_span_set_bool(otelmq_span *span, const char *key, bool value)
{
    otelmq_span_put_bool(span, otelmq_str_from(key), value);
}

static inline void otelmq_span_set_int(otelmq_span *span, const char *key, int64_t value)
{
    otelmq_span_put_int(span, otelmq_str_from(key), value);
}

static inline void otelmq_span_set_double(otelmq_span *span, const char *key, double value)
{
    otelmq_span_put_double(span, otelmq_str_from(key), value);
}

/* Adds an event that happens now. Copies. attributes may be NULL when attribute_count is 0. */
OTELMQ_API void otelmq_span_add_event(otelmq_span *span, const char *name,
                                      const otelmq_attribute attributes[], size_t attribute_count);

/* Adds an event that happened at time_unix_nano, in nanoseconds since 1970; 0: now. */
OTELMQ_API void otelmq_span_add_event_at(otelmq_span *span, const char *name,
                                         uint64_t time_unix_nano,
                                         const otelmq_attribute attributes[],
                                         size_t attribute_count);

/* Adds a link. Copies. A link to an invalid context is kept only if it has attributes. */
OTELMQ_API void otelmq_span_add_link(otelmq_span *span, const otelmq_link *link);

/*
 * Sets the status. description (may be NULL) says why, and is kept for OTELMQ_STATUS_ERROR only.
 * OTELMQ_STATUS_OK is final: later calls change nothing; UNSET is ignored.
 */
OTELMQ_API void otelmq_span_set_status(otelmq_span *span, otelmq_status_code code,
                                       const char *description);

/*
 * Records a failure in one call: an event "exception" with exception.type and exception.message,
 * the attribute error.type, and status error with message as its description. type is of low
 * cardinality, as "ValidationError"; message (may be NULL) is for people.
 */
OTELMQ_API void otelmq_span_record_error(otelmq_span *span, const char *type, const char *message);

/*
 * Records an exception, or what your program has for one, which may have been handled: an event
 * "exception" with exception.type, exception.message (message may be NULL) and attributes (NULL
 * when attribute_count is 0), which win over these two, and where exception.stacktrace belongs.
 * Changes nothing else: a failure of the operation is for otelmq_span_record_error.
 */
OTELMQ_API void otelmq_span_record_exception(otelmq_span *span, const char *type,
                                             const char *message,
                                             const otelmq_attribute attributes[],
                                             size_t attribute_count);

/* Renames the span. A sampler has already seen the first name. */
OTELMQ_API void otelmq_span_update_name(otelmq_span *span, const char *name);

/* Ends the span now and gives up the caller's reference. Further calls on it are ignored. */
OTELMQ_API void otelmq_span_end(otelmq_span *span);

/* Ends it at end_time_unix_nano, in nanoseconds since 1970; 0: now. */
OTELMQ_API void otelmq_span_end_at(otelmq_span *span, uint64_t end_time_unix_nano);

/* One more reference, to read its context after the end; returns its argument. */
OTELMQ_API otelmq_span *otelmq_span_retain(otelmq_span *span);

/* Gives a retained reference back, without ending the span. */
OTELMQ_API void otelmq_span_release(otelmq_span *span);

/* A new context, yours: parent with span as its active span. Retains the span. */
OTELMQ_API const otelmq_context *otelmq_context_with_span(const otelmq_context *parent,
                                                          otelmq_span *span);

/*
 * The active span of context, the one that otelmq_span_set_string and the like should go to; a span
 * that records nothing, never NULL, when there is none. Borrowed from the context.
 */
OTELMQ_API otelmq_span *otelmq_context_span(const otelmq_context *context);

/* A span that is the active one of the thread, until it ends. Plain data; stays on its thread. */
typedef struct {
    otelmq_span *span;
    otelmq_context_token token;
    /* What ends the span, as its starter set it; NULL: otelmq_span_end. */
    void (*end_span)(void *self, otelmq_span *span);
    void *self;
} otelmq_scope;

/* Makes span (whose reference moves into the scope) the active one of this thread. */
OTELMQ_API otelmq_scope otelmq_scope_start(otelmq_span *span);

/* The same under context, with its baggage and values, instead of the thread's current one. */
OTELMQ_API otelmq_scope otelmq_scope_start_in(const otelmq_context *context, otelmq_span *span);

/*
 * Makes the previous span active again, and ends this one. A scope that was ended already, or {0},
 * is left alone.
 */
OTELMQ_API void otelmq_scope_end(otelmq_scope *scope);

OTELMQ_END_C

#endif
