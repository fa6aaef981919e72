/* SPDX-License-Identifier: Apache-2.0 */
/* otelmq_amqp_run on a real RabbitMQ. */
#include "amqp/consuming.h"
#include "amqp/entries.h"
#include "amqp/real_broker.h"
#include "support/test.h"

#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <time.h>

enum { CHANNEL = REAL_BROKER_CHANNEL, NAME_SIZE = REAL_BROKER_NAME_SIZE, IDLE_MS = 30000 };

typedef struct {
    traced tracing; /* its fake broker is not used */
    amqp_connection_state_t raw;
    otelmq_amqp_connection *connection;
    char queue[NAME_SIZE];
    char dead[NAME_SIZE]; /* where what is rejected goes */
} fixture;

/* What the handler does: it answers, and stops at its stops_at-th message. */
typedef struct {
    otelmq_amqp_answer answers[4]; /* OTELMQ_AMQP_ACK from the fifth on */
    int stops_at;
    int count;
    int redelivered;
    void (*also)(void *user, otelmq_amqp_connection *connection);
    void *user;
} scripted;

static void declare(const fixture *self, const char *queue, amqp_table_t arguments)
{
    otelmq_amqp_queue_declare(self->connection, CHANNEL, amqp_cstring_bytes(queue), 0, 0, 0, 0,
                              arguments);
    real_broker_expect_ok(amqp_get_rpc_reply(self->raw), "queue.declare");
}

static int start(void **state)
{
    fixture *self = calloc(1, sizeof(*self));
    assert_non_null(self);
    self->raw = real_broker_log_in();
    real_broker_make_name(self->queue, "run");
    real_broker_make_name(self->dead, "dead");
    traced_start_provider(&self->tracing);
    otelmq_amqp_options options = {.messaging.tracer_provider = self->tracing.provider};
    assert_int_equal(otelmq_amqp_connection_create(self->raw, &options, &self->connection),
                     OTELMQ_OK);
    amqp_table_entry_t entries[] = {entry_text("x-dead-letter-exchange", ""),
                                    entry_text("x-dead-letter-routing-key", self->dead)};
    declare(self, self->queue, (amqp_table_t){2, entries});
    declare(self, self->dead, amqp_empty_table);
    *state = self;
    return 0;
}

static void delete_queue(amqp_connection_state_t raw, const char *queue)
{
    amqp_queue_delete(raw, CHANNEL, amqp_cstring_bytes(queue), 0, 0);
    real_broker_expect_ok(amqp_get_rpc_reply(raw), "queue.delete");
}

static int stop(void **state)
{
    fixture *self = *state;
    delete_queue(self->raw, self->queue);
    delete_queue(self->raw, self->dead);
    otelmq_amqp_connection_destroy(self->connection);
    real_broker_log_out(self->raw);
    traced_stop_provider(&self->tracing);
    free(self);
    return 0;
}

/* The broker has them all when it answers the declaration. */
static void publish(const fixture *self, int count)
{
    amqp_bytes_t queue = amqp_cstring_bytes(self->queue);
    for (int i = 0; i < count; i++) {
        assert_int_equal(otelmq_amqp_basic_publish(self->connection, CHANNEL, amqp_empty_bytes,
                                                   queue, 0, 0, NULL, amqp_cstring_bytes("text")),
                         AMQP_STATUS_OK);
    }
}

static int messages_in(const fixture *self, const char *queue)
{
    amqp_queue_declare_ok_t *ok = amqp_queue_declare(self->raw, CHANNEL, amqp_cstring_bytes(queue),
                                                     1, 0, 0, 0, amqp_empty_table);
    real_broker_expect_ok(amqp_get_rpc_reply(self->raw), "queue.declare");
    return (int)ok->message_count;
}

/* The broker counts before it has put back what it was given back. */
static void expect_messages(const fixture *self, const char *queue, int expected)
{
    const struct timespec pause = {.tv_nsec = 10000000};
    for (int i = 0; i < 3000 && messages_in(self, queue) != expected; i++) {
        nanosleep(&pause, NULL);
    }
    assert_int_equal(messages_in(self, queue), expected);
}

