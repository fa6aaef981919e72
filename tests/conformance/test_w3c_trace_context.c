/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The 41 cases of the test suite of W3C Trace Context at SPEC_LEVEL=2 and STRICT_LEVEL=2, without
 * HTTP: a request is a map, and the service a few lines here. w3c_service runs the suite itself.
 */
#include "conformance/trace_context_cases.h"
#include "support/test.h"

#include <otelmq/otelmq.h>

#include <strings.h>

enum { CALLS_MAX = 3 };

static otelmq_tracer_provider *provider;

static int start_tracing(void **state)
{
    (void)state;
    return otelmq_tracer_provider_create(NULL, &provider) == OTELMQ_OK ? 0 : -1;
}

static int stop_tracing(void **state)
{
    (void)state;
    otelmq_tracer_provider_destroy(provider);
    return 0;
}

/* A map whose names are compared as HTTP does it; the map carrier itself compares bytes. */
static size_t get_all(const void *self, const char *key, otelmq_str values[], size_t max)
{
    const otelmq_map *map = self;
    size_t count = 0;
    for (size_t i = 0; i < otelmq_map_count(map); i++) {
        otelmq_str name = otelmq_map_key_at(map, i);
        if (name.len == strlen(key) && strncasecmp(name.data, key, name.len) == 0) {
            if (count < max) {
                values[count] = otelmq_map_value_at(map, i);
            }
            count++;
        }
    }
    return count;
}

static otelmq_str get(const void *self, const char *key)
{
    otelmq_str first = {0};
    (void)get_all(self, key, &first, 1);
    return first;
}

static const otelmq_context *receive(const exchange *about)
{
    static const otelmq_carrier_ops ops = {.get = get, .get_all = get_all};
    otelmq_map *request = otelmq_map_create();
    for (size_t i = 0; i < COUNT_OF(about->lines) && about->lines[i].name != NULL; i++) {
        const header_line *line = &about->lines[i];
        assert_int_equal(otelmq_map_add(request, line->name, otelmq_str_from(line->value)),
                         OTELMQ_OK);
    }
    const otelmq_context *context = otelmq_propagator_extract(
        otelmq_propagator_global(), otelmq_context_root(), (otelmq_carrier){&ops, request});
    otelmq_map_destroy(request);
    return context;
}

/* The headers of one call that the active span leads to; the caller destroys them. */
static otelmq_map *call(otelmq_tracer *tracer)
{
    otelmq_map *headers = otelmq_map_create();
    otelmq_scope scope = otelmq_tracer_start_scope(
        tracer, "POST", &(otelmq_span_options){.kind = OTELMQ_SPAN_CLIENT});
    otelmq_propagator_inject(otelmq_propagator_global(), NULL, otelmq_map_carrier(headers));
    otelmq_scope_end(&scope);
    return headers;
}

/* What a service does with a request: a span for it, and spans for its calls. */
static void serve(const exchange *about, otelmq_map *calls[], size_t count)
{
    otelmq_tracer *tracer = otelmq_tracer_provider_tracer(provider, "conformance", NULL);
    const otelmq_context *remote = receive(about);
    otelmq_span_options options = {.kind = OTELMQ_SPAN_SERVER, .parent = remote};
    otelmq_scope scope =
        otelmq_scope_start(otelmq_tracer_start_span(tracer, "POST /test", &options));
    for (size_t i = 0; i < count; i++) {
        calls[i] = call(tracer);
    }
    otelmq_scope_end(&scope);
    otelmq_context_release(remote);
}

/* The fields of a traceparent that went out, as text. */
typedef struct {
    char version[3];
    char trace_id[33];
    char span_id[17];
    unsigned flags;
} traceparent;

static traceparent parse(otelmq_str text, const char *rule)
{
    traceparent parts = {0};
    char line[56] = "";
    assert_row(text.len == 55, rule);
    memcpy(line, text.data, text.len);
    int fields = sscanf(line, "%2[0-9a-f]-%32[0-9a-f]-%16[0-9a-f]-%2x", parts.version,
                        parts.trace_id, parts.span_id, &parts.flags);
    assert_row(fields == 4 && strcmp(parts.version, "00") == 0, rule);
    assert_row(strlen(parts.trace_id) == 32 && strspn(parts.trace_id, "0") < 32, rule);
    assert_row(strlen(parts.span_id) == 16 && strspn(parts.span_id, "0") < 16, rule);
    return parts;
}

static void check_trace(const exchange *about, const traceparent *sent, const char *rule)
{
    bool is_random = (sent->flags & OTELMQ_TRACE_FLAG_RANDOM) != 0;
    assert_row(is_random == (about->outcome != CONTINUES), rule);
    if (about->outcome != STARTS_ANEW) {
        assert_row(strcmp(sent->trace_id, TRACE) == 0, rule);
        assert_row(strcmp(sent->span_id, SPAN) != 0, rule);
        return;
    }
    for (size_t i = 0; i < COUNT_OF(about->lines) && about->lines[i].name != NULL; i++) {
        assert_row(strstr(about->lines[i].value, sent->trace_id) == NULL, rule);
    }
}

static traceparent check_call(const trace_context_case *of, const exchange *about,
                              const otelmq_map *headers)
{
    traceparent sent = parse(otelmq_map_get(headers, "traceparent"), of->rule);
    check_trace(about, &sent, of->rule);
    assert_same_str(otelmq_map_get(headers, "tracestate"), otelmq_str_from(about->tracestate),
                    of->rule);
    return sent;
}

static void check_exchange(const trace_context_case *of, const exchange *about, size_t count)
{
    otelmq_map *calls[CALLS_MAX];
    traceparent sent[CALLS_MAX];
    serve(about, calls, count);
    for (size_t i = 0; i < count; i++) {
        sent[i] = check_call(of, about, calls[i]);
        for (size_t j = 0; j < i; j++) {
            assert_row(strcmp(sent[i].trace_id, sent[j].trace_id) == 0, of->rule);
            assert_row(strcmp(sent[i].span_id, sent[j].span_id) != 0, of->rule);
        }
        otelmq_map_destroy(calls[i]);
    }
}

static void check_all(trace_context_cases all, size_t count)
{
    assert_int_equal(all.count, count);
    for (size_t i = 0; i < all.count; i++) {
        const trace_context_case *of = &all.cases[i];
        for (size_t j = 0; j < COUNT_OF(of->exchanges) && of->exchanges[j].outcome != 0; j++) {
            check_exchange(of, &of->exchanges[j], all.calls);
        }
    }
}

static void a_traceparent_is_taken_or_refused_as_the_suite_wants(void **state)
{
    (void)state;
    check_all(traceparent_cases(), 23);
}

static void a_tracestate_is_passed_on_or_dropped_as_the_suite_wants(void **state)
{
    (void)state;
    check_all(tracestate_cases(), 14);
}

static void calls_are_spans_of_their_own_as_the_suite_wants(void **state)
{
    (void)state;
    check_all(call_cases(), 4);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_traceparent_is_taken_or_refused_as_the_suite_wants),
        cmocka_unit_test(a_tracestate_is_passed_on_or_dropped_as_the_suite_wants),
        cmocka_unit_test(calls_are_spans_of_their_own_as_the_suite_wants),
    };
    return cmocka_run_group_tests(tests, start_tracing, stop_tracing);
}
