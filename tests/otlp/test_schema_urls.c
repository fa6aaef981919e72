/* SPDX-License-Identifier: Apache-2.0 */
/* The schema URLs of the resource and of the scopes, from where a program says them to the wire. */
#include "otlp/collector.h"
#include "otlp/otlp_messages.h"
#include "support/test.h"

#include <jansson.h>
#include <otelmq/otlp.h>
#include <otelmq/processor.h>
#include <otelmq/tracer_provider.h>

#define RESOURCE_URL "https://opentelemetry.io/schemas/1.44.0"
#define SCOPE_URL "https://example.org/schemas/2"

static const collector_answer taken = {.status = 200};

static otelmq_tracer_provider *start(const fake_collector *collector, otelmq_otlp_protocol protocol)
{
    const otelmq_resource *resource = NULL;
    otelmq_attribute name = otelmq_attribute_string("service.name", OTELMQ_STR("orders"));
    assert_int_equal(otelmq_resource_create(&name, 1, RESOURCE_URL, &resource), OTELMQ_OK);
    otelmq_otlp_options otlp = {.protocol = protocol, .endpoint = collector_url(collector)};
    otelmq_processor processor = otelmq_processor_batch(otelmq_otlp_exporter(&otlp), NULL);
    otelmq_tracer_provider_options options = {
        .resource = resource, .processors = &processor, .processor_count = 1};
    otelmq_tracer_provider *provider = NULL;
    assert_int_equal(otelmq_tracer_provider_create(&options, &provider), OTELMQ_OK);
    otelmq_resource_release(resource);
    return provider;
}

/* Sends a span of a scope with a schema URL, and then one of a scope without. */
static fake_collector *send_two_scopes(otelmq_otlp_protocol protocol)
{
    otelmq_instrumentation_scope scope = {.name = OTELMQ_STR("with"),
                                          .schema_url = OTELMQ_STR(SCOPE_URL)};
    fake_collector *collector = collector_start(&taken, 1);
    otelmq_tracer_provider *provider = start(collector, protocol);
    otelmq_tracer *tracers[] = {
        otelmq_tracer_provider_tracer_for(provider, &scope),
        otelmq_tracer_provider_tracer(provider, "without", NULL),
    };
    for (size_t i = 0; i < COUNT_OF(tracers); i++) {
        otelmq_span_end(otelmq_tracer_start_span(tracers[i], "span", NULL));
    }
    (void)otelmq_tracer_provider_shutdown(provider, 30000);
    otelmq_tracer_provider_destroy(provider);
    assert_int_equal(collector_request_count(collector), 1);
    return collector;
}

static void they_are_in_resource_spans_and_scope_spans_of_protobuf(void **state)
{
    (void)state;
    fake_collector *collector = send_two_scopes(OTELMQ_OTLP_HTTP_PROTOBUF);
    otelmq_str body = collector_body(collector, 0);
    otlp_request *request = otlp_request_unpack(body.data, body.len);
    assert_non_null(request);
    assert_int_equal(request->n_resource_spans, 1);
    const otlp_resource_spans *resource_spans = request->resource_spans[0];
    assert_string_equal(resource_spans->schema_url, RESOURCE_URL);
    assert_int_equal(resource_spans->n_scope_spans, 2);
    assert_string_equal(resource_spans->scope_spans[0]->scope->name, "with");
    assert_string_equal(resource_spans->scope_spans[0]->schema_url, SCOPE_URL);
    assert_string_equal(resource_spans->scope_spans[1]->schema_url, "");
    otlp_request_free(request);
    collector_stop(collector);
}

static const char *schema_url_of(const json_t *object)
{
    return json_string_value(json_object_get(object, "schemaUrl"));
}

static void they_are_in_resource_spans_and_scope_spans_of_json(void **state)
{
    (void)state;
    fake_collector *collector = send_two_scopes(OTELMQ_OTLP_HTTP_JSON);
    otelmq_str body = collector_body(collector, 0);
    json_t *json = json_loadb(body.data, body.len, 0, NULL);
    assert_non_null(json);
    json_t *resource_spans = json_array_get(json_object_get(json, "resourceSpans"), 0);
    assert_non_null(schema_url_of(resource_spans));
    assert_string_equal(schema_url_of(resource_spans), RESOURCE_URL);
    json_t *scope_spans = json_object_get(resource_spans, "scopeSpans");
    assert_int_equal(json_array_size(scope_spans), 2);
    assert_string_equal(schema_url_of(json_array_get(scope_spans, 0)), SCOPE_URL);
    assert_null(schema_url_of(json_array_get(scope_spans, 1)));
    json_decref(json);
    collector_stop(collector);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(they_are_in_resource_spans_and_scope_spans_of_protobuf),
        cmocka_unit_test(they_are_in_resource_spans_and_scope_spans_of_json),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
