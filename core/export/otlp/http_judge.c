/* SPDX-License-Identifier: Apache-2.0 */
#include "export/otlp/http_judge.h"

#include "export/http/http_retry.h"
#include "export/http/one_line.h"
#include "export/otlp/partial_success.h"

static bool is_protobuf(const otelmq_http_answer *answer)
{
    return otelmq_http_answer_is(answer, "application/x-protobuf");
}

static bool is_json(const otelmq_http_answer *answer)
{
    return otelmq_http_answer_is(answer, "application/json");
}

static void read_success(const otelmq_http_answer *answer, otelmq_http_verdict *verdict)
{
    otelmq_otlp_partial_success partial = {.is_valid = false};
    if (is_protobuf(answer) || answer->body.len == 0) {
        otelmq_otlp_partial_success_parse(&partial, answer->body);
    } else if (is_json(answer)) {
        otelmq_otlp_partial_success_parse_json(&partial, answer->body);
    }
    verdict->decision = OTELMQ_HTTP_TAKEN;
    verdict->is_strange = !partial.is_valid;
    verdict->rejected_spans = partial.rejected_spans;
    verdict->message = partial.message;
    if (verdict->message.len > 0) {
        otelmq_buffer_add_char(&verdict->message, '\0');
    }
}

static void add_error_message(otelmq_buffer *message, const otelmq_http_answer *answer)
{
    if (is_protobuf(answer)) {
        otelmq_otlp_error_message_parse(message, answer->body);
    } else if (is_json(answer)) {
        otelmq_otlp_error_message_parse_json(message, answer->body);
    } else {
        otelmq_one_line_add(message, answer->body);
    }
}

void otelmq_otlp_http_judge(const otelmq_http_settings *settings, const otelmq_http_answer *answer,
                            otelmq_http_verdict *verdict)
{
    (void)settings;
    if (otelmq_http_is_success(answer->status)) {
        read_success(answer, verdict);
        return;
    }
    otelmq_buffer message;
    otelmq_buffer_init(&message);
    add_error_message(&message, answer);
    otelmq_http_judge_error(answer, otelmq_buffer_str(&message), verdict);
    otelmq_buffer_clean(&message);
}
