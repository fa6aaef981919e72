/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Writing to a pipe or connection whose other side is gone must not end the program: between hold
 * and release this thread gets no SIGPIPE, and one that its writes caused is thrown away. The
 * program's own disposition of the signal stays as it is.
 */
#ifndef OTELMQ_EXPORT_SIGPIPE_H
#define OTELMQ_EXPORT_SIGPIPE_H

#include <signal.h>
#include <stdbool.h>

typedef struct {
    sigset_t mask_before;
    bool was_pending;
} otelmq_sigpipe_hold;

void otelmq_sigpipe_hold_start(otelmq_sigpipe_hold *hold);
void otelmq_sigpipe_hold_end(otelmq_sigpipe_hold *hold);

#endif
