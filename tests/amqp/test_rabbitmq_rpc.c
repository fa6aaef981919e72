/* SPDX-License-Identifier: Apache-2.0 */
/* otelmq_amqp_call and otelmq_amqp_reply on a real RabbitMQ, with the server on another thread. */
#include <otelmq/tracer.h>

#include "amqp/consuming.h"
#include "amqp/real_broker.h"
#include "support/test.h"

#include <pthread.h>
#include <stdlib.h>

enum { CHANNEL = REAL_BROKER_CHANNEL, NAME_SIZE = REAL_BROKER_NAME_SIZE };

typedef struct {
    traced tracing; /* of client and server; its fake broker is not used */
    amqp_connection_state_t raw;
    otelmq_amqp_connection *connection;
    amqp_connection_state_t server_raw;
    otelmq_amqp_connection *server;
    pthread_t thread;
    char queue[NAME_SIZE];
} fixture;

static otelmq_amqp_connection *trace(const fixture *self, amqp_connection_state_t raw)
{
    otelmq_amqp_connection *connection;
    otelmq_amqp_options options = {.messaging.tracer_provider = self->tracing.provider};
    assert_int_equal(otelmq_amqp_connection_create(raw, &options, &connection), OTELMQ_OK);
    return connection;
}

static int start(void **state)
{
    fixture *self = calloc(1, sizeof(*self));
    assert_non_null(self);
    traced_start_provider(&self->tracing);
    self->raw = real_broker_log_in();
    self->server_raw = real_broker_log_in();
    self->connection = trace(self, self->raw);
    self->server = trace(self, self->server_raw);
    real_broker_make_name(self->queue, "rpc");
    /* The server's own, so that it goes with it. */
    amqp_queue_declare(self->server_raw, CHANNEL, amqp_cstring_bytes(self->queue), 0, 0, 1, 0,
                       amqp_empty_table);
    real_broker_expect_ok(amqp_get_rpc_reply(self->server_raw), "queue.declare");
    *state = self;
    return 0;
}

static int stop(void **state)
{
    fixture *self = *state;
    otelmq_amqp_connection_destroy(self->connection);
    otelmq_amqp_connection_destroy(self->server);
    real_broker_log_out(self->raw);
    real_broker_log_out(self->server_raw);
    traced_stop_provider(&self->tracing);
    free(self);
    return 0;
}

/* Answers with the body of the request; "silence" is not answered. */
static otelmq_amqp_answer echo(void *user, otelmq_amqp_connection *connection,
                               const amqp_envelope_t *envelope)
{
    (void)user;
    amqp_bytes_t body = envelope->message.body;
    if (body.len != strlen("silence") || memcmp(body.bytes, "silence", body.len) != 0) {
        assert_int_equal(otelmq_amqp_reply(connection, CHANNEL, envelope, NULL, body),
                         AMQP_STATUS_OK);
    }
    return OTELMQ_AMQP_ACK;
}

static void *serve(void *fixture_of_test)
{
    fixture *self = fixture_of_test;
    otelmq_amqp_run_options options = {.queue = amqp_cstring_bytes(self->queue)};
    real_broker_expect_ok(otelmq_amqp_run(self->server, echo, NULL, &options), "run");
    return NULL;
}

static void start_server(fixture *self)
{
    assert_int_equal(pthread_create(&self->thread, NULL, serve, self), 0);
}

static void stop_server(fixture *self)
{
    otelmq_amqp_stop(self->server);
    assert_int_equal(pthread_join(self->thread, NULL), 0);
}

static amqp_rpc_reply_t call(fixture *self, const char *body, struct timeval timeout,
                             amqp_envelope_t *reply)
{
    return otelmq_amqp_call(self->connection, CHANNEL, amqp_empty_bytes,
                            amqp_cstring_bytes(self->queue), NULL, amqp_cstring_bytes(body),
                            &timeout, reply);
}

static void assert_echoed(fixture *self, const char *body)
{
    amqp_envelope_t reply;
    real_broker_expect_ok(call(self, body, (struct timeval){30, 0}, &reply), "call");
    assert_int_equal(reply.message.body.len, strlen(body));
    assert_memory_equal(reply.message.body.bytes, body, strlen(body));
    amqp_destroy_envelope(&reply);
}

/* The only span of this name and kind. */
static const otelmq_span_data *span_of(const fixture *self, const char *operation,
                                       const char *destination)
{
    char name[2 * NAME_SIZE];
    snprintf(name, sizeof(name), "%s%s%s", operation, destination[0] != '\0' ? " " : "",
             destination);
    assert_int_equal(consuming_count(&self->tracing, name), 1);
    return traced_span(&self->tracing, name);
}

