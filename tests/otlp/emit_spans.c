/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Records spans with every feature, as an application would, and exports them as the environment
 * says; receiver_test.py knows what has to arrive.
 */
#include <otelmq/otelmq.h>

#include <math.h>
#include <stdio.h>

/* A parent from another process, as extract makes it. */
static const otelmq_context *remote_context(void)
{
    otelmq_span_context parent = {.trace_flags = OTELMQ_TRACE_FLAG_SAMPLED, .is_remote = true};
    if (otelmq_trace_id_parse(OTELMQ_STR("4bf92f3577b34da6a3ce929d0e0e4736"), &parent.trace_id) !=
            OTELMQ_OK ||
        otelmq_span_id_parse(OTELMQ_STR("00f067aa0ba902b7"), &parent.span_id) != OTELMQ_OK ||
        otelmq_tracestate_parse(OTELMQ_STR("vendor=value"), &parent.tracestate) != OTELMQ_OK) {
        return otelmq_context_retain(otelmq_context_root());
    }
    const otelmq_context *context =
        otelmq_context_with_span_context(otelmq_context_root(), &parent);
    otelmq_tracestate_release(parent.tracestate);
    return context;
}

static void set_attributes(otelmq_span *span)
{
    static const otelmq_str strings[] = {{"a", 1}, {"", 0}};
    static const bool booleans[] = {true, false};
    static const int64_t integers[] = {INT64_MIN, 0, INT64_MAX};
    static const double reals[] = {0.1, -1e300};
    otelmq_span_set_string(span, "string", OTELMQ_STR("gr\xC3\xBC\xC3\x9F \"dich\"\n"));
    otelmq_span_set_string(span, "bad", OTELMQ_STR("bad \xFF byte"));
    otelmq_span_set_bool(span, "bool", false);
    otelmq_span_set_int(span, "int", -42);
    otelmq_span_set_double(span, "double", 0.5);
    otelmq_span_set_double(span, "infinite", (double)INFINITY);
    otelmq_span_set_attribute(span, otelmq_attribute_string_array("strings", strings, 2));
    otelmq_span_set_attribute(span, otelmq_attribute_bool_array("bools", booleans, 2));
    otelmq_span_set_attribute(span, otelmq_attribute_int_array("ints", integers, 3));
    otelmq_span_set_attribute(span, otelmq_attribute_double_array("doubles", reals, 2));
    otelmq_span_set_attribute(span, otelmq_attribute_string_array("empty", NULL, 0));
}

enum { DEEPEST_EXPORTED = 30 };

static void set_nested_attributes(otelmq_span *span)
{
    const otelmq_attribute city = otelmq_attribute_string("city", OTELMQ_STR("Ulm"));
    const otelmq_value values[] = {otelmq_value_int(1), otelmq_value_none(),
                                   otelmq_value_string(OTELMQ_STR("two")),
                                   otelmq_value_map(&city, 1)};
    otelmq_attribute chain[DEEPEST_EXPORTED + 1] = {otelmq_attribute_int("k", 1)};
    for (int i = 1; i < DEEPEST_EXPORTED; i++) {
        chain[i] = otelmq_attribute_map("k", &chain[i - 1], 1);
    }
    otelmq_span_set_attribute(span, otelmq_attribute_bytes("bytes", OTELMQ_STR("\0\xFF")));
    otelmq_span_set_attribute(span, otelmq_attribute_array("values", values, 4));
    otelmq_span_set_attribute(span, otelmq_attribute_map("map", &city, 1));
    otelmq_span_set_attribute(span, otelmq_attribute_map("deep", &chain[DEEPEST_EXPORTED - 1], 1));
}

/* A tracer for a scope with every feature. */
static otelmq_tracer *orders_tracer(void)
{
    const otelmq_attribute part = otelmq_attribute_string("part", OTELMQ_STR("billing"));
    return otelmq_tracer_get_for(&(otelmq_instrumentation_scope){
        .name = OTELMQ_STR("orders"),
        .version = OTELMQ_STR("1.2.3"),
        .schema_url = OTELMQ_STR("https://opentelemetry.io/schemas/1.44.0"),
        .attributes = &part,
        .attribute_count = 1,
    });
}

/* A consumer span under a remote parent, with attributes, events, a link and an error. */
static void emit_full(otelmq_tracer *tracer, const otelmq_context *remote)
{
    otelmq_attribute note = otelmq_attribute_int("note", 7);
    otelmq_link link = {*otelmq_context_span_context(remote), &note, 1};
    otelmq_span *span = otelmq_tracer_start_span(
        tracer, "process orders",
        &(otelmq_span_options){.kind = OTELMQ_SPAN_CONSUMER,
                               .parent = remote,
                               .links = &link,
                               .link_count = 1,
                               .start_time_unix_nano = 1700000000000000001});
    set_attributes(span);
    set_nested_attributes(span);
    otelmq_span_add_event_at(span, "validated", 1700000000000000002, &note, 1);
    otelmq_span_set_status(span, OTELMQ_STATUS_ERROR, "no items");
    otelmq_span_end_at(span, 1700000000000000009);
}

/* A root span and its child, of another instrumentation scope. */
static void emit_tree(void)
{
    otelmq_tracer *tracer = otelmq_tracer_get("other", NULL);
    otelmq_scope root = otelmq_tracer_start_scope(
        tracer, "root", &(otelmq_span_options){.parent = otelmq_context_root()});
    otelmq_scope child = otelmq_tracer_start_scope(
        tracer, "child", &(otelmq_span_options){.kind = OTELMQ_SPAN_PRODUCER});
    otelmq_span_set_status(child.span, OTELMQ_STATUS_OK, NULL);
    otelmq_scope_end(&child);
    otelmq_scope_end(&root);
}

int main(void)
{
    otelmq_sdk *sdk = NULL;
    otelmq_diagnostics_set(otelmq_diagnostics_stderr, NULL, OTELMQ_SEVERITY_INFO);
    if (otelmq_sdk_start(&(otelmq_sdk_options){.service_name = "emit"}, &sdk) != OTELMQ_OK) {
        return 1;
    }
    const otelmq_context *remote = remote_context();
    emit_full(orders_tracer(), remote);
    otelmq_context_release(remote);
    emit_tree();
    otelmq_status status = otelmq_sdk_shutdown(sdk, 30000);
    if (status != OTELMQ_OK) {
        fprintf(stderr, "emit_spans: %s\n", otelmq_status_text(status));
    }
    return status == OTELMQ_OK ? 0 : 1;
}
