/* SPDX-License-Identifier: Apache-2.0 */
/* The lives of life_program, and what they share. Each returns the exit status of the program. */
#ifndef OTELMQ_TESTS_TRACE_LIFE_LIFE_PROGRAM_H
#define OTELMQ_TESTS_TRACE_LIFE_LIFE_PROGRAM_H

#include <otelmq/otelmq.h>

typedef struct {
    uint32_t queue_size;
    uint32_t batch_size;
    bool pumped;
    void (*before_export)(void); /* called on the thread that exports; NULL: nothing is */
} life_options;

/* Starts an SDK, whose schedule never exports by itself, with an exporter that writes lines. */
otelmq_sdk *life_start(life_options options);

/* Starts and ends count root spans. */
void life_record(const char *name, int count);

int life_returns_with_a_full_queue(void);
int life_exits_at_once_with_a_full_queue(void);
int life_exits_from_a_thread(void);
int life_exits_inside_the_exporter(void);
int life_ends_main_before_a_thread(void);
int life_shuts_down_at_exit(void);
int life_exits_while_others_record(void);
int life_becomes_a_daemon(void);
int life_forks_100_children(void);
int life_forks_pumped_children(void);
int life_forks_children_of_children(void);
int life_gets_signals(void);
int life_starts_again_and_again(void);
int life_pumps_again_and_again(void);

#endif