static otelmq_amqp_answer follow(void *user, otelmq_amqp_connection *connection,
                                 const amqp_envelope_t *envelope)
{
    scripted *self = user;
    int index = self->count++;
    self->redelivered += envelope->redelivered != 0;
    if (self->also != NULL) {
        self->also(self->user, connection);
    }
    if (self->count == self->stops_at) {
        otelmq_amqp_stop(connection);
    }
    return index < (int)COUNT_OF(self->answers) ? self->answers[index] : OTELMQ_AMQP_ACK;
}

/* The idle limit only keeps a failing test from waiting for ever. */
static amqp_rpc_reply_t run(const fixture *self, scripted *script)
{
    otelmq_amqp_run_options options = {
        .queue = amqp_cstring_bytes(self->queue), .prefetch = 10, .stop_when_idle_ms = IDLE_MS};
    return otelmq_amqp_run(self->connection, follow, script, &options);
}

static void stopped_by_its_handler_it_leaves_the_rest_in_the_queue(void **state)
{
    const fixture *self = *state;
    publish(self, 20);
    scripted script = {.stops_at = 3};
    real_broker_expect_ok(run(self, &script), "run");
    assert_int_equal(script.count, 3);
    expect_messages(self, self->queue, 17);
    script.stops_at = 20;
    real_broker_expect_ok(run(self, &script), "run");
    assert_int_equal(script.count, 20);
    expect_messages(self, self->queue, 0);
    assert_int_equal(otelmq_memory_exporter_count(self->tracing.spans), 20 + 20 + 20);
}

static void what_is_requeued_comes_again_and_what_is_rejected_is_dead_lettered(void **state)
{
    const fixture *self = *state;
    publish(self, 1);
    scripted script = {.answers = {OTELMQ_AMQP_REQUEUE, OTELMQ_AMQP_REQUEUE, OTELMQ_AMQP_REJECT},
                       .stops_at = 3};
    real_broker_expect_ok(run(self, &script), "run");
    assert_int_equal(script.count, 3);
    assert_int_equal(script.redelivered, 2);
    expect_messages(self, self->queue, 0);
    expect_messages(self, self->dead, 1);
}

static otelmq_amqp_connection *signalled;

static void stop_signalled(int number)
{
    (void)number;
    otelmq_amqp_stop(signalled);
}

static void *send_signal(void *thread)
{
    pthread_kill(*(pthread_t *)thread, SIGUSR1);
    return NULL;
}

static void *stop_it(void *connection)
{
    otelmq_amqp_stop(connection);
    return NULL;
}

static void another_thread_stops_it(void **state)
{
    const fixture *self = *state;
    pthread_t thread;
    scripted script = {.count = 0};
    assert_int_equal(pthread_create(&thread, NULL, stop_it, self->connection), 0);
    real_broker_expect_ok(run(self, &script), "run");
    assert_int_equal(pthread_join(thread, NULL), 0);
}

static void a_signal_stops_it(void **state)
{
    const fixture *self = *state;
    struct sigaction action = {.sa_handler = stop_signalled};
    struct sigaction before;
    assert_int_equal(sigaction(SIGUSR1, &action, &before), 0);
    signalled = self->connection;
    pthread_t this_thread = pthread_self();
    pthread_t thread;
    scripted script = {.count = 0};
    assert_int_equal(pthread_create(&thread, NULL, send_signal, &this_thread), 0);
    real_broker_expect_ok(run(self, &script), "run");
    assert_int_equal(pthread_join(thread, NULL), 0);
    assert_int_equal(sigaction(SIGUSR1, &before, NULL), 0);
}

static void delete_from_elsewhere(void *user, otelmq_amqp_connection *connection)
{
    (void)connection;
    amqp_connection_state_t raw = real_broker_log_in();
    delete_queue(raw, user);
    real_broker_log_out(raw);
}

static void it_ends_when_its_queue_is_deleted(void **state)
{
    fixture *self = *state;
    publish(self, 1);
    scripted script = {.also = delete_from_elsewhere, .user = self->queue};
    amqp_rpc_reply_t reply = run(self, &script);
    assert_int_equal(reply.reply_type, AMQP_RESPONSE_SERVER_EXCEPTION);
    assert_int_equal(reply.reply.id, AMQP_BASIC_CANCEL_METHOD);
    assert_true(((amqp_basic_cancel_t *)reply.reply.decoded)->consumer_tag.len > 0);
    assert_int_equal(script.count, 1);
    declare(self, self->queue, amqp_empty_table); /* the channel is open still */
}

