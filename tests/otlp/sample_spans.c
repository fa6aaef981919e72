/* SPDX-License-Identifier: Apache-2.0 */
#include "otlp/sample_spans.h"

#include "base/hex.h"

#include <math.h>
#include <stdlib.h>

static const otelmq_instrumentation_scope scope = {
    .name = {"orders", 6},
    .version = {"1.2.3", 5},
    .schema_url = {SAMPLE_SCHEMA_URL, sizeof(SAMPLE_SCHEMA_URL) - 1},
};

sample_spans sample_spans_create(void)
{
    sample_spans samples = {0};
    otelmq_attribute attributes[] = {
        otelmq_attribute_string("service.name", OTELMQ_STR("shop")),
        otelmq_attribute_int("process.pid", 42),
    };
    if (otelmq_resource_create(attributes, 2, NULL, &samples.resource) != OTELMQ_OK ||
        otelmq_tracestate_parse(OTELMQ_STR("vendor=value,other=1"), &samples.tracestate) !=
            OTELMQ_OK) {
        abort();
    }
    return samples;
}

void sample_spans_release(sample_spans *samples)
{
    otelmq_resource_release(samples->resource);
    otelmq_tracestate_release(samples->tracestate);
}

static otelmq_span_id span_id(const char *hex)
{
    otelmq_span_id id;
    if (!otelmq_hex_parse(hex, sizeof(id.bytes), id.bytes)) {
        abort();
    }
    return id;
}

static otelmq_span_context context_with(const char *id)
{
    otelmq_span_context context = {.span_id = span_id(id),
                                   .trace_flags = OTELMQ_TRACE_FLAG_SAMPLED};
    if (!otelmq_hex_parse(SAMPLE_TRACE_ID, sizeof(context.trace_id.bytes),
                          context.trace_id.bytes)) {
        abort();
    }
    return context;
}

otelmq_span_data sample_spans_plain(const sample_spans *samples, const char *name)
{
    return (otelmq_span_data){
        .span_context = context_with(SAMPLE_SPAN_ID),
        .kind = OTELMQ_SPAN_INTERNAL,
        .name = otelmq_str_from(name),
        .start_time_unix_nano = SAMPLE_START,
        .end_time_unix_nano = SAMPLE_START + 5,
        .scope = &scope,
        .resource = samples->resource,
    };
}

static void fill_nested_attributes(otelmq_attribute attributes[3])
{
    static const int64_t integers[] = {1, 2};
    static otelmq_attribute entries[3];
    static otelmq_value values[4];
    entries[0] = otelmq_attribute_string("city", OTELMQ_STR("Ulm"));
    entries[1] = otelmq_attribute_int_array("codes", integers, 2);
    entries[2] = otelmq_attribute_map("nothing", NULL, 0);
    values[0] = otelmq_value_int(-1);
    values[1] = otelmq_value_none();
    values[2] = otelmq_value_map(entries, 3);
    values[3] = otelmq_value_array(values, 2);
    attributes[0] = otelmq_attribute_bytes("bytes", OTELMQ_STR("\0\xFF\x10"));
    attributes[1] = otelmq_attribute_array("values", values, 4);
    attributes[2] = otelmq_attribute_map("map", entries, 3);
}

static void fill_attributes(otelmq_attribute attributes[SAMPLE_ATTRIBUTES])
{
    static const otelmq_str strings[] = {{"a", 1}, {"", 0}, {"\xC3\xBC", 2}};
    static const bool booleans[] = {true, false};
    static const int64_t integers[] = {INT64_MIN, -1, 0, INT64_MAX};
    static const double reals[] = {0.1, -0.0, 1e300};
    attributes[0] = otelmq_attribute_string("text", OTELMQ_STR("gr\xC3\xBC\xC3\x9F \"dich\"\n"));
    attributes[1] = otelmq_attribute_bool("no", false);
    attributes[2] = otelmq_attribute_int("zero", 0);
    attributes[3] = otelmq_attribute_double("real", 0.5);
    attributes[4] = otelmq_attribute_string_array("texts", strings, 3);
    attributes[5] = otelmq_attribute_bool_array("booleans", booleans, 2);
    attributes[6] = otelmq_attribute_int_array("integers", integers, 4);
    attributes[7] = otelmq_attribute_double_array("reals", reals, 3);
    attributes[8] = otelmq_attribute_int_array("nothing", NULL, 0);
    fill_nested_attributes(&attributes[9]);
}

static void fill_links(const sample_spans *samples, otelmq_link_data links[SAMPLE_LINKS],
                       const otelmq_attribute *attribute)
{
    links[0] = (otelmq_link_data){.span_context = context_with(SAMPLE_LINKED_ID),
                                  .attributes = attribute,
                                  .attribute_count = 1,
                                  .dropped_attribute_count = 6};
    links[0].span_context.is_remote = true;
    links[0].span_context.trace_flags = OTELMQ_TRACE_FLAG_SAMPLED | OTELMQ_TRACE_FLAG_RANDOM;
    links[0].span_context.tracestate = samples->tracestate;
    links[1] = (otelmq_link_data){.span_context = context_with(SAMPLE_LINKED_ID)};
    links[1].span_context.trace_flags = 0;
}

otelmq_span_data sample_spans_full(const sample_spans *samples)
{
    static otelmq_attribute attributes[SAMPLE_ATTRIBUTES];
    static otelmq_event_data events[SAMPLE_EVENTS];
    static otelmq_link_data links[SAMPLE_LINKS];
    fill_attributes(attributes);
    fill_links(samples, links, &attributes[2]);
    events[0] = (otelmq_event_data){otelmq_str_from("validated"), SAMPLE_START + 1, NULL, 0, 0};
    events[1] = (otelmq_event_data){otelmq_str_from("paid"), SAMPLE_START + 2, attributes, 1, 5};
    otelmq_span_data span = sample_spans_plain(samples, "process orders");
    span.span_context.tracestate = samples->tracestate;
    span.span_context.trace_flags |= OTELMQ_TRACE_FLAG_RANDOM;
    span.parent_span_id = span_id(SAMPLE_PARENT_ID);
    span.parent_is_remote = true;
    span.kind = OTELMQ_SPAN_CONSUMER;
    span.status = OTELMQ_STATUS_ERROR;
    span.status_description = otelmq_str_from("no items");
    span.attributes = attributes;
    span.attribute_count = SAMPLE_ATTRIBUTES;
    span.events = events;
    span.event_count = SAMPLE_EVENTS;
    span.links = links;
    span.link_count = SAMPLE_LINKS;
    span.dropped_attribute_count = 1;
    span.dropped_event_count = 2;
    span.dropped_link_count = 3;
    return span;
}
