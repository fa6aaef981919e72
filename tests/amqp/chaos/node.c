/* SPDX-License-Identifier: Apache-2.0 */
#include "amqp/chaos/node.h"

#include "amqp/real_broker.h"
#include "support/test.h"

#include <stdlib.h>
#include <string.h>

void node_create(chaos_node *self)
{
    private_broker_create(&self->broker, NODE_CONTROL, NODE_PARENT);
    private_broker_run(&self->broker, "start", "");
    private_broker_read(&self->broker, "url", self->url, sizeof(self->url));
}

void node_destroy(chaos_node *self)
{
    private_broker_destroy(&self->broker);
}

void node_settle(const chaos_node *self)
{
    private_broker_run(&self->broker, "ctl", "eval '[dets:sync(Table) || Table <- dets:all()].'");
}

void node_kill(chaos_node *self)
{
    private_broker_run(&self->broker, "kill", "");
}

void node_restart(chaos_node *self)
{
    assert_int_equal(self->restart, 0);
    node_pause(self);
    self->restart = private_broker_begin(&self->broker, "restart", "");
}

void node_pause(chaos_node *self)
{
    private_broker_run(&self->broker, "pause", "");
}

/* The shell that resumes it is no child of the test, which need not wait for it. */
void node_hiccup(chaos_node *self)
{
    char command[4 * PRIVATE_BROKER_TEXT_SIZE];
    (void)snprintf(command, sizeof(command),
                   "exec setsid --fork sh -c 'sleep 0.3; exec \"$0\" resume \"$1\"' '%s' '%s' "
                   ">/dev/null 2>&1",
                   NODE_CONTROL, self->broker.directory);
    node_pause(self);
    assert_int_equal(system(command), 0);
}

void node_revive(chaos_node *self)
{
    if (self->restart != 0) {
        private_broker_end(self->restart, "restart");
        self->restart = 0;
    }
    private_broker_run(&self->broker, "start", "");
    private_broker_run(&self->broker, "resume", "");
}

amqp_connection_state_t node_log_in(const chaos_node *self, int heartbeat_s)
{
    struct amqp_connection_info info;
    char url[PRIVATE_BROKER_TEXT_SIZE];
    memcpy(url, self->url, sizeof(url));
    amqp_default_connection_info(&info);
    assert_int_equal(amqp_parse_url(url, &info), AMQP_STATUS_OK);
    amqp_connection_state_t raw = amqp_new_connection();
    amqp_socket_t *socket = amqp_tcp_socket_new(raw);
    assert_non_null(socket);
    assert_int_equal(amqp_socket_open(socket, info.host, info.port), AMQP_STATUS_OK);
    real_broker_expect_ok(amqp_login(raw, info.vhost, 0, AMQP_DEFAULT_FRAME_SIZE, heartbeat_s,
                                     AMQP_SASL_METHOD_PLAIN, info.user, info.password),
                          "login");
    return raw;
}
