/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the broker has sent that ends otelmq_amqp_run: the cancel of its consumer, or the close of
 * its channel or connection. Any call that reads frames may come upon it, in the handler too, so it
 * is noted as it passes, and copied, because the library's memory for it goes.
 */
#ifndef OTELMQ_AMQP_ENDING_H
#define OTELMQ_AMQP_ENDING_H

#include <otelmq/amqp_connection.h>

enum { OTELMQ_AMQP_SHORT_STRING_SIZE = 256 };

/* {0}: nothing has ended it. */
typedef struct {
    amqp_method_number_t method;
    union {
        amqp_basic_cancel_t cancel;
        amqp_channel_close_t channel_close;
        amqp_connection_close_t connection_close;
    } decoded; /* its text is in text */
    char text[OTELMQ_AMQP_SHORT_STRING_SIZE];
} otelmq_amqp_ending;

/* A method that came from the broker, on channel; ignored unless it ends the loop that runs. */
void otelmq_amqp_run_watch(otelmq_amqp_connection *connection, amqp_channel_t channel,
                           const amqp_method_t *method);

/* The reply of a loop that was ended by it. Borrows the ending. */
amqp_rpc_reply_t otelmq_amqp_ending_reply(otelmq_amqp_ending *ending);

#endif
