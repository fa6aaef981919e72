/* SPDX-License-Identifier: Apache-2.0 */
#include "kafka/produce/untraced.h"

#include "kafka/produce/produce.h"

#include <otelmq/diagnostics.h>
#include <otelmq/kafka_carrier.h>
#include <otelmq/stats.h>

static rd_kafka_headers_t *given_headers(const otelmq_kafka_arguments *arguments)
{
    return arguments->single != NULL ? arguments->single : arguments->list;
}

/* A copy of what was given, so that the caller's list stays as it is when the call fails. */
static rd_kafka_headers_t *injected_headers(otelmq_kafka_client *client,
                                            const otelmq_kafka_arguments *arguments,
                                            const otelmq_span_context *context)
{
    const rd_kafka_headers_t *given = given_headers(arguments);
    rd_kafka_headers_t *headers =
        given != NULL ? rd_kafka_headers_copy(given) : rd_kafka_headers_new(4);
    otelmq_messaging_inject(client->messaging, context, otelmq_kafka_headers_carrier(headers));
    return headers;
}

/* They were librdkafka's from now on, had they been passed. */
static void destroy_given(otelmq_kafka_arguments *arguments)
{
    rd_kafka_headers_t *given = given_headers(arguments);
    if (given != NULL) {
        rd_kafka_headers_destroy(given);
    }
}

static void report_skipped(const otelmq_kafka_arguments *arguments)
{
    otelmq_stats_add(OTELMQ_STAT_INJECT_SKIPPED, 1);
    otelmq_diagnostics_report(OTELMQ_SEVERITY_WARNING,
                              "A message to %s goes out without its context: with it, it would "
                              "exceed message.max.bytes.",
                              arguments->topic != NULL ? arguments->topic : "no topic");
}

rd_kafka_error_t *otelmq_kafka_untraced_produce_with(otelmq_kafka_client *client,
                                                     rd_kafka_t *producer,
                                                     otelmq_kafka_arguments *arguments,
                                                     const otelmq_span_context *context)
{
    bool is_conflict = arguments->single != NULL && arguments->list != NULL;
    if (is_conflict || !otelmq_span_context_is_valid(context)) {
        return otelmq_kafka_arguments_produce_as_given(arguments, producer);
    }
    rd_kafka_headers_t *headers = injected_headers(client, arguments, context);
    rd_kafka_error_t *error = otelmq_kafka_arguments_produce(arguments, producer, headers);
    if (error == NULL) {
        destroy_given(arguments);
        return NULL;
    }
    rd_kafka_headers_destroy(headers);
    if (rd_kafka_error_code(error) == RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE) {
        rd_kafka_error_destroy(error);
        error = otelmq_kafka_arguments_produce_as_given(arguments, producer);
        if (error == NULL) {
            report_skipped(arguments);
        }
    } else if (arguments->single != NULL) {
        rd_kafka_headers_destroy(arguments->single);
    }
    return error;
}

rd_kafka_error_t *otelmq_kafka_untraced_begin(otelmq_kafka_client *client, rd_kafka_t *producer,
                                              otelmq_kafka_arguments *arguments, otelmq_span **span)
{
    otelmq_kafka_described described;
    rd_kafka_headers_t *given = given_headers(arguments);
    otelmq_kafka_describe_sent(&described, client, "send", arguments->topic, &arguments->message,
                               given);
    otelmq_messaging_send send = otelmq_messaging_send_start(
        client->messaging, &described.operation, otelmq_kafka_headers_carrier(given));
    *span = send.span;
    return otelmq_kafka_untraced_produce_with(
        client, producer, arguments,
        otelmq_span_get_context(send.keeps_creation_context ? NULL : send.span));
}

void otelmq_kafka_untraced_end(otelmq_kafka_client *client, otelmq_span *span,
                               rd_kafka_resp_err_t err)
{
    otelmq_kafka_outcome outcome = otelmq_kafka_outcome_of(err);
    otelmq_messaging_send_confirmed(client->messaging, span, NULL, outcome.type,
                                    outcome.description);
}

rd_kafka_error_t *otelmq_kafka_untraced_produce(otelmq_kafka_client *client, rd_kafka_t *producer,
                                                otelmq_kafka_arguments *arguments)
{
    otelmq_span *span = NULL;
    rd_kafka_error_t *error = otelmq_kafka_untraced_begin(client, producer, arguments, &span);
    otelmq_kafka_untraced_end(client, span, error != NULL ? rd_kafka_error_code(error) : 0);
    return error;
}
