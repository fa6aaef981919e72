/* SPDX-License-Identifier: Apache-2.0 */
#include "amqp/run/run_state.h"

#include "amqp/connection_state.h"
#include "amqp/text.h"

void otelmq_amqp_run_state_clean(otelmq_amqp_run_state *run)
{
    otelmq_amqp_handled_clean(&run->handled);
}

bool otelmq_amqp_run_is_ours(const otelmq_amqp_connection *connection, const amqp_frame_t *frame)
{
    const otelmq_amqp_run_state *run = &connection->run;
    if (!run->is_running || frame->payload.method.id != AMQP_BASIC_DELIVER_METHOD ||
        frame->channel != run->channel) {
        return false;
    }
    const amqp_basic_deliver_t *deliver = frame->payload.method.decoded;
    return otelmq_amqp_bytes_equal(deliver->consumer_tag, run->consumer_tag);
}

void otelmq_amqp_run_passed_over(otelmq_amqp_connection *connection, const amqp_frame_t *frame)
{
    connection->run.passed_over += otelmq_amqp_run_is_ours(connection, frame) ? 1 : 0;
}

void otelmq_amqp_run_published(otelmq_amqp_connection *connection,
                               const otelmq_amqp_publishing *message,
                               const otelmq_messaging_send *send)
{
    otelmq_amqp_run_state *run = &connection->run;
    if (run->message != NULL && send->keeps_creation_context && !run->is_passed_on) {
        run->is_passed_on = otelmq_amqp_is_same_message(
            connection, &run->message->message.properties, message->properties);
    }
}
