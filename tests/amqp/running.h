/* SPDX-License-Identifier: Apache-2.0 */
/*
 * otelmq_amqp_run against the fake broker, whose part is sent before: what it answers, the messages
 * of the consumer "consumer" on channel 1, and what ends the loop. Then what the client sent is
 * looked at.
 */
#ifndef OTELMQ_TESTS_RUNNING_H
#define OTELMQ_TESTS_RUNNING_H

#include "amqp/fake_queues.h"
#include "amqp/traced.h"

#include <pthread.h>

enum { RUNNING_FRAME_MAX = 131072, RUNNING_CHANNEL = 1, MAX_RUN_MESSAGES = 32 };

/* What the handler is to do, and what it was given. {.stops_at = n}: at its n-th message. */
typedef struct {
    const otelmq_amqp_answer *answers; /* NULL: acknowledges everything */
    size_t stops_at; /* 0: never */
    void (*also)(void *user, otelmq_amqp_connection *connection, const amqp_envelope_t *envelope);
    void *user;
    size_t count;
    uint64_t tags[MAX_RUN_MESSAGES];
} running_script;

/* For tests whose state is a traced connection to the fake broker. */
int running_set_up(void **state);
int running_tear_down(void **state);

/* The answers to basic.qos and basic.consume. */
void running_answer_start(fake_broker *broker);
void running_answer_qos(fake_broker *broker);

/* A message for "orders:new" with this tag, whose id and body are text. */
void running_deliver(fake_broker *broker, uint64_t tag, const char *text, bool is_redelivered);

/* Runs with the script as handler, on "queue" unless options, which may be NULL, name another. */
amqp_rpc_reply_t running_run(traced *self, running_script *script,
                             const otelmq_amqp_run_options *options);

/* What a script can do also: publishes and waits for the confirm, for a moment only. */
void running_publish_and_wait(void *user, otelmq_amqp_connection *connection,
                              const amqp_envelope_t *envelope);

/* Sets the channel to confirm mode. */
void running_select_confirms(traced *self);

/* The next frame that the client sent is this method; its arguments, yours to free. */
uint8_t *running_expect(fake_broker *broker, amqp_method_number_t method);

/* The same for one that only its coming matters of. */
void running_skip(fake_broker *broker, amqp_method_number_t method);

/* The next one settles this tag; flags are multiple 1 and requeue 2 as on the wire. */
void running_expect_settled(fake_broker *broker, amqp_method_number_t method, uint64_t tag,
                            uint8_t flags);

/* basic.qos and basic.consume. */
void running_skip_start(fake_broker *broker);

/* Fails the test when the client has sent more. */
void running_expect_nothing(fake_broker *broker);

/*
 * The broker's part for a loop whose end does not come from it, on a thread of its own: it takes
 * what the client sends, calls then(user) when the client consumes, and answers basic.cancel.
 */
typedef struct {
    fake_broker *broker;
    void (*then)(void *user); /* NULL: nothing */
    void *user;
    pthread_t thread;
} running_partner;

void running_partner_start(running_partner *partner);
void running_partner_join(running_partner *partner);

#endif
