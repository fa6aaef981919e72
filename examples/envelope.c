/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Propagation through a queue that has no headers: the context travels in the message itself, as
 * {"payload": ..., "trace_context": {"traceparent": ..., ...}}, built over the map carrier.
 *
 *     ./envelope wrap '{"order": 17}' | OTEL_TRACES_EXPORTER=console ./envelope unwrap
 *
 * wrap prints the envelope of its argument; unwrap reads one from standard input and prints its
 * payload. Both print their trace id to standard error: it is the same. An envelope without a
 * trace_context starts a trace of its own.
 */
#include <otelmq/otelmq.h>

#include <jansson.h>
#include <stdlib.h>

static void print_trace(const char *what, const otelmq_span *span)
{
    char trace_id[OTELMQ_TRACE_ID_HEX_SIZE];
    otelmq_trace_id_format(otelmq_span_get_context(span)->trace_id, trace_id);
    fprintf(stderr, "%s in trace %s\n", what, trace_id);
}

/* The current context as a JSON object; one reference is the caller's. */
static json_t *inject_context(void)
{
    json_t *fields = json_object();
    otelmq_map *map = otelmq_map_create();
    otelmq_propagator_inject(otelmq_propagator_global(), NULL, otelmq_map_carrier(map));
    for (size_t i = 0; i < otelmq_map_count(map); i++) {
        otelmq_str key = otelmq_map_key_at(map, i);
        otelmq_str value = otelmq_map_value_at(map, i);
        char name[64];
        snprintf(name, sizeof(name), "%.*s", (int)key.len, key.data);
        json_object_set_new(fields, name, json_stringn(value.data, value.len));
    }
    otelmq_map_destroy(map);
    return fields;
}

/* The context in a JSON object, NULL being an empty one; a reference is the caller's. */
static const otelmq_context *extract_context(json_t *fields)
{
    otelmq_map *map = otelmq_map_create();
    const char *name;
    json_t *value;
    json_object_foreach(fields, name, value)
    {
        if (json_is_string(value)) {
            otelmq_map_set(
                map, name,
                otelmq_str_from_bytes(json_string_value(value), json_string_length(value)));
        }
    }
    const otelmq_context *context =
        otelmq_propagator_extract(otelmq_propagator_global(), NULL, otelmq_map_carrier(map));
    otelmq_map_destroy(map);
    return context;
}

static int wrap(otelmq_tracer *tracer, const char *text)
{
    json_error_t error;
    json_t *payload = json_loads(text, JSON_DECODE_ANY, &error);
    if (payload == NULL) {
        fprintf(stderr, "the payload is not JSON: %s\n", error.text);
        return 1;
    }
    otelmq_span_options options = {.kind = OTELMQ_SPAN_PRODUCER};
    otelmq_scope scope = otelmq_tracer_start_scope(tracer, "send envelope", &options);
    json_t *envelope =
        json_pack("{s:o, s:o}", "payload", payload, "trace_context", inject_context());
    json_dumpf(envelope, stdout, 0);
    printf("\n");
    print_trace("wrapped", scope.span);
    json_decref(envelope);
    otelmq_scope_end(&scope);
    return 0;
}

static int unwrap(otelmq_tracer *tracer)
{
    json_error_t error;
    json_t *envelope = json_loadf(stdin, JSON_DISABLE_EOF_CHECK, &error);
    if (json_object_get(envelope, "payload") == NULL) {
        fprintf(stderr, "standard input has no envelope with a payload: %s\n", error.text);
        json_decref(envelope);
        return 1;
    }
    const otelmq_context *context = extract_context(json_object_get(envelope, "trace_context"));
    otelmq_span_options options = {.kind = OTELMQ_SPAN_CONSUMER, .parent = context};
    otelmq_scope scope = otelmq_scope_start_in(
        context, otelmq_tracer_start_span(tracer, "process envelope", &options));
    json_dumpf(json_object_get(envelope, "payload"), stdout, JSON_ENCODE_ANY);
    printf("\n");
    print_trace("unwrapped", scope.span);
    otelmq_scope_end(&scope);
    otelmq_context_release(context);
    json_decref(envelope);
    return 0;
}

int main(int argument_count, char *arguments[])
{
    bool wraps = argument_count == 3 && strcmp(arguments[1], "wrap") == 0;
    if (!wraps && (argument_count != 2 || strcmp(arguments[1], "unwrap") != 0)) {
        fprintf(stderr, "usage: %s wrap JSON | %s unwrap\n", arguments[0], arguments[0]);
        return 2;
    }
    otelmq_sdk *sdk = NULL;
    otelmq_diagnostics_set(otelmq_diagnostics_stderr, NULL, OTELMQ_SEVERITY_WARNING);
    if (otelmq_sdk_start(&(otelmq_sdk_options){.service_name = "envelope"}, &sdk) != OTELMQ_OK) {
        return 1;
    }
    otelmq_tracer *tracer = otelmq_tracer_get("envelope", NULL);
    int result = wraps ? wrap(tracer, arguments[2]) : unwrap(tracer);
    otelmq_sdk_shutdown(sdk, 5000);
    return result;
}
