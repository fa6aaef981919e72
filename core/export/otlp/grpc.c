/* SPDX-License-Identifier: Apache-2.0 */
#include "export/otlp/grpc.h"

#include "export/otlp/grpc_frame.h"
#include "export/otlp/grpc_status.h"
#include "export/otlp/partial_success.h"
#include "export/otlp/request_writer.h"

bool otelmq_otlp_grpc_prepare(otelmq_http_settings *settings)
{
    otelmq_http_headers *headers = &settings->headers;
    settings->is_http2 = true;
    settings->says_deadline = true;
    return otelmq_http_headers_add_own(headers, "Content-Type: application/grpc") &&
           otelmq_http_headers_add_own(headers, "TE: trailers") &&
           otelmq_http_headers_add_own(headers, "grpc-accept-encoding: identity,gzip") &&
           (!settings->is_gzip || otelmq_http_headers_add_own(headers, "grpc-encoding: gzip"));
}

static otelmq_status encode(void *encoder, otelmq_buffer *body,
                            const otelmq_span_data *const spans[], size_t count)
{
    otelmq_otlp_request_writer *writer = encoder;
    otelmq_grpc_frame_start(body);
    otelmq_status status = otelmq_otlp_request_writer_add(writer, body, spans, count);
    return status == OTELMQ_OK ? otelmq_grpc_frame_finish(body, writer->settings->is_gzip) : status;
}

static void read_success(const otelmq_http_settings *settings, const otelmq_http_answer *answer,
                         otelmq_http_verdict *verdict)
{
    otelmq_buffer message;
    otelmq_buffer_init(&message);
    otelmq_otlp_partial_success partial = {.is_valid = false};
    otelmq_status status =
        otelmq_grpc_frame_parse(&message, answer->body, settings->max_response_size);
    if (status == OTELMQ_OK) {
        otelmq_otlp_partial_success_parse(&partial, otelmq_buffer_str(&message));
    }
    otelmq_buffer_clean(&message);
    verdict->is_too_large = status == OTELMQ_ERROR_LIMIT;
    verdict->decision = verdict->is_too_large ? OTELMQ_HTTP_REFUSED : OTELMQ_HTTP_TAKEN;
    verdict->is_strange = !partial.is_valid;
    verdict->rejected_spans = partial.rejected_spans;
    verdict->message = partial.message;
    if (verdict->message.len > 0) {
        otelmq_buffer_add_char(&verdict->message, '\0');
    }
}

/* "gRPC status UNAVAILABLE (14), going down" */
static void describe(otelmq_buffer *text, const otelmq_grpc_status *status)
{
    const char *name = otelmq_grpc_code_name(status->code);
    otelmq_buffer_add_text(text, "gRPC status ");
    otelmq_buffer_add_text(text, name != NULL ? name : "unknown");
    otelmq_buffer_add_text(text, " (");
    otelmq_buffer_add_uint(text, status->code);
    otelmq_buffer_add_text(text, status->message.len > 0 ? "), " : ")");
    otelmq_buffer_add_str(text, otelmq_buffer_str(&status->message));
}

/* A proxy in between, or a server of something else, answers without a status of gRPC. */
static void describe_http(otelmq_buffer *text, long http_status)
{
    otelmq_buffer_add_text(text, "HTTP status ");
    otelmq_buffer_add_int(text, http_status);
    otelmq_buffer_add_text(text, " without a gRPC status");
}

static void read_failure(const otelmq_http_answer *answer, const otelmq_grpc_status *status,
                         otelmq_http_verdict *verdict)
{
    bool is_retryable = otelmq_grpc_status_is_retryable(status);
    verdict->decision = is_retryable ? OTELMQ_HTTP_RETRYABLE : OTELMQ_HTTP_REFUSED;
    verdict->retry_after_ms = status->retry_delay_ms;
    if (status->is_there) {
        describe(&verdict->message, status);
    } else {
        describe_http(&verdict->message, answer->status);
    }
    otelmq_buffer_add_char(&verdict->message, '\0');
}

static void judge(const otelmq_http_settings *settings, const otelmq_http_answer *answer,
                  otelmq_http_verdict *verdict)
{
    otelmq_grpc_status status;
    otelmq_grpc_status_parse(&status, answer->headers);
    if (!status.is_there) {
        status.code = otelmq_grpc_code_from_http(answer->status);
    }
    if (status.code == OTELMQ_GRPC_OK) {
        read_success(settings, answer, verdict);
    } else {
        read_failure(answer, &status, verdict);
    }
    otelmq_grpc_status_clean(&status);
}

const otelmq_http_protocol otelmq_otlp_grpc = {
    .create = otelmq_otlp_request_writer_create,
    .destroy = otelmq_otlp_request_writer_destroy,
    .encode = encode,
    .judge = judge,
};
