/* SPDX-License-Identifier: Apache-2.0 */
#include <otelmq/jaeger_remote_sampler.h>

#include "base/unconst.h"
#include "export/http/url.h"
#include "export/otlp/jaeger_remote/poller.h"

#include <otelmq/diagnostics.h>

#include <stdlib.h>

enum { DEFAULT_INTERVAL_MS = 60000, DEFAULT_TIMEOUT_MS = 10000 };

static const char DEFAULT_ENDPOINT[] = "http://localhost:5778";
static const char DEFAULT_SERVICE[] = "unknown_service";
static const double DEFAULT_RATIO = 0.001;

typedef struct {
    otelmq_jaeger_current current;
    otelmq_jaeger_poller poller;
    char *description;
} remote_sampler;

static otelmq_sampling_result should_sample(const void *self, const otelmq_sampling_input *input)
{
    remote_sampler *sampler = otelmq_unconst(self);
    otelmq_jaeger_poller_revive(&sampler->poller);
    otelmq_jaeger_strategy *strategy = otelmq_jaeger_current_get(&sampler->current);
    otelmq_sampling_result result = otelmq_jaeger_strategy_decide(strategy, input);
    otelmq_jaeger_strategy_release(strategy);
    return result;
}

static const char *description(const void *self)
{
    const remote_sampler *sampler = self;
    return sampler->description;
}

static void destroy_parts(remote_sampler *sampler)
{
    otelmq_jaeger_current_clean(&sampler->current);
    otelmq_buffer_clean(&sampler->poller.last_answer);
    free(sampler->poller.url);
    free(sampler->poller.shown_url);
    free(sampler->description);
    free(sampler);
}

static void destroy(void *self)
{
    remote_sampler *sampler = self;
    otelmq_jaeger_poller_stop(&sampler->poller);
    destroy_parts(sampler);
}

static const otelmq_sampler_ops remote_ops = {
    .should_sample = should_sample,
    .description = description,
    .destroy = destroy,
};

static char *describe(const char *shown_url)
{
    otelmq_buffer text;
    otelmq_buffer_init(&text);
    otelmq_buffer_add_text(&text, "JaegerRemoteSampler{");
    otelmq_buffer_add_text(&text, shown_url);
    otelmq_buffer_add(&text, "}", sizeof("}"));
    if (!otelmq_buffer_is_complete(&text)) {
        otelmq_buffer_clean(&text);
    }
    return text.data;
}

static uint32_t either(uint32_t chosen, uint32_t usual)
{
    return chosen != 0 ? chosen : usual;
}

/* *Owns* the initial sampler of the options. False when a part is missing. */
static bool init(remote_sampler *sampler, const otelmq_jaeger_remote_options *options)
{
    const char *endpoint = options->endpoint != NULL ? options->endpoint : DEFAULT_ENDPOINT;
    otelmq_sampler initial = options->initial_sampler.ops != NULL
                                 ? options->initial_sampler
                                 : otelmq_sampler_probability(DEFAULT_RATIO, 0);
    otelmq_jaeger_current_init(&sampler->current, otelmq_jaeger_strategy_create(initial));
    otelmq_jaeger_poller *poller = &sampler->poller;
    poller->url = otelmq_jaeger_request_url(
        endpoint, options->service_name != NULL ? options->service_name : DEFAULT_SERVICE);
    poller->shown_url = otelmq_url_masked(endpoint);
    poller->interval_ms = either(options->polling_interval_ms, DEFAULT_INTERVAL_MS);
    poller->timeout_ms = either(options->timeout_ms, DEFAULT_TIMEOUT_MS);
    poller->current = &sampler->current;
    otelmq_buffer_init(&poller->last_answer);
    sampler->description = poller->shown_url != NULL ? describe(poller->shown_url) : NULL;
    return poller->url != NULL && sampler->description != NULL && sampler->current.strategy != NULL;
}

static void report_failure(const remote_sampler *sampler)
{
    const char *shown = sampler->poller.shown_url;
    otelmq_diagnostics_report(
        OTELMQ_SEVERITY_ERROR,
        "There can be no remote sampler of \"%s\": it is not an http or https "
        "URL, or there is no memory.",
        shown != NULL ? shown : "");
}

otelmq_sampler otelmq_sampler_jaeger_remote(const otelmq_jaeger_remote_options *options)
{
    otelmq_jaeger_remote_options chosen = {0};
    if (options != NULL) {
        chosen = *options;
    }
    remote_sampler *sampler = calloc(1, sizeof(*sampler));
    if (sampler == NULL) {
        otelmq_sampler_destroy(chosen.initial_sampler);
        return (otelmq_sampler){0};
    }
    if (!init(sampler, &chosen)) {
        report_failure(sampler);
        destroy_parts(sampler);
        return (otelmq_sampler){0};
    }
    if (!otelmq_jaeger_poller_start(&sampler->poller)) {
        destroy(sampler);
        return (otelmq_sampler){0};
    }
    return (otelmq_sampler){&remote_ops, sampler};
}
