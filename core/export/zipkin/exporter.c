/* SPDX-License-Identifier: Apache-2.0 */
#include "export/http/http_exporter.h"
#include "export/http/http_retry.h"
#include "export/http/json_request.h"
#include "export/http/one_line.h"
#include "export/zipkin/environment.h"
#include "export/zipkin/spans.h"

#include <otelmq/diagnostics.h>

#include <stdlib.h>

static const char USER_AGENT[] = "otelmq/" OTELMQ_VERSION;
static const char SPANS_PATH[] = "/api/v2/spans";

static otelmq_status encode(void *encoder, otelmq_buffer *body,
                            const otelmq_span_data *const spans[], size_t count)
{
    return otelmq_json_request_encode(encoder, body, otelmq_zipkin_add_spans, spans, count);
}

/* Zipkin says nothing of spans that it took, and plain text of others. */
static void judge(const otelmq_http_settings *settings, const otelmq_http_answer *answer,
                  otelmq_http_verdict *verdict)
{
    (void)settings;
    if (otelmq_http_is_success(answer->status)) {
        verdict->decision = OTELMQ_HTTP_TAKEN;
        return;
    }
    otelmq_buffer said;
    otelmq_buffer_init(&said);
    otelmq_one_line_add(&said, answer->body);
    otelmq_http_judge_error(answer, otelmq_buffer_str(&said), verdict);
    otelmq_buffer_clean(&said);
}

static const otelmq_http_protocol zipkin_protocol = {
    .create = otelmq_json_request_create,
    .destroy = otelmq_json_request_destroy,
    .encode = encode,
    .judge = judge,
};

static bool set_endpoint(otelmq_http_settings *settings, const otelmq_zipkin_options *options)
{
    if (options->endpoint != NULL) {
        return otelmq_http_settings_set_endpoint(settings, options->endpoint, SPANS_PATH);
    }
    char *endpoint = otelmq_zipkin_environment_endpoint();
    bool is_set =
        endpoint != NULL && otelmq_http_settings_set_endpoint(settings, endpoint, SPANS_PATH);
    free(endpoint);
    return is_set;
}

static bool init_settings(otelmq_http_settings *settings, const otelmq_zipkin_options *options)
{
    otelmq_http_settings_init(settings);
    settings->user_agent = USER_AGENT;
    settings->timeout_ms =
        options->timeout_ms > 0 ? options->timeout_ms : otelmq_zipkin_environment_timeout_ms();
    if (!set_endpoint(settings, options) ||
        !otelmq_http_settings_add_headers(settings, options->headers, options->header_count) ||
        !otelmq_http_settings_add_body_headers(settings, "application/json") ||
        !otelmq_http_settings_set_path(&settings->ca_file, options->ca_file)) {
        otelmq_diagnostics_report(OTELMQ_SEVERITY_ERROR, "No Zipkin exporter was made.");
        otelmq_http_settings_clean(settings);
        return false;
    }
    return true;
}

otelmq_exporter otelmq_zipkin_exporter(const otelmq_zipkin_options *options)
{
    static const otelmq_zipkin_options defaults = {.endpoint = NULL};
    otelmq_http_settings settings;
    if (!init_settings(&settings, options != NULL ? options : &defaults)) {
        return (otelmq_exporter){0};
    }
    return otelmq_http_exporter_create(&zipkin_protocol, &settings);
}
