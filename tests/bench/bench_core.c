/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the hot path of otelmq costs: spans from start to end, recorded and not, and propagation.
 * Spans go through a batch processor to an exporter that throws them away.
 */
#include "bench.h"

#include <otelmq/otelmq.h>

#include <stdio.h>
#include <stdlib.h>

static void require(bool is_true, const char *what)
{
    if (!is_true) {
        fprintf(stderr, "bench_core: %s\n", what);
        exit(1);
    }
}

static otelmq_status discard(void *self, const otelmq_span_data *const spans[], size_t count,
                             uint32_t timeout_ms, otelmq_export_result *result)
{
    (void)result;
    (void)self;
    (void)spans;
    (void)count;
    (void)timeout_ms;
    return OTELMQ_OK;
}

static const otelmq_exporter_ops discard_ops = {.export_spans = discard};

static otelmq_tracer_provider *make_provider(otelmq_sampler sampler,
                                             const otelmq_batch_options *options)
{
    otelmq_processor processor =
        otelmq_processor_batch((otelmq_exporter){&discard_ops, NULL}, options);
    otelmq_tracer_provider_options provider_options = {
        .sampler = sampler, .processors = &processor, .processor_count = 1};
    otelmq_tracer_provider *provider = NULL;
    require(otelmq_tracer_provider_create(&provider_options, &provider) == OTELMQ_OK,
            "there is no provider");
    return provider;
}

/* The provider that the spans being measured go to. */
static otelmq_tracer_provider *recording;

static void flush(void *tracer)
{
    (void)tracer;
    require(otelmq_tracer_provider_force_flush(recording, 30000) == OTELMQ_OK, "the flush failed");
}

static void span_without_attributes(size_t count, void *tracer)
{
    while (count-- > 0) {
        otelmq_span_end(otelmq_tracer_start_span(tracer, "orders publish", NULL));
    }
}

static void set_five(otelmq_span *span)
{
    otelmq_span_set_string(span, "messaging.system", OTELMQ_STR("rabbitmq"));
    otelmq_span_set_string(span, "messaging.operation.type", OTELMQ_STR("publish"));
    otelmq_span_set_string(span, "messaging.destination.name", OTELMQ_STR("orders"));
    otelmq_span_set_int(span, "messaging.message.body.size", 200);
    otelmq_span_set_int(span, "server.port", 5672);
}

static void span_with_five(size_t count, void *tracer)
{
    while (count-- > 0) {
        otelmq_span *span = otelmq_tracer_start_span(tracer, "orders publish", NULL);
        set_five(span);
        otelmq_span_end(span);
    }
}

static void span_with_five_at_the_start(size_t count, void *tracer)
{
    const otelmq_attribute attributes[] = {
        otelmq_attribute_string("messaging.system", OTELMQ_STR("rabbitmq")),
        otelmq_attribute_string("messaging.operation.type", OTELMQ_STR("publish")),
        otelmq_attribute_string("messaging.destination.name", OTELMQ_STR("orders")),
        otelmq_attribute_int("messaging.message.body.size", 200),
        otelmq_attribute_int("server.port", 5672),
    };
    const otelmq_span_options options = {.attributes = attributes, .attribute_count = 5};
    while (count-- > 0) {
        otelmq_span_end(otelmq_tracer_start_span(tracer, "orders publish", &options));
    }
}

static void scope_with_five(size_t count, void *tracer)
{
    while (count-- > 0) {
        otelmq_scope scope = otelmq_tracer_start_scope(tracer, "orders publish", NULL);
        set_five(scope.span);
        otelmq_scope_end(&scope);
    }
}

static void bench_recorded(void)
{
    recording = make_provider(otelmq_sampler_always_on(), NULL);
    otelmq_tracer_provider_set_global(recording);
    otelmq_tracer *tracer = otelmq_tracer_get("bench", NULL);
    bench_run_bursts("span, no attributes, bursts of 400", span_without_attributes, tracer, 400,
                     flush);
    bench_run_bursts("span, 5 attributes, bursts of 400", span_with_five, tracer, 400, flush);
    bench_run_bursts("span, 5 attributes at the start, bursts of 400", span_with_five_at_the_start,
                     tracer, 400, flush);
    bench_run_bursts("scope, 5 attributes, bursts of 400", scope_with_five, tracer, 400, flush);
    bench_run_bursts("span, 5 attributes, bursts of 2000 (3 wake-ups)", span_with_five, tracer,
                     2000, flush);
    bench_run("span, 5 attributes, without a pause", span_with_five, tracer);
    otelmq_stats stats = otelmq_stats_read();
    printf("%llu of %llu spans were dropped\n",
           (unsigned long long)stats.counts[OTELMQ_STAT_SPANS_DROPPED_QUEUE_FULL],
           (unsigned long long)stats.counts[OTELMQ_STAT_SPANS_STARTED]);
    otelmq_tracer_provider_set_global(NULL);
    otelmq_tracer_provider_destroy(recording);
}

