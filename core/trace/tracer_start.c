/* SPDX-License-Identifier: Apache-2.0 */
#include "base/counters.h"
#include "trace/global_provider.h"
#include "trace/span_clock.h"
#include "trace/span_object.h"
#include "trace/span_start.h"

#include <otelmq/diagnostics.h>

static void fill_in_times(otelmq_span *span, const otelmq_span_seed *seed,
                          uint64_t start_time_unix_nano)
{
    if (seed != NULL) {
        span->has_own_start = seed->start_monotonic_nano == 0;
        span->start_monotonic_nano = seed->start_monotonic_nano;
        span->data.start_time_unix_nano = seed->start_time_unix_nano;
        return;
    }
    if (start_time_unix_nano != 0) {
        span->has_own_start = true;
        span->data.start_time_unix_nano = start_time_unix_nano;
        return;
    }
    span->start_monotonic_nano = otelmq_clock_monotonic_nano();
    span->data.start_time_unix_nano = otelmq_span_clock_unix_nano(span->start_monotonic_nano);
}

static void fill_in(otelmq_span *span, const otelmq_span_start *begun)
{
    const otelmq_span_options *options = begun->options;
    if (begun->has_parent) {
        span->data.parent_span_id = begun->parent_span_context->span_id;
        span->data.parent_is_remote = begun->parent_span_context->is_remote;
    }
    span->data.kind = otelmq_span_start_kind(options);
    span->data.scope = &begun->tracer->scope;
    if (begun->template != NULL) {
        otelmq_refcount_retain(&begun->template->refcount);
        otelmq_span_begin_with(span, begun->template);
    } else {
        span->data.name = otelmq_span_copy_text(span, &span->name_room,
                                                otelmq_str_from(begun->name), (otelmq_str){0});
    }
    fill_in_times(span, begun->seed, options->start_time_unix_nano);
    if (otelmq_span_start_attribute_count(options) > 0) {
        otelmq_span_put_attributes(span, options->attributes, options->attribute_count);
    }
    for (size_t i = 0; i < otelmq_span_start_link_count(options); i++) {
        otelmq_span_put_link(span, &options->links[i]);
    }
}

static void call_on_start(otelmq_span *span, const otelmq_span_start *begun)
{
    otelmq_tracer_provider *provider = begun->provider;
    otelmq_span_publish_attributes(span);
    if (!otelmq_tracer_provider_enter(provider)) {
        return;
    }
    for (size_t i = 0; i < provider->processor_count; i++) {
        otelmq_processor processor = provider->processors[i];
        if (processor.ops->on_start != NULL) {
            processor.ops->on_start(processor.self, span, begun->parent);
        }
    }
    otelmq_tracer_provider_leave(provider);
}

/* What a span that does not record leaves behind. */
static void give_reference_back(const otelmq_span_start *begun)
{
    if (begun->has_reference) {
        otelmq_tracer_provider_release(begun->provider, 1);
    }
}

static void release_sampled_attributes(const otelmq_sampling_result *sampled)
{
    if (sampled->attribute_count > 0 && sampled->release_attributes != NULL) {
        sampled->release_attributes(sampled->attributes);
    }
}

void otelmq_span_start_record(const otelmq_span_start *begun, otelmq_span *span)
{
    if (!begun->has_reference) {
        otelmq_tracer_retain_provider(begun->tracer, begun->provider);
    }
    otelmq_span_init_recording(span, begun->provider);
    fill_in(span, begun);
    if (begun->sampled.attribute_count > 0) {
        otelmq_span_put_attributes(span, begun->sampled.attributes, begun->sampled.attribute_count);
        release_sampled_attributes(&begun->sampled);
    }
    if (begun->provider->has_on_start) {
        call_on_start(span, begun);
    }
}

otelmq_span *otelmq_span_start_give_up(void)
{
    otelmq_counters_add(OTELMQ_STAT_SPANS_DROPPED_NO_MEMORY, 1);
    otelmq_diagnostics_report(OTELMQ_SEVERITY_ERROR, "A span was lost: there is no memory for it.");
    return &otelmq_span_nothing;
}

static otelmq_span *start_on_provider(otelmq_span_start *begun)
{
    otelmq_counters_add(OTELMQ_STAT_SPANS_STARTED, 1);
    otelmq_span *span = otelmq_span_take();
    if (span == NULL) {
        give_reference_back(begun);
        return otelmq_span_start_give_up();
    }
    otelmq_span_start_choose(begun, &span->data.span_context);
    if (begun->sampled.decision == OTELMQ_SAMPLING_DROP) {
        otelmq_span_init_silent(span);
        release_sampled_attributes(&begun->sampled);
        give_reference_back(begun);
    } else {
        otelmq_span_start_record(begun, span);
    }
    return span;
}

otelmq_span *otelmq_tracer_start_span(otelmq_tracer *tracer, const char *name,
                                      const otelmq_span_options *options)
{
    return otelmq_tracer_start_templated(tracer, NULL, name, options);
}

otelmq_span *otelmq_tracer_start_templated(otelmq_tracer *tracer, otelmq_span_template *template,
                                           const char *name, const otelmq_span_options *options)
{
    otelmq_span_start begun;
    otelmq_span_start_init(&begun, tracer, name, options);
    begun.template = template;
    if (begun.provider == NULL) {
        return otelmq_span_create_passing(begun.parent_span_context);
    }
    /* The user's sampler may start spans itself, and this thread then let go of the provider. */
    begun.has_reference = begun.provider->calls_user_at_start;
    if (begun.has_reference) {
        otelmq_tracer_provider_retain(begun.provider, 1);
    }
    return start_on_provider(&begun);
}
