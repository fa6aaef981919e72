/* SPDX-License-Identifier: Apache-2.0 */
/*
 * otelmq_amqp_run while its connection is lost in the middle of consuming, with acks under way: no
 * message is lost, and none that the handler has acknowledged is given to it again. A broker that
 * crashes or hangs is in chaos/.
 */
#include "amqp/consuming.h"
#include "amqp/entries.h"
#include "amqp/real_broker.h"
#include "support/test.h"

#include <fcntl.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

enum { CHANNEL = REAL_BROKER_CHANNEL, NAME_SIZE = REAL_BROKER_NAME_SIZE };
enum { MESSAGES = 3000, LOSE_EVERY = 500, LOSSES = MESSAGES / LOSE_EVERY, IDLE_MS = 500 };

typedef struct {
    traced tracing; /* its fake broker is not used */
    amqp_connection_state_t raw;
    otelmq_amqp_connection *connection;
    char queue[NAME_SIZE];
    int handled[MESSAGES];
    int count;
    int losses;
} fixture;

static int start(void **state)
{
    fixture *self = calloc(1, sizeof(*self));
    assert_non_null(self);
    self->raw = real_broker_log_in();
    real_broker_make_name(self->queue, "lost");
    traced_start_provider(&self->tracing);
    otelmq_amqp_options options = {.messaging.tracer_provider = self->tracing.provider};
    assert_int_equal(otelmq_amqp_connection_create(self->raw, &options, &self->connection),
                     OTELMQ_OK);
    *state = self;
    return 0;
}

static int stop(void **state)
{
    fixture *self = *state;
    otelmq_amqp_connection_destroy(self->connection);
    real_broker_log_out(self->raw);
    self->raw = real_broker_log_in(); /* after a failure the channel may be closed */
    amqp_queue_delete(self->raw, CHANNEL, amqp_cstring_bytes(self->queue), 0, 0);
    real_broker_log_out(self->raw);
    traced_stop_provider(&self->tracing);
    free(self);
    return 0;
}

static void declare(fixture *self, const char *type)
{
    amqp_table_entry_t entry = entry_text("x-queue-type", type);
    amqp_queue_declare(self->raw, CHANNEL, amqp_cstring_bytes(self->queue), 0, 1, 0, 0,
                       (amqp_table_t){1, &entry});
    real_broker_expect_ok(amqp_get_rpc_reply(self->raw), "queue.declare");
}

/* Each with its number; every other one has a message id, and is known by its context otherwise. */
static void publish(fixture *self)
{
    amqp_basic_properties_t properties;
    memset(&properties, 0, sizeof(properties));
    properties.delivery_mode = AMQP_DELIVERY_PERSISTENT;
    assert_non_null(otelmq_amqp_confirm_select(self->connection, CHANNEL));
    for (int i = 0; i < MESSAGES; i++) {
        char number[16];
        snprintf(number, sizeof(number), "%d", i);
        properties._flags = AMQP_BASIC_DELIVERY_MODE_FLAG;
        properties._flags |= i % 2 == 0 ? AMQP_BASIC_MESSAGE_ID_FLAG : 0;
        properties.message_id = amqp_cstring_bytes(number);
        assert_int_equal(otelmq_amqp_basic_publish(self->connection, CHANNEL, amqp_empty_bytes,
                                                   amqp_cstring_bytes(self->queue), 0, 0,
                                                   &properties, amqp_cstring_bytes(number)),
                         AMQP_STATUS_OK);
    }
    otelmq_amqp_confirms confirms;
    struct timeval timeout = {60, 0};
    real_broker_expect_ok(otelmq_amqp_wait_confirms(self->connection, CHANNEL, &timeout, &confirms),
                          "wait_confirms");
}

/* Closes the socket with a reset: what was written and not sent is gone. */
static void lose_connection(fixture *self)
{
    const struct linger at_once = {.l_onoff = 1, .l_linger = 0};
    int socket_fd = amqp_get_sockfd(self->raw);
    int nothing = open("/dev/null", O_RDWR);
    assert_int_equal(setsockopt(socket_fd, SOL_SOCKET, SO_LINGER, &at_once, sizeof(at_once)), 0);
    assert_true(dup2(nothing, socket_fd) >= 0);
    close(nothing);
    self->losses++;
}

static otelmq_amqp_answer handle(void *user, otelmq_amqp_connection *connection,
                                 const amqp_envelope_t *envelope)
{
    (void)connection;
    fixture *self = user;
    char number[16] = "";
    memcpy(number, envelope->message.body.bytes, envelope->message.body.len);
    self->handled[atoi(number)]++;
    if (++self->count % LOSE_EVERY == LOSE_EVERY / 2) {
        lose_connection(self);
    }
    return OTELMQ_AMQP_ACK;
}

static void connect_again(fixture *self)
{
    otelmq_amqp_connection_replace(self->connection, NULL);
    amqp_destroy_connection(self->raw);
    self->raw = real_broker_log_in();
    otelmq_amqp_connection_replace(self->connection, self->raw);
}

/* What the broker or the library says, for a loop that ends again and again. */
static void fail_with(amqp_rpc_reply_t reply)
{
    if (reply.reply_type == AMQP_RESPONSE_SERVER_EXCEPTION &&
        reply.reply.id == AMQP_CHANNEL_CLOSE_METHOD) {
        amqp_bytes_t text = ((amqp_channel_close_t *)reply.reply.decoded)->reply_text;
        fail_msg("the channel was closed: %.*s", (int)text.len, (const char *)text.bytes);
    }
    fail_msg("it ended with method %x, %s", reply.reply.id,
             amqp_error_string2(reply.library_error));
}

/* The last wait is for what comes twice. */
static void consume_all(fixture *self)
{
    otelmq_amqp_run_options options = {
        .queue = amqp_cstring_bytes(self->queue), .prefetch = 50, .stop_when_idle_ms = IDLE_MS};
    int ended = 0;
    do {
        amqp_rpc_reply_t reply = otelmq_amqp_run(self->connection, handle, self, &options);
        if (reply.reply_type != AMQP_RESPONSE_NORMAL) {
            if (ended++ == self->losses) {
                fail_with(reply);
            }
            connect_again(self);
        }
    } while (self->count < MESSAGES || ended < self->losses);
}

static void check(fixture *self)
{
    publish(self);
    consume_all(self);
    for (int i = 0; i < MESSAGES; i++) {
        if (self->handled[i] != 1) {
            fail_msg("message %d was handled %d times", i, self->handled[i]);
        }
    }
    assert_int_equal(self->losses, LOSSES);
    char name[NAME_SIZE + 16];
    snprintf(name, sizeof(name), "process %s", self->queue);
    assert_int_equal(consuming_count(&self->tracing, name), MESSAGES);
}

static void a_classic_queue_survives_lost_connections(void **state)
{
    declare(*state, "classic");
    check(*state);
}

static void a_quorum_queue_survives_lost_connections(void **state)
{
    declare(*state, "quorum");
    check(*state);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_classic_queue_survives_lost_connections, start, stop),
        cmocka_unit_test_setup_teardown(a_quorum_queue_survives_lost_connections, start, stop),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