static void bench_unsampled(void)
{
    otelmq_tracer *tracer = otelmq_tracer_get("bench", NULL);
    otelmq_tracer_provider *provider = make_provider(otelmq_sampler_always_off(), NULL);
    otelmq_tracer_provider_set_global(provider);
    bench_run("span, unsampled, no attributes", span_without_attributes, tracer);
    bench_run("span, unsampled, 5 attributes", span_with_five, tracer);
    otelmq_tracer_provider_set_global(NULL);
    otelmq_tracer_provider_destroy(provider);
}

static const otelmq_context *remote_context(void)
{
    otelmq_span_context remote = {.trace_flags = OTELMQ_TRACE_FLAG_SAMPLED, .is_remote = true};
    memset(remote.trace_id.bytes, 0x4b, sizeof(remote.trace_id.bytes));
    memset(remote.span_id.bytes, 0xb7, sizeof(remote.span_id.bytes));
    return otelmq_context_with_span_context(otelmq_context_root(), &remote);
}

static void bench_without_sdk(void)
{
    otelmq_tracer *tracer = otelmq_tracer_get("bench", NULL);
    bench_run("span, no SDK, no parent", span_without_attributes, tracer);
    const otelmq_context *context = remote_context();
    otelmq_context_token token = otelmq_context_attach(context);
    bench_run("span, no SDK, a parent", span_without_attributes, tracer);
    otelmq_context_detach(token);
    otelmq_context_release(context);
}

/* A carrier that holds one header at a time, so that only the propagator is measured. */
typedef struct {
    const char *key;
    otelmq_str value;
    char bytes[512];
} one_header;

static otelmq_str get_header(const void *self, const char *key)
{
    const one_header *header = self;
    return strcmp(key, header->key) == 0 ? header->value : (otelmq_str){NULL, 0};
}

static otelmq_status set_header(void *self, const char *key, otelmq_str value)
{
    (void)key;
    one_header *header = self;
    if (value.len > sizeof(header->bytes)) {
        return OTELMQ_ERROR_LIMIT;
    }
    memcpy(header->bytes, value.data, value.len);
    header->value = otelmq_str_from_bytes(header->bytes, value.len);
    return OTELMQ_OK;
}

static const otelmq_carrier_ops one_header_ops = {.get = get_header, .set = set_header};

typedef struct {
    otelmq_propagator propagator;
    const otelmq_context *context;
    one_header header;
} propagation;

static void inject(size_t count, void *argument)
{
    propagation *bench = argument;
    otelmq_carrier carrier = {&one_header_ops, &bench->header};
    while (count-- > 0) {
        otelmq_propagator_inject(bench->propagator, bench->context, carrier);
    }
}

static void extract(size_t count, void *argument)
{
    propagation *bench = argument;
    otelmq_carrier carrier = {&one_header_ops, &bench->header};
    while (count-- > 0) {
        otelmq_context_release(
            otelmq_propagator_extract(bench->propagator, otelmq_context_root(), carrier));
    }
}

static void bench_propagation(const char *what, const char *key, propagation *bench)
{
    char name[64];
    bench->header.key = key;
    snprintf(name, sizeof(name), "inject %s", what);
    bench_run(name, inject, bench);
    snprintf(name, sizeof(name), "extract %s", what);
    bench_run(name, extract, bench);
}

static const otelmq_context *baggage_context(void)
{
    const otelmq_baggage *baggage = NULL;
    static const otelmq_baggage_entry entries[] = {
        {{"userId", 6}, {"alice", 5}, {NULL, 0}},
        {{"serverNode", 10}, {"DF 28", 5}, {NULL, 0}},
        {{"isProduction", 12}, {"false", 5}, {NULL, 0}},
    };
    for (size_t i = 0; i < sizeof(entries) / sizeof(entries[0]); i++) {
        const otelmq_baggage *longer = NULL;
        require(otelmq_baggage_with(baggage, entries[i], &longer) == OTELMQ_OK,
                "there is no baggage");
        otelmq_baggage_release(baggage);
        baggage = longer;
    }
    const otelmq_context *context = otelmq_context_with_baggage(otelmq_context_root(), baggage);
    otelmq_baggage_release(baggage);
    return context;
}

/* bench_core [part of a name] */
int main(int argc, char **argv)
{
    bench_select(argc > 1 ? argv[1] : NULL);
    bench_without_sdk();
    bench_unsampled();
    bench_recorded();
    propagation trace_context = {.propagator = otelmq_propagator_trace_context(),
                                 .context = remote_context()};
    bench_propagation("traceparent", "traceparent", &trace_context);
    otelmq_context_release(trace_context.context);
    propagation baggage = {.propagator = otelmq_propagator_baggage(), .context = baggage_context()};
    bench_propagation("baggage of 3", "baggage", &baggage);
    otelmq_context_release(baggage.context);
    return 0;
}
