/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the test suite of W3C Trace Context tries, as tables: requests that a service receives, and
 * what the headers of those must be that it sends because of them. One case here is one case there;
 * the rules and the requests are written anew, after the specification.
 * (W3C Trace Context Level 2, section 3.)
 */
#ifndef OTELMQ_TESTS_CONFORMANCE_TRACE_CONTEXT_CASES_H
#define OTELMQ_TESTS_CONFORMANCE_TRACE_CONTEXT_CASES_H

#include <stdbool.h>
#include <stddef.h>

/* The ids that requests come in with. */
#define TRACE "0af7651916cd43dd8448eb211c80319c"
#define SPAN "b7ad6b7169203331"

typedef struct {
    const char *name;
    const char *value;
} header_line;

/* Whose trace the calls are that a request leads to. */
typedef enum {
    STARTS_ANEW = 1, /* a new trace, without tracestate */
    CONTINUES, /* TRACE goes on */
    CONTINUES_RANDOM, /* TRACE goes on, and with it the word that its id is random */
} outcome;

/* One request, and what goes out. */
typedef struct {
    outcome outcome; /* 0: there is no such exchange */
    const char *tracestate; /* that goes out; NULL: none */
    header_line lines[6]; /* that came in, up to one without a name */
} exchange;

typedef struct {
    const char *rule;
    exchange exchanges[8];
} trace_context_case;

typedef struct {
    const trace_context_case *cases;
    size_t count;
    size_t calls; /* that each request leads to */
} trace_context_cases;

/* How traceparent is read: 23 cases. */
trace_context_cases traceparent_cases(void);

/* How tracestate is read, and passed on: 14 cases. */
trace_context_cases tracestate_cases(void);

/* Several calls for one request, and what Level 2 has added: 4 cases. */
trace_context_cases call_cases(void);

#endif
