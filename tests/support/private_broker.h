/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A broker of the test's own, of one node or several, that a program of tools/services starts,
 * stops and harms, in a directory that is its own too. It does not outlive the test, however that
 * ends.
 */
#ifndef OTELMQ_TESTS_PRIVATE_BROKER_H
#define OTELMQ_TESTS_PRIVATE_BROKER_H

#include <stddef.h>
#include <stdio.h>
#include <sys/types.h>

enum { PRIVATE_BROKER_TEXT_SIZE = 512 };

typedef struct {
    const char *program; /* borrowed */
    char directory[PRIVATE_BROKER_TEXT_SIZE];
    FILE *lifeline; /* when its other end sees it closed, the broker ends */
} private_broker;

/* Its directory stands below parent. Nothing is started yet. */
void private_broker_create(private_broker *self, const char *program, const char *parent);

/* Stops it, and fails the test when it cannot. */
void private_broker_destroy(private_broker *self);

/*
 * Runs an action of the program; details, which the shell splits, are what stands behind the
 * directory, and may be "". Fails the test when the action fails; its output becomes the test's.
 */
void private_broker_run(const private_broker *self, const char *action, const char *details);

/* The same in two steps, while the test goes on. */
pid_t private_broker_begin(const private_broker *self, const char *action, const char *details);
void private_broker_end(pid_t process_id, const char *action);

/* The first line of a file in its directory, without the line's end. */
void private_broker_read(const private_broker *self, const char *file, char *text, size_t size);

#endif