static void an_unknown_queue_ends_it_with_the_brokers_reason(void **state)
{
    const fixture *self = *state;
    scripted script = {.count = 0};
    otelmq_amqp_run_options options = {.queue = amqp_cstring_bytes("otelmq-no-such-queue")};
    amqp_rpc_reply_t reply = otelmq_amqp_run(self->connection, follow, &script, &options);
    assert_int_equal(reply.reply_type, AMQP_RESPONSE_SERVER_EXCEPTION);
    assert_int_equal(reply.reply.id, AMQP_CHANNEL_CLOSE_METHOD);
    amqp_channel_close_ok_t ok = {0};
    amqp_send_method(self->raw, CHANNEL, AMQP_CHANNEL_CLOSE_OK_METHOD, &ok);
    assert_non_null(otelmq_amqp_channel_open(self->connection, CHANNEL));
}

static void publish_with_confirm(void *user, otelmq_amqp_connection *connection)
{
    otelmq_amqp_confirms confirms;
    struct timeval timeout = {10, 0};
    amqp_bytes_t text = amqp_cstring_bytes("text");
    assert_int_equal(otelmq_amqp_basic_publish(connection, CHANNEL, amqp_empty_bytes,
                                               amqp_cstring_bytes(user), 0, 0, NULL, text),
                     AMQP_STATUS_OK);
    real_broker_expect_ok(otelmq_amqp_wait_confirms(connection, CHANNEL, &timeout, &confirms),
                          "wait_confirms");
    assert_int_equal(confirms.count, 1);
}

static void its_handler_can_publish_with_confirms_on_the_same_channel(void **state)
{
    fixture *self = *state;
    publish(self, 50);
    assert_non_null(otelmq_amqp_confirm_select(self->connection, CHANNEL));
    scripted script = {.stops_at = 50, .also = publish_with_confirm, .user = self->dead};
    real_broker_expect_ok(run(self, &script), "run");
    expect_messages(self, self->queue, 0);
    expect_messages(self, self->dead, 50);
}

/* A broker or a machine that is busy for so long stops it too, before the last message came. */
static void it_stops_when_it_is_idle(void **state)
{
    const fixture *self = *state;
    publish(self, 5);
    scripted script = {.count = 0};
    otelmq_amqp_run_options options = {.queue = amqp_cstring_bytes(self->queue),
                                       .stop_when_idle_ms = 300};
    do {
        real_broker_expect_ok(otelmq_amqp_run(self->connection, follow, &script, &options), "run");
    } while (script.count < 5);
    assert_int_equal(script.count, 5);
    expect_messages(self, self->queue, 0);
}

static void without_acknowledgements_a_stop_loses_nothing(void **state)
{
    const fixture *self = *state;
    publish(self, 200);
    scripted script = {.stops_at = 1};
    otelmq_amqp_run_options options = {.queue = amqp_cstring_bytes(self->queue), .no_ack = true};
    real_broker_expect_ok(otelmq_amqp_run(self->connection, follow, &script, &options), "run");
    expect_messages(self, self->queue, 200 - script.count);
}

#define RUN_TEST(name) cmocka_unit_test_setup_teardown(name, start, stop)

int main(void)
{
    const struct CMUnitTest tests[] = {
        RUN_TEST(stopped_by_its_handler_it_leaves_the_rest_in_the_queue),
        RUN_TEST(what_is_requeued_comes_again_and_what_is_rejected_is_dead_lettered),
        RUN_TEST(another_thread_stops_it),
        RUN_TEST(a_signal_stops_it),
        RUN_TEST(it_ends_when_its_queue_is_deleted),
        RUN_TEST(an_unknown_queue_ends_it_with_the_brokers_reason),
        RUN_TEST(its_handler_can_publish_with_confirms_on_the_same_channel),
        RUN_TEST(it_stops_when_it_is_idle),
        RUN_TEST(without_acknowledgements_a_stop_loses_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
