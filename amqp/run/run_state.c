/* SPDX-License-Identifier: Apache-2.0 */
#include "amqp/run/run_state.h"

#include "amqp/connection_state.h"

void otelmq_amqp_run_state_clean(otelmq_amqp_run_state *run)
{
    otelmq_amqp_handled_clean(&run->handled);
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
