/* SPDX-License-Identifier: Apache-2.0 */
/* Runs the blocks of docs/rabbitmq.md, one after the other, against the broker at RABBITMQ_URL. */
#include <otelmq/amqp.h>
#include <otelmq/otelmq.h>

#include "amqp/real_broker.h"
#include "support/test.h"

#include <pthread.h>

static char queue_name[REAL_BROKER_NAME_SIZE];
static size_t handled;
static size_t begun;
static size_t unconfirmed;
static size_t failures;
static uint64_t published_again;

static void handle(const amqp_envelope_t *envelope)
{
    assert_memory_equal(envelope->message.body.bytes, "hello", 5);
    handled++;
}

static void calculate(const amqp_envelope_t *envelope)
{
    assert_memory_equal(envelope->message.body.bytes, "hello", 5);
    begun += otelmq_span_context_is_valid(otelmq_context_span_context(NULL));
}

#include "rabbitmq_thread.inc"

typedef struct {
    const amqp_envelope_t *envelope;
    const otelmq_context *context;
} job;

static void *work(void *of_job)
{
    const job *todo = of_job;
    work_on(todo->envelope, todo->context);
    return NULL;
}

static void begin_work(const amqp_envelope_t *envelope, const otelmq_context *context)
{
    pthread_t thread;
    job todo = {envelope, context};
    assert_int_equal(pthread_create(&thread, NULL, work, &todo), 0);
    assert_int_equal(pthread_join(thread, NULL), 0);
}

static void publish_again(uint64_t delivery_tag)
{
    published_again = delivery_tag;
}

#include "rabbitmq_handler.inc"

#include "rabbitmq_serve.inc"

#include "rabbitmq_hooks.inc"

/* Publishes on a channel in confirm mode, and waits until the queue has the message. */
static void publish_one(otelmq_amqp_connection *connection, amqp_bytes_t queue)
{
    otelmq_amqp_confirms confirms;
    int status = otelmq_amqp_basic_publish(connection, 1, amqp_empty_bytes, queue, 0, 0, NULL,
                                           amqp_cstring_bytes("hello"));
    assert_int_equal(status, AMQP_STATUS_OK);
    real_broker_expect_ok(otelmq_amqp_wait_confirms(connection, 1, NULL, &confirms),
                          "wait_confirms");
}

static void reopen_channel(otelmq_amqp_connection *connection)
{
    real_broker_expect_ok(otelmq_amqp_channel_close(connection, 1, AMQP_REPLY_SUCCESS),
                          "channel.close");
    assert_non_null(otelmq_amqp_channel_open(connection, 1));
}

static void settle_later(otelmq_amqp_connection *connection)
{
    amqp_envelope_t envelope;
    real_broker_expect_ok(otelmq_amqp_consume_message(connection, &envelope, NULL, 0),
                          "consume_message");
#include "rabbitmq_later.inc"
    assert_int_equal(begun, 1);
    otelmq_amqp_basic_ack(connection, 1, envelope.delivery_tag, 0);
    amqp_destroy_envelope(&envelope);
}

static void read_frames(amqp_connection_state_t raw, otelmq_amqp_connection *connection,
                        amqp_bytes_t queue)
{
    otelmq_amqp_basic_consume(connection, 1, queue, amqp_empty_bytes, 0, 0, 0, amqp_empty_table);
    otelmq_amqp_basic_publish(connection, 1, amqp_empty_bytes, queue, 0, 0, NULL,
                              amqp_cstring_bytes("hello"));
#include "rabbitmq_frames.inc"
}

static void run_with_handler(otelmq_amqp_connection *connection, amqp_bytes_t queue)
{
    size_t count = 0;
    otelmq_amqp_confirm_select(connection, 1);
    for (int i = 0; i < 3; i++) {
        publish_one(connection, queue);
    }
#include "rabbitmq_run.inc"
    real_broker_expect_ok(reply, "run");
    assert_int_equal(count, 3);
}

