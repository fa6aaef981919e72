/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Several destinations at once: each has its own queue, retries and answers, and none of them feels
 * what becomes of the others. (OTLP: "Multi-Destination Exporting".)
 */
#include "otlp/collector.h"
#include "otlp/otlp_messages.h"
#include "support/test.h"

#include <otelmq/otlp.h>
#include <otelmq/processor.h>
#include <otelmq/sdk.h>
#include <otelmq/tracer_provider.h>

enum { PLENTY_MS = 30000, SPANS = 5 };

static const collector_answer taken = {.status = 200};

static otelmq_processor processor_for(const fake_collector *collector)
{
    otelmq_otlp_options options = {.endpoint = collector_url(collector), .timeout_ms = 60000};
    return otelmq_processor_batch(otelmq_otlp_exporter(&options), NULL);
}

/* A provider that sends to both. */
static otelmq_tracer_provider *start(const fake_collector *first, const fake_collector *second)
{
    otelmq_processor processors[] = {processor_for(first), processor_for(second)};
    otelmq_tracer_provider_options options = {.processors = processors, .processor_count = 2};
    otelmq_tracer_provider *provider = NULL;
    assert_int_equal(otelmq_tracer_provider_create(&options, &provider), OTELMQ_OK);
    return provider;
}

static void end_spans(otelmq_tracer_provider *provider)
{
    otelmq_tracer *tracer = otelmq_tracer_provider_tracer(provider, "tests", NULL);
    for (size_t i = 0; i < SPANS; i++) {
        otelmq_span_end(otelmq_tracer_start_span(tracer, "span", NULL));
    }
}

static void assert_all_spans(fake_collector *collector, size_t index)
{
    otelmq_str body = collector_body(collector, index);
    otlp_request *request = otlp_request_unpack(body.data, body.len);
    assert_non_null(request);
    assert_int_equal(request->resource_spans[0]->scope_spans[0]->n_spans, SPANS);
    otlp_request_free(request);
}

static void a_destination_that_never_answers_does_not_keep_the_others_waiting(void **state)
{
    static const collector_answer silence = {.deed = COLLECTOR_HANGS};
    (void)state;
    fake_collector *silent = collector_start(&silence, 1);
    fake_collector *healthy = collector_start(&taken, 1);
    otelmq_tracer_provider *provider = start(silent, healthy);
    end_spans(provider);
    /* Flushes both at once: the healthy one has it all, and the silent one uses up the time. */
    assert_int_equal(otelmq_tracer_provider_force_flush(provider, 500), OTELMQ_ERROR_TIMEOUT);
    collector_wait(silent, 1);
    collector_wait(healthy, 1);
    assert_all_spans(healthy, 0);
    (void)otelmq_tracer_provider_shutdown(provider, 0);
    otelmq_tracer_provider_destroy(provider);
    collector_stop(silent);
    collector_stop(healthy);
}

static void what_one_destination_turns_away_is_sent_again_to_that_one_only(void **state)
{
    static const collector_answer busy_at_first[] = {
        {.status = 503}, {.status = 429}, {.status = 200}};
    (void)state;
    fake_collector *busy = collector_start(busy_at_first, COUNT_OF(busy_at_first));
    fake_collector *healthy = collector_start(&taken, 1);
    otelmq_tracer_provider *provider = start(busy, healthy);
    end_spans(provider);
    assert_int_equal(otelmq_tracer_provider_force_flush(provider, PLENTY_MS), OTELMQ_OK);
    assert_int_equal(collector_request_count(busy), 3);
    assert_int_equal(collector_request_count(healthy), 1);
    assert_all_spans(busy, 2);
    assert_all_spans(healthy, 0);
    otelmq_tracer_provider_destroy(provider);
    collector_stop(busy);
    collector_stop(healthy);
}

