/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One call of otelmq_kafka_run. It has two threads: the caller's, which polls and calls the
 * handler, and the keeper, which does nothing until a handler is slow, and then polls in its place:
 *
 *     caller   poll  handle  poll  handle . . . . . . . . . . . . .  poll  handle
 *     keeper                             | pause  poll  poll  poll |
 *                                        slow                      resume
 *
 * So there is no change of threads for a message that is handled in time, and the handler always
 * runs on the thread that called. What belongs to "the thread that polls" moves with that from one
 * thread to the other, under the lock.
 */
#ifndef OTELMQ_KAFKA_RUN_RUNNER_H
#define OTELMQ_KAFKA_RUN_RUNNER_H

#include "kafka/client.h"
#include "kafka/run/held.h"
#include "kafka/run/offsets.h"

/* What became of a message. */
typedef enum {
    OTELMQ_KAFKA_RUN_DONE, /* its offset can be committed */
    OTELMQ_KAFKA_RUN_AGAIN, /* it stays held */
    OTELMQ_KAFKA_RUN_STOP,
    OTELMQ_KAFKA_RUN_REVOKED, /* another consumer has it: nothing is to be done with it */
} otelmq_kafka_run_outcome;

struct otelmq_kafka_runner {
    rd_kafka_t *consumer;
    otelmq_kafka_client *client;
    otelmq_kafka_handler handler;
    void *user;
    otelmq_kafka_run_options options; /* with its defaults filled in */

    /* Of the thread that polls. */
    otelmq_kafka_offsets offsets;
    otelmq_kafka_held held;
    rd_kafka_topic_partition_list_t *paused; /* by this loop; also of those that went meanwhile */
    rd_kafka_resp_err_t fatal_err;
    bool is_turn_of_poll; /* a held message was handled since */

    pthread_mutex_t lock; /* for all that follows */
    pthread_cond_t changed;
    pthread_t keeper;
    bool has_keeper;
    bool is_over; /* the keeper is to end */
    bool keeper_polls; /* it is the thread that polls */
    const rd_kafka_message_t *message; /* that the handler has; NULL: none */
    uint64_t message_since_monotonic_nano;
    bool is_message_revoked;
    const rd_kafka_message_t *handled; /* the one before; until the caller's thread has gone on */
    otelmq_kafka_run_outcome outcome; /* of handled */
};

/* The consumer, handler and options must be in it. Starts the keeper, and ends it. */
void otelmq_kafka_runner_init(otelmq_kafka_runner *runner);
void otelmq_kafka_runner_clean(otelmq_kafka_runner *runner);

static inline bool otelmq_kafka_runner_is_stopped(const otelmq_kafka_runner *runner)
{
    return atomic_load_explicit(&runner->client->run.is_stop_asked, memory_order_acquire);
}

/*
 * Gives one message to the handler, in its process span, and does what the answer says. Owns the
 * message. True: the handler wants the loop to stop. By the caller's thread.
 */
bool otelmq_kafka_runner_handle(otelmq_kafka_runner *runner,
                                const otelmq_kafka_held_message *message);

/*
 * A message that was polled: takes it, if it cannot be handled now, which is always so when
 * is_busy. False: it can be.
 */
bool otelmq_kafka_runner_defer(otelmq_kafka_runner *runner, rd_kafka_message_t *message,
                               bool is_busy);

/* Takes a message that is to be handled later, and pauses its partition. */
void otelmq_kafka_runner_hold(otelmq_kafka_runner *runner,
                              const otelmq_kafka_held_message *message);

/* Whether the consumer still has the message's partition. Asks librdkafka. */
bool otelmq_kafka_runner_has_partition(otelmq_kafka_runner *runner,
                                       const rd_kafka_message_t *message);

/* A message that tells of an error instead; owns it. */
void otelmq_kafka_runner_hear_error(otelmq_kafka_runner *runner, rd_kafka_message_t *message);

/* While the handler has a message; until end_handling, the keeper may become who polls. */
void otelmq_kafka_runner_begin_handling(otelmq_kafka_runner *runner,
                                        const rd_kafka_message_t *message);

/* Returns what became of the message in the end. The caller's thread is again who polls. */
otelmq_kafka_run_outcome otelmq_kafka_runner_end_handling(otelmq_kafka_runner *runner,
                                                          otelmq_kafka_run_outcome outcome);

/* Whether the message that the handler has belongs to another consumer by now. Any thread. */
bool otelmq_kafka_runner_is_revoked(otelmq_kafka_runner *runner);

/* Pauses these partitions, or all that the consumer has. By the thread that polls, as the next. */
void otelmq_kafka_runner_pause(otelmq_kafka_runner *runner,
                               rd_kafka_topic_partition_list_t *partitions);
void otelmq_kafka_runner_pause_all(otelmq_kafka_runner *runner);

/* Goes on with the partition, or with all, unless a message of it is held. */
void otelmq_kafka_runner_release(otelmq_kafka_runner *runner, const char *topic, int32_t partition);
void otelmq_kafka_runner_release_all(otelmq_kafka_runner *runner);

/* Polls for a moment with all partitions paused, and holds what comes nevertheless. */
void otelmq_kafka_runner_poll_paused(otelmq_kafka_runner *runner);

/* Partitions come; in the callback, after they were assigned. */
void otelmq_kafka_runner_assigned(otelmq_kafka_runner *runner,
                                  rd_kafka_topic_partition_list_t *partitions);

/*
 * Partitions go; before they do. Waits for the handler, within bounds, and commits; is_lost: it is
 * too late for that.
 */
void otelmq_kafka_runner_revoked(otelmq_kafka_runner *runner,
                                 const rd_kafka_topic_partition_list_t *partitions, bool is_lost);

#endif
