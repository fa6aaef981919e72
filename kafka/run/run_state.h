/* SPDX-License-Identifier: Apache-2.0 */
/* What a client knows of otelmq_kafka_run: whether it is to stop, and the loop that runs. */
#ifndef OTELMQ_KAFKA_RUN_RUN_STATE_H
#define OTELMQ_KAFKA_RUN_RUN_STATE_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>

/* Set by any thread and by signal handlers, which may set nothing else. */
_Static_assert(ATOMIC_BOOL_LOCK_FREE == 2, "a signal handler must not wait for a lock");

typedef struct otelmq_kafka_runner otelmq_kafka_runner;

typedef struct {
    atomic_bool is_stop_asked;
    atomic_bool is_joining; /* its group: see joining.h */
    _Atomic(otelmq_kafka_runner *) runner; /* NULL: none */
} otelmq_kafka_run_state;

static inline void otelmq_kafka_run_state_init(otelmq_kafka_run_state *run)
{
    atomic_store(&run->is_stop_asked, false);
    atomic_store(&run->is_joining, false);
    atomic_store(&run->runner, NULL);
}

#endif
