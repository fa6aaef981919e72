/* SPDX-License-Identifier: Apache-2.0 */
/* One call of otelmq_amqp_run, and how it treats one message. */
#ifndef OTELMQ_AMQP_RUNNER_H
#define OTELMQ_AMQP_RUNNER_H

#include <otelmq/amqp_run.h>

typedef struct {
    otelmq_amqp_connection *connection;
    amqp_connection_state_t raw; /* the connection's, as it began */
    otelmq_amqp_handler handler;
    void *user;
    otelmq_amqp_run_options options; /* with its defaults filled in */
    uint64_t idle_since_monotonic_nano;
} otelmq_amqp_runner;

/* Whether the channel, on which its messages are settled, is still the one that it began with. */
bool otelmq_amqp_runner_can_settle(const otelmq_amqp_runner *runner);

/*
 * Gives the message to the handler, in its process span, and settles it as that says; or, when the
 * handler has acknowledged it before, only acknowledges it. An amqp_status_enum.
 */
int otelmq_amqp_runner_handle(otelmq_amqp_runner *runner, const amqp_envelope_t *envelope);

#endif