static void what_one_destination_refuses_the_other_may_take(void **state)
{
    static const collector_answer refused = {.status = 400};
    (void)state;
    fake_collector *strict = collector_start(&refused, 1);
    fake_collector *healthy = collector_start(&taken, 1);
    otelmq_tracer_provider *provider = start(strict, healthy);
    for (size_t i = 0; i < 2; i++) {
        end_spans(provider);
        assert_int_equal(otelmq_tracer_provider_force_flush(provider, PLENTY_MS),
                         OTELMQ_ERROR_REJECTED);
        assert_int_equal(collector_request_count(strict), i + 1);
        assert_int_equal(collector_request_count(healthy), i + 1);
        assert_all_spans(healthy, i);
    }
    otelmq_tracer_provider_destroy(provider);
    collector_stop(strict);
    collector_stop(healthy);
}

static otelmq_exporter exporter_for(const fake_collector *collector)
{
    return otelmq_otlp_exporter(
        &(otelmq_otlp_options){.endpoint = collector_url(collector), .timeout_ms = 60000});
}

/* The SDK with one exporter, and with more beside it. */
static otelmq_sdk *start_sdk(const fake_collector *first, const fake_collector *second)
{
    const otelmq_exporter more[] = {exporter_for(second)};
    otelmq_sdk *sdk = NULL;
    assert_int_equal(otelmq_sdk_start(&(otelmq_sdk_options){.exporter = exporter_for(first),
                                                            .exporters = more,
                                                            .exporter_count = 1},
                                      &sdk),
                     OTELMQ_OK);
    return sdk;
}

static void the_options_of_the_sdk_take_several_destinations(void **state)
{
    (void)state;
    fake_collector *first = collector_start(&taken, 1);
    fake_collector *second = collector_start(&taken, 1);
    otelmq_sdk *sdk = start_sdk(first, second);
    end_spans(otelmq_sdk_tracer_provider(sdk));
    assert_int_equal(otelmq_sdk_shutdown(sdk, PLENTY_MS), OTELMQ_OK);
    assert_all_spans(first, 0);
    assert_all_spans(second, 0);
    collector_stop(first);
    collector_stop(second);
}

static void a_shutdown_that_one_destination_uses_up_loses_nothing_of_the_others(void **state)
{
    static const collector_answer silence = {.deed = COLLECTOR_HANGS};
    (void)state;
    fake_collector *silent = collector_start(&silence, 1);
    fake_collector *healthy = collector_start(&taken, 1);
    otelmq_sdk *sdk = start_sdk(silent, healthy);
    end_spans(otelmq_sdk_tracer_provider(sdk));
    assert_int_equal(otelmq_sdk_shutdown(sdk, 1000), OTELMQ_ERROR_TIMEOUT);
    assert_int_equal(collector_request_count(healthy), 1);
    assert_all_spans(healthy, 0);
    collector_stop(silent);
    collector_stop(healthy);
}

static void one_destination_that_cannot_be_made_fails_the_start(void **state)
{
    (void)state;
    fake_collector *collector = collector_start(&taken, 1);
    const otelmq_exporter exporters[] = {exporter_for(collector), {0}, exporter_for(collector)};
    otelmq_sdk *sdk = NULL;
    assert_int_equal(
        otelmq_sdk_start(&(otelmq_sdk_options){.exporters = exporters, .exporter_count = 3}, &sdk),
        OTELMQ_ERROR_NO_MEMORY);
    assert_null(sdk);
    collector_stop(collector);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_destination_that_never_answers_does_not_keep_the_others_waiting),
        cmocka_unit_test(what_one_destination_turns_away_is_sent_again_to_that_one_only),
        cmocka_unit_test(what_one_destination_refuses_the_other_may_take),
        cmocka_unit_test(the_options_of_the_sdk_take_several_destinations),
        cmocka_unit_test(a_shutdown_that_one_destination_uses_up_loses_nothing_of_the_others),
        cmocka_unit_test(one_destination_that_cannot_be_made_fails_the_start),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
