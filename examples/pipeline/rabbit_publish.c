/* SPDX-License-Identifier: Apache-2.0 */
#include "rabbit.h"
#include "service.h"
#include "topology.h"

enum { CONFIRM_TIMEOUT_S = 10 };

/* The broker's answers to one publish, as they come in. */
typedef struct {
    bool is_settled;
    bool is_returned; /* no queue took it; the acknowledgement still follows */
    amqp_failure failure; /* text "" : none */
} confirmation;

/* basic.return brings the whole message back, and its frames have to be read. */
static void skip_returned_message(amqp_connection_state_t raw)
{
    amqp_message_t message;
    if (amqp_read_message(raw, RABBIT_CHANNEL, &message, 0).reply_type == AMQP_RESPONSE_NORMAL) {
        amqp_destroy_message(&message);
    }
}

static void read_answer(amqp_connection_state_t raw, confirmation *answer)
{
    amqp_frame_t frame;
    struct timeval timeout = {.tv_sec = CONFIRM_TIMEOUT_S};
    int status = amqp_simple_wait_frame_noblock(raw, &frame, &timeout);
    if (status != AMQP_STATUS_OK) {
        answer->failure = amqp_failure_from_status(status);
        answer->is_settled = true;
    } else if (frame.frame_type == AMQP_FRAME_METHOD &&
               frame.payload.method.id == AMQP_BASIC_RETURN_METHOD) {
        answer->is_returned = true;
        skip_returned_message(raw);
    } else if (frame.frame_type == AMQP_FRAME_METHOD) {
        answer->is_settled = true;
        if (frame.payload.method.id != AMQP_BASIC_ACK_METHOD) {
            answer->failure = amqp_failure_from_close(frame.payload.method);
        }
    }
}

/* One message is under way at a time, so that the next acknowledgement is that of this message. */
static bool is_confirmed(rabbit *connection)
{
    confirmation answer = {0};
    while (!answer.is_settled) {
        read_answer(connection->raw, &answer);
    }
    if (answer.is_returned) {
        snprintf(answer.failure.text, sizeof(answer.failure.text), "no queue is bound");
    }
    if (answer.failure.text[0] != '\0') {
        rabbit_lose(connection, "publishing", &answer.failure);
        return false;
    }
    amqp_maybe_release_buffers(connection->raw);
    return true;
}

static bool publish_once(rabbit *connection, const char *routing_key, const char *body)
{
    amqp_basic_properties_t properties = {
        ._flags = AMQP_BASIC_CONTENT_TYPE_FLAG | AMQP_BASIC_DELIVERY_MODE_FLAG,
        .content_type = amqp_cstring_bytes("application/json"),
        .delivery_mode = AMQP_DELIVERY_PERSISTENT,
    };
    int status = otelmq_amqp_basic_publish(
        connection->traced, RABBIT_CHANNEL, amqp_cstring_bytes(topology_exchange),
        amqp_cstring_bytes(routing_key), 1, 0, &properties, amqp_cstring_bytes(body));
    if (status != AMQP_STATUS_OK) {
        amqp_failure failure = amqp_failure_from_status(status);
        rabbit_lose(connection, "publishing", &failure);
        return false;
    }
    return is_confirmed(connection);
}

bool rabbit_publish(rabbit *connection, const char *routing_key, const char *body)
{
    while (rabbit_connect(connection)) {
        if (publish_once(connection, routing_key, body)) {
            connection->tries = (retry){0};
            return true;
        }
    }
    return false;
}

/* Only a close can come here; librabbitmq sends and reads heartbeats inside the call. */
void rabbit_keep_alive(rabbit *connection)
{
    if (connection->raw == NULL) {
        return;
    }
    amqp_frame_t frame;
    struct timeval at_once = {0};
    int status = amqp_simple_wait_frame_noblock(connection->raw, &frame, &at_once);
    if (status == AMQP_STATUS_TIMEOUT) {
        return;
    }
    amqp_failure failure = status == AMQP_STATUS_OK && frame.frame_type == AMQP_FRAME_METHOD
                               ? amqp_failure_from_close(frame.payload.method)
                               : amqp_failure_from_status(status);
    rabbit_lose(connection, "the connection", &failure);
}
