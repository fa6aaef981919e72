/* SPDX-License-Identifier: Apache-2.0 */
#include "amqp/run/runner.h"

#include <otelmq/diagnostics.h>

#include "amqp/consume/received.h"

/* What is known of a message before the handler sees it. */
typedef struct {
    bool has_identity;
    otelmq_amqp_identity identity;
} candidate;

/* A consumer that the broker cancelled leaves its channel open. */
bool otelmq_amqp_runner_can_settle(const otelmq_amqp_runner *runner)
{
    const otelmq_amqp_connection *connection = runner->connection;
    amqp_method_number_t ended_by = connection->run.ending.method;
    return connection->raw == runner->raw &&
           (ended_by == 0 || ended_by == AMQP_BASIC_CANCEL_METHOD);
}

/* Without acknowledgements the broker sends nothing again. */
static candidate identify(const otelmq_amqp_runner *runner, const amqp_envelope_t *envelope)
{
    const otelmq_amqp_connection *connection = runner->connection;
    candidate self = {.has_identity = false};
    if (!runner->options.no_ack) {
        self.has_identity = otelmq_amqp_identify(connection, runner->options.queue, envelope,
                                                 &connection->run.handled.seed, &self.identity);
    }
    return self;
}

/*
 * Only what the broker says it has sent before can be what was acknowledged; what it sends for the
 * first time is another message, even if it is the same in every byte.
 */
static bool was_handled(otelmq_amqp_runner *runner, const amqp_envelope_t *envelope,
                        const candidate *self)
{
    otelmq_amqp_handled *handled = &runner->connection->run.handled;
    if (!self->has_identity) {
        return false;
    }
    if (!envelope->redelivered) {
        otelmq_amqp_handled_doubt(handled, &self->identity);
        return false;
    }
    return !runner->options.repeats_acknowledged &&
           otelmq_amqp_handled_match(handled, &self->identity);
}

/* The ack's span is in the trace of the message, which has no process span this time. */
static int acknowledge_again(otelmq_amqp_runner *runner, const amqp_envelope_t *envelope)
{
    otelmq_amqp_connection *connection = runner->connection;
    otelmq_amqp_received received;
    otelmq_amqp_received_init(&received, connection, envelope, runner->options.queue);
    otelmq_amqp_deliveries_received(connection, envelope->channel, envelope->delivery_tag,
                                    &received.ids);
    const otelmq_context *context = otelmq_amqp_extract(connection, &envelope->message.properties);
    otelmq_context_token token = otelmq_context_attach(context);
    int status = otelmq_amqp_basic_ack(connection, envelope->channel, envelope->delivery_tag, 0);
    otelmq_context_detach(token);
    otelmq_context_release(context);
    otelmq_diagnostics_report(OTELMQ_SEVERITY_INFO,
                              "RabbitMQ sent a message again that its handler had acknowledged "
                              "before the connection was lost: it was acknowledged again, and not "
                              "given to the handler.");
    return status;
}

/* Remembered before the broker is told: the connection may be lost in between. */
static int acknowledge(otelmq_amqp_runner *runner, const amqp_envelope_t *envelope,
                       const candidate *self)
{
    otelmq_amqp_connection *connection = runner->connection;
    if (self->has_identity && !connection->run.is_passed_on) {
        otelmq_amqp_handled_add(&connection->run.handled, &self->identity);
    }
    if (!otelmq_amqp_runner_can_settle(runner)) {
        return AMQP_STATUS_OK;
    }
    return otelmq_amqp_basic_ack(connection, envelope->channel, envelope->delivery_tag, 0);
}

static int settle(otelmq_amqp_runner *runner, const amqp_envelope_t *envelope,
                  otelmq_amqp_answer answer, const candidate *self)
{
    otelmq_amqp_connection *connection = runner->connection;
    if (runner->options.no_ack || answer == OTELMQ_AMQP_LEAVE) {
        return AMQP_STATUS_OK;
    }
    if (answer == OTELMQ_AMQP_ACK) {
        return acknowledge(runner, envelope, self);
    }
    if (!otelmq_amqp_runner_can_settle(runner)) {
        return AMQP_STATUS_OK;
    }
    if (answer == OTELMQ_AMQP_REJECT) {
        return otelmq_amqp_basic_reject(connection, envelope->channel, envelope->delivery_tag, 0);
    }
    return otelmq_amqp_basic_nack(connection, envelope->channel, envelope->delivery_tag, 0, 1);
}

static otelmq_amqp_answer ask_handler(otelmq_amqp_runner *runner, const amqp_envelope_t *envelope)
{
    otelmq_amqp_run_state *run = &runner->connection->run;
    run->is_passed_on = false;
    run->message = envelope;
    otelmq_amqp_answer answer = runner->handler(runner->user, runner->connection, envelope);
    run->message = NULL;
    return answer;
}

/* A span that ends with its settlement is over by now, and says the same, or why there was none. */
static void mark_failed(otelmq_span *span, otelmq_amqp_answer answer)
{
    if (answer == OTELMQ_AMQP_REQUEUE || answer == OTELMQ_AMQP_REJECT) {
        const char *error_type = answer == OTELMQ_AMQP_REQUEUE ? "nack" : "reject";
        otelmq_span_set_string(span, "error.type", otelmq_str_from(error_type));
        otelmq_span_set_status(span, OTELMQ_STATUS_ERROR, NULL);
    }
}

/* The answer goes out inside the scope, so that its span is a child of the process span. */
int otelmq_amqp_runner_handle(otelmq_amqp_runner *runner, const amqp_envelope_t *envelope)
{
    candidate self = identify(runner, envelope);
    if (was_handled(runner, envelope, &self)) {
        return acknowledge_again(runner, envelope);
    }
    otelmq_scope scope = otelmq_amqp_process_start(runner->connection, envelope);
    otelmq_amqp_answer answer = ask_handler(runner, envelope);
    int status = settle(runner, envelope, answer, &self);
    mark_failed(scope.span, answer);
    otelmq_scope_end(&scope);
    return status;
}
