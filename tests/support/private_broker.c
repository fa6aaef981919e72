/* SPDX-License-Identifier: Apache-2.0 */
#include "support/private_broker.h"

#include "support/test.h"

#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

extern char **environ;

enum { LIFELINE = 9, COMMAND_SIZE = 4 * PRIVATE_BROKER_TEXT_SIZE };

/*
 * A process that is no child of the test, so that whoever ends the test does not end it too: it
 * reads until the test is gone, and with it what starts a node. The nodes may not inherit what it
 * reads from, hence the "e".
 */
static FILE *open_lifeline(const private_broker *self)
{
    char command[COMMAND_SIZE];
    (void)snprintf(command, sizeof(command),
                   "exec setsid --fork sh -c 'cat; \"$0\" stop \"$1\"; rm -rf \"$1\"' '%s' '%s' "
                   ">/dev/null 2>&1",
                   self->program, self->directory);
    FILE *lifeline = popen(command, "we");
    assert_non_null(lifeline);
    return lifeline;
}

void private_broker_create(private_broker *self, const char *program, const char *parent)
{
    self->program = program;
    (void)snprintf(self->directory, sizeof(self->directory), "%s/node-XXXXXX", parent);
    assert_non_null(mkdtemp(self->directory));
    self->lifeline = open_lifeline(self);
}

void private_broker_destroy(private_broker *self)
{
    private_broker_run(self, "stop", "");
    (void)pclose(self->lifeline);
}

/* The shell has the lifeline, so that it lasts until the action is over, and the nodes have not. */
static pid_t spawn(const private_broker *self, char *const arguments[])
{
    pid_t process_id;
    posix_spawn_file_actions_t actions;
    assert_int_equal(posix_spawn_file_actions_init(&actions), 0);
    assert_int_equal(posix_spawn_file_actions_adddup2(&actions, fileno(self->lifeline), LIFELINE),
                     0);
    assert_int_equal(posix_spawn(&process_id, arguments[0], &actions, NULL, arguments, environ), 0);
    posix_spawn_file_actions_destroy(&actions);
    return process_id;
}

/* The exit keeps the shell from turning into the action. */
pid_t private_broker_begin(const private_broker *self, const char *action, const char *details)
{
    char shell[] = "/bin/sh";
    char option[] = "-c";
    char command[COMMAND_SIZE];
    (void)snprintf(command, sizeof(command), "'%s' %s '%s' %s %d>&-; exit $?", self->program,
                   action, self->directory, details, LIFELINE);
    char *arguments[] = {shell, option, command, NULL};
    return spawn(self, arguments);
}

void private_broker_end(pid_t process_id, const char *action)
{
    int status;
    assert_int_equal(waitpid(process_id, &status, 0), process_id);
    if (status != 0) {
        fail_msg("%s: the control of the broker ended with status %d", action, status);
    }
}

void private_broker_run(const private_broker *self, const char *action, const char *details)
{
    private_broker_end(private_broker_begin(self, action, details), action);
}

void private_broker_read(const private_broker *self, const char *file, char *text, size_t size)
{
    char path[2 * PRIVATE_BROKER_TEXT_SIZE];
    (void)snprintf(path, sizeof(path), "%s/%s", self->directory, file);
    FILE *stream = fopen(path, "re");
    assert_non_null(stream);
    assert_non_null(fgets(text, (int)size, stream));
    text[strcspn(text, "\n")] = '\0';
    (void)fclose(stream);
}