static void *run_server(void *server)
{
    const otelmq_amqp_run_options options = {.queue = amqp_cstring_bytes(queue_name)};
    real_broker_expect_ok(otelmq_amqp_run(server, serve, NULL, &options), "run");
    return NULL;
}

static void call(otelmq_amqp_connection *connection, amqp_bytes_t exchange,
                 amqp_bytes_t routing_key)
{
    amqp_bytes_t body = amqp_cstring_bytes("hello");
    handled = 0;
#include "rabbitmq_call.inc"
    real_broker_expect_ok(reply, "call");
    assert_int_equal(handled, 1);
}

static void the_blocks_ask_and_answer(void **state)
{
    (void)state;
    amqp_connection_state_t raw = real_broker_log_in();
    amqp_connection_state_t server_raw = real_broker_log_in();
    otelmq_amqp_connection *connection = NULL;
    otelmq_amqp_connection *server = NULL;
    pthread_t thread;
    assert_int_equal(otelmq_amqp_connection_create(raw, NULL, &connection), OTELMQ_OK);
    assert_int_equal(otelmq_amqp_connection_create(server_raw, NULL, &server), OTELMQ_OK);
    real_broker_make_name(queue_name, "guide-rpc");
    amqp_bytes_t queue = amqp_cstring_bytes(queue_name);
    assert_non_null(otelmq_amqp_queue_declare(server, 1, queue, 0, 0, 1, 0, amqp_empty_table));
    assert_int_equal(pthread_create(&thread, NULL, run_server, server), 0);
    call(connection, amqp_empty_bytes, queue);
    otelmq_amqp_stop(server);
    assert_int_equal(pthread_join(thread, NULL), 0);
    otelmq_amqp_connection_destroy(connection);
    otelmq_amqp_connection_destroy(server);
    real_broker_log_out(raw);
    real_broker_log_out(server_raw);
}

static void the_blocks_publish_consume_and_settle(void **state)
{
    (void)state;
    amqp_connection_state_t raw = real_broker_log_in();
    real_broker_make_name(queue_name, "guide");
    amqp_bytes_t queue = amqp_cstring_bytes(queue_name);
    amqp_bytes_t exchange = amqp_empty_bytes;
    amqp_bytes_t routing_key = queue;
    amqp_bytes_t body = amqp_cstring_bytes("hello");
    amqp_basic_properties_t properties = {0};
#include "rabbitmq_connect.inc"
    amqp_queue_declare(raw, 1, queue, 0, 0, 1, 0, amqp_empty_table);
    real_broker_expect_ok(amqp_get_rpc_reply(raw), "queue.declare");
    {
#include "rabbitmq_publish.inc"
    } assert_int_equal(unconfirmed, 0);
    assert_int_equal(published_again, 0);
    {
#include "rabbitmq_consume.inc"
    } assert_int_equal(handled, 1);
    publish_one(connection, queue);
    settle_later(connection);
    reopen_channel(connection);
    read_frames(raw, connection, queue);
    reopen_channel(connection);
    run_with_handler(connection, queue);
    otelmq_amqp_connection_destroy(connection);
    real_broker_log_out(raw);
}

static void the_options_make_a_connection(void **state)
{
    (void)state;
    amqp_connection_state_t raw = real_broker_log_in();
#include "rabbitmq_options.inc"
    otelmq_amqp_connection *connection = NULL;
    assert_int_equal(otelmq_amqp_connection_create(raw, &options, &connection), OTELMQ_OK);
    assert_int_equal(failures, 0);
    otelmq_amqp_connection_destroy(connection);
    real_broker_log_out(raw);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_blocks_publish_consume_and_settle),
        cmocka_unit_test(the_blocks_ask_and_answer),
        cmocka_unit_test(the_options_make_a_connection),
    };
    otelmq_sdk *sdk = NULL;
    if (otelmq_sdk_start(NULL, &sdk) != OTELMQ_OK) {
        return 1;
    }
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    return otelmq_sdk_shutdown(sdk, 5000) == OTELMQ_OK ? failed : 1;
}