static void request_and_reply_are_one_trace(void **state)
{
    fixture *self = *state;
    start_server(self);
    assert_echoed(self, "hello");
    stop_server(self);
    const otelmq_span_data *request = span_of(self, "publish", self->queue);
    const otelmq_span_data *process = span_of(self, "process", self->queue);
    const otelmq_span_data *reply = span_of(self, "publish", "");
    const otelmq_span_data *received = span_of(self, "receive", "");
    assert_root(request);
    assert_child(process, &request->span_context);
    assert_child(reply, &process->span_context);
    assert_child(received, &reply->span_context);
    assert_link(received, 0, &reply->span_context);
    assert_int_equal(otelmq_memory_exporter_count(self->tracing.spans), 5); /* and the ack */
    otelmq_value conversation =
        otelmq_span_data_attribute(request, "messaging.message.conversation_id");
    assert_int_equal(conversation.as.string.len, 32);
    char id[33] = {0};
    memcpy(id, conversation.as.string.data, 32);
    assert_attribute(process, "messaging.message.conversation_id", id);
    assert_attribute(reply, "messaging.message.conversation_id", id);
    assert_attribute(received, "messaging.message.conversation_id", id);
}

static void a_call_inside_a_span_belongs_to_it(void **state)
{
    fixture *self = *state;
    otelmq_tracer *tracer = otelmq_tracer_provider_tracer(self->tracing.provider, "test", NULL);
    start_server(self);
    otelmq_scope scope = otelmq_tracer_start_scope(tracer, "ask", NULL);
    otelmq_span_context asked = *otelmq_span_get_context(scope.span);
    assert_echoed(self, "hello");
    otelmq_scope_end(&scope);
    stop_server(self);
    const otelmq_span_data *reply = span_of(self, "publish", "");
    const otelmq_span_data *received = span_of(self, "receive", "");
    assert_child(span_of(self, "publish", self->queue), &asked);
    assert_child(received, &asked);
    assert_link(received, 0, &reply->span_context);
}

static void many_calls_get_their_own_replies_in_confirm_mode_too(void **state)
{
    fixture *self = *state;
    start_server(self);
    for (int i = 0; i < 60; i++) {
        char body[16];
        snprintf(body, sizeof(body), "%d", i);
        if (i == 30) {
            assert_non_null(otelmq_amqp_confirm_select(self->connection, CHANNEL));
        }
        assert_echoed(self, body);
    }
    stop_server(self);
    otelmq_amqp_confirms confirms;
    struct timeval timeout = {30, 0};
    real_broker_expect_ok(otelmq_amqp_wait_confirms(self->connection, CHANNEL, &timeout, &confirms),
                          "wait_confirms");
    assert_int_equal(confirms.count, 30);
}

static void a_server_that_is_silent_costs_the_timeout_and_no_later_call(void **state)
{
    fixture *self = *state;
    amqp_envelope_t reply;
    start_server(self);
    amqp_rpc_reply_t result = call(self, "silence", (struct timeval){0, 100000}, &reply);
    assert_int_equal(result.reply_type, AMQP_RESPONSE_LIBRARY_EXCEPTION);
    assert_int_equal(result.library_error, AMQP_STATUS_TIMEOUT);
    assert_echoed(self, "hello");
    stop_server(self);
}

static void a_reply_that_comes_too_late_is_not_taken_for_the_next(void **state)
{
    fixture *self = *state;
    amqp_envelope_t reply;
    amqp_rpc_reply_t result = call(self, "late", (struct timeval){0, 0}, &reply);
    assert_int_equal(result.library_error, AMQP_STATUS_TIMEOUT);
    start_server(self); /* answers it now */
    assert_echoed(self, "in time");
    stop_server(self);
}

static void a_queue_that_is_not_there_fails_the_call_at_once(void **state)
{
    fixture *self = *state;
    amqp_envelope_t reply;
    amqp_rpc_reply_t result = otelmq_amqp_call(self->connection, CHANNEL, amqp_empty_bytes,
                                               amqp_cstring_bytes("otelmq-no-such-queue"), NULL,
                                               amqp_cstring_bytes("hello"), NULL, &reply);
    assert_int_equal(result.reply_type, AMQP_RESPONSE_SERVER_EXCEPTION);
    assert_int_equal(result.reply.id, AMQP_BASIC_RETURN_METHOD);
    assert_int_equal(((amqp_basic_return_t *)result.reply.decoded)->reply_code, AMQP_NO_ROUTE);
    start_server(self);
    assert_echoed(self, "hello");
    stop_server(self);
}

#define RPC_TEST(name) cmocka_unit_test_setup_teardown(name, start, stop)

int main(void)
{
    const struct CMUnitTest tests[] = {
        RPC_TEST(request_and_reply_are_one_trace),
        RPC_TEST(a_call_inside_a_span_belongs_to_it),
        RPC_TEST(many_calls_get_their_own_replies_in_confirm_mode_too),
        RPC_TEST(a_server_that_is_silent_costs_the_timeout_and_no_later_call),
        RPC_TEST(a_reply_that_comes_too_late_is_not_taken_for_the_next),
        RPC_TEST(a_queue_that_is_not_there_fails_the_call_at_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
