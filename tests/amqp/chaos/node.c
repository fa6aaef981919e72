/* SPDX-License-Identifier: Apache-2.0 */
#include "amqp/chaos/node.h"

#include "amqp/real_broker.h"
#include "support/test.h"

#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

extern char **environ;

/* Writable, as posix_spawn wants its arguments. */
static char program[] = NODE_CONTROL;
static char shell[] = "/bin/sh";

/* The action's output becomes the test's, which is shown when it fails. */
static void run(char *const arguments[])
{
    pid_t process_id;
    int status;
    assert_int_equal(posix_spawn(&process_id, arguments[0], NULL, NULL, arguments, environ), 0);
    assert_int_equal(waitpid(process_id, &status, 0), process_id);
    if (status != 0) {
        fail_msg("%s %s of the node ended with status %d", arguments[0], arguments[1], status);
    }
}

static void control(const chaos_node *self, const char *action)
{
    char word[16];
    char directory[NODE_TEXT_SIZE];
    (void)snprintf(word, sizeof(word), "%s", action);
    memcpy(directory, self->directory, sizeof(directory));
    char *arguments[] = {program, word, directory, NULL};
    run(arguments);
}

/*
 * A process that is no child of the test, so that whoever ends the test does not end it too: it
 * reads until the test is gone. The node may not inherit what it reads from, hence the "e".
 */
static FILE *open_lifeline(const chaos_node *self)
{
    char command[4 * NODE_TEXT_SIZE];
    (void)snprintf(command, sizeof(command),
                   "exec setsid --fork sh -c 'cat; \"$0\" stop \"$1\"; rm -rf \"$1\"' '%s' '%s' "
                   ">/dev/null 2>&1",
                   program, self->directory);
    FILE *lifeline = popen(command, "we");
    assert_non_null(lifeline);
    return lifeline;
}

static void read_url(chaos_node *self)
{
    char path[NODE_TEXT_SIZE + 8];
    (void)snprintf(path, sizeof(path), "%s/url", self->directory);
    FILE *file = fopen(path, "re");
    assert_non_null(file);
    assert_non_null(fgets(self->url, sizeof(self->url), file));
    self->url[strcspn(self->url, "\n")] = '\0';
    (void)fclose(file);
}

void node_create(chaos_node *self)
{
    (void)snprintf(self->directory, sizeof(self->directory), "%s/node-XXXXXX", NODE_PARENT);
    assert_non_null(mkdtemp(self->directory));
    self->lifeline = open_lifeline(self);
    control(self, "start");
    read_url(self);
}

void node_destroy(chaos_node *self)
{
    control(self, "stop");
    (void)pclose(self->lifeline);
}

void node_settle(const chaos_node *self)
{
    char ctl[] = "ctl";
    char eval[] = "eval";
    char expression[] = "[dets:sync(Table) || Table <- dets:all()].";
    char directory[NODE_TEXT_SIZE];
    memcpy(directory, self->directory, sizeof(directory));
    char *arguments[] = {program, ctl, directory, eval, expression, NULL};
    run(arguments);
}

void node_kill(const chaos_node *self)
{
    control(self, "kill");
}

void node_pause(const chaos_node *self)
{
    control(self, "pause");
}

void node_hiccup(const chaos_node *self)
{
    char option[] = "-c";
    char script[] = "exec setsid --fork sh -c 'sleep 0.3; exec \"$0\" resume \"$1\"' \"$0\" \"$1\" "
                    ">/dev/null 2>&1";
    char directory[NODE_TEXT_SIZE];
    memcpy(directory, self->directory, sizeof(directory));
    char *arguments[] = {shell, option, script, program, directory, NULL};
    node_pause(self);
    run(arguments);
}

void node_revive(const chaos_node *self)
{
    control(self, "start");
    control(self, "resume");
}

amqp_connection_state_t node_log_in(const chaos_node *self, int heartbeat_s)
{
    struct amqp_connection_info info;
    char url[NODE_TEXT_SIZE];
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
