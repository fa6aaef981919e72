/* SPDX-License-Identifier: Apache-2.0 */
#include "interop/common/c/scenario.h"

#include <otelmq/memory_exporter.h>

#include <stdio.h>
#include <sys/random.h>

enum { UNSAMPLED = 4 }; /* of the messages, the one whose trace nobody records */

otelmq_sdk *scenario_start(void)
{
    otelmq_sdk *sdk = NULL;
    otelmq_memory_exporter *memory = otelmq_memory_exporter_create();
    otelmq_sdk_options options = {.service_name = "interop",
                                  .exporter = otelmq_memory_exporter_as_exporter(memory)};
    otelmq_diagnostics_set(otelmq_diagnostics_stderr, NULL, OTELMQ_SEVERITY_WARNING);
    otelmq_status status = otelmq_sdk_start(&options, &sdk);
    otelmq_memory_exporter_destroy(memory);
    if (status != OTELMQ_OK) {
        (void)fprintf(stderr, "Tracing did not start: %s\n", otelmq_status_text(status));
    }
    return sdk;
}

static const otelmq_baggage *make_baggage(int index)
{
    char number[16];
    (void)snprintf(number, sizeof(number), "%d", index);
    const otelmq_baggage_entry entries[] = {
        {OTELMQ_STR("tenant"), OTELMQ_STR("J\xC3\xB6rg & S\xC3\xB6hne"), {0}},
        {OTELMQ_STR("filter"), OTELMQ_STR("a,b;c=d \"e\" \\f 100% 1+1"), {0}},
        {OTELMQ_STR("plan"), OTELMQ_STR("gold"), OTELMQ_STR("ttl=60;internal")},
        {OTELMQ_STR("order"), otelmq_str_from(number), {0}},
    };
    const otelmq_baggage *baggage = NULL;
    for (size_t i = 0; i < sizeof(entries) / sizeof(entries[0]); i++) {
        const otelmq_baggage *former = baggage;
        (void)otelmq_baggage_with(former, entries[i], &baggage);
        if (baggage != former) {
            otelmq_baggage_release(former);
        }
    }
    return baggage;
}

const otelmq_context *scenario_context(int index)
{
    otelmq_span_context caller = {.is_remote = true};
    if (getrandom(&caller.trace_id, sizeof(caller.trace_id), 0) < 0 ||
        getrandom(&caller.span_id, sizeof(caller.span_id), 0) < 0 ||
        otelmq_tracestate_parse(OTELMQ_STR("interop=c,vendor=00f067aa0ba902b7"),
                                &caller.tracestate) != OTELMQ_OK) {
        return NULL;
    }
    caller.trace_flags = index == UNSAMPLED ? 0 : OTELMQ_TRACE_FLAG_SAMPLED;
    const otelmq_baggage *baggage = make_baggage(index);
    const otelmq_context *called = otelmq_context_with_span_context(otelmq_context_root(), &caller);
    const otelmq_context *context = otelmq_context_with_baggage(called, baggage);
    otelmq_context_release(called);
    otelmq_baggage_release(baggage);
    otelmq_tracestate_release(caller.tracestate);
    return context;
}

static json_t *text(otelmq_str str)
{
    return json_stringn(str.data != NULL ? str.data : "", str.len);
}

static json_t *span_id(otelmq_span_id id)
{
    char hex[OTELMQ_SPAN_ID_HEX_SIZE];
    otelmq_span_id_format(id, hex);
    return otelmq_span_id_is_valid(id) ? json_string(hex) : json_null();
}

static json_t *ids(const otelmq_span_context *span_context)
{
    char hex[OTELMQ_TRACE_ID_HEX_SIZE];
    otelmq_trace_id_format(span_context->trace_id, hex);
    json_t *object = json_object();
    json_object_set_new(object, "trace_id", json_string(hex));
    json_object_set_new(object, "span_id", span_id(span_context->span_id));
    json_object_set_new(object, "tracestate",
                        text(otelmq_tracestate_text(span_context->tracestate)));
    return object;
}

static json_t *current_baggage(void)
{
    json_t *object = json_object();
    const otelmq_baggage *baggage = otelmq_context_baggage(NULL);
    for (size_t i = 0; i < otelmq_baggage_count(baggage); i++) {
        otelmq_baggage_entry entry = otelmq_baggage_entry_at(baggage, i);
        json_t *value = json_object();
        json_object_set_new(value, "value", text(entry.value));
        json_object_set_new(value, "metadata", text(entry.metadata));
        json_object_setn_new(object, entry.key.data, entry.key.len, value);
    }
    return object;
}

/* *Owns* line, to which it adds what every line has. */
static void tell(const char *event, otelmq_str body, const otelmq_span_context *span_context,
                 json_t *line)
{
    json_object_update_new(line, ids(span_context));
    json_object_set_new(line, "event", json_string(event));
    json_object_set_new(line, "body", text(body));
    json_object_set_new(line, "sampled",
                        json_boolean(otelmq_span_context_is_sampled(span_context)));
    json_object_set_new(line, "baggage", current_baggage());
    (void)json_dumpf(line, stdout, JSON_COMPACT);
    (void)printf("\n");
    json_decref(line);
}

void scenario_tell_published(otelmq_str body, const otelmq_span_context *span_context)
{
    tell("published", body, span_context, json_object());
}

void scenario_tell_processed(otelmq_str body, const otelmq_span *span, json_t *headers)
{
    json_t *line = json_object();
    const otelmq_span_data *data = otelmq_span_read(span);
    if (data != NULL) {
        json_t *links = json_array();
        for (uint32_t i = 0; i < data->link_count; i++) {
            json_array_append_new(links, ids(&data->links[i].span_context));
        }
        json_object_set_new(line, "links", links);
        json_object_set_new(line, "parent_span_id", span_id(data->parent_span_id));
    }
    json_object_set_new(line, "headers", headers);
    tell("processed", body, otelmq_span_get_context(span), line);
}
