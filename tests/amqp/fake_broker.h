/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A RabbitMQ that is played by the test itself, on the other end of a socket pair: it logs the
 * client in, hands out what was sent to it frame by frame, and says what the test wants said. There
 * is no thread once it started, so that nothing depends on timing.
 */
#ifndef OTELMQ_TESTS_FAKE_BROKER_H
#define OTELMQ_TESTS_FAKE_BROKER_H

#include <otelmq/rabbitmq.h>

#include <stdbool.h>

#include "amqp/frame_writer.h"

typedef struct {
    amqp_connection_state_t client; /* logged in, channel 1 open */
    int fd; /* the broker's end; -1 once it hung up */
    int frame_max;
} fake_broker;

/* One frame as it came, without its end byte. payload is yours. */
typedef struct {
    uint8_t type;
    amqp_channel_t channel;
    size_t len;
    uint8_t *payload;
} fake_frame;

/* A message that was published. Clean it. */
typedef struct {
    size_t content_frame_len; /* of the whole frame that holds the properties */
    amqp_basic_properties_t *properties; /* in pool */
    amqp_pool_t pool;
    fake_frame content; /* what properties borrow from */
} fake_published;

/* A message to be delivered; properties NULL: none. */
typedef struct {
    uint64_t delivery_tag;
    const char *exchange;
    const char *routing_key;
    const amqp_basic_properties_t *properties;
    const char *body; /* not NULL */
} fake_message;

/* Logs a client in; fails the test when it cannot. */
void fake_broker_start(fake_broker *broker, int frame_max);

/* Closes its end, as a broker that dies. */
void fake_broker_hang_up(fake_broker *broker);

/* Closes both ends. */
void fake_broker_stop(fake_broker *broker);

/* The next frame that the client sent, at once; false when there is none. */
bool fake_broker_next(fake_broker *broker, fake_frame *frame);

/* Takes the three frames (two without a body) of one published message. */
fake_published fake_broker_take_published(fake_broker *broker);
void fake_published_clean(fake_published *published);

/* The string header key of the message, NULL when it has none; a copy in its pool. */
const char *fake_published_header(fake_published *published, const char *key);

/* How many headers of this name it has. */
int fake_published_count(const fake_published *published, const char *key);

/* Takes one basic.ack, .nack or .reject; returns the number of its method. */
amqp_method_number_t fake_broker_take_settlement(fake_broker *broker);

/* Writes the header and the body of a message, which follow its method. */
void fake_message_put_content(frame_writer *out, const fake_message *message);

/* Sends what was written, and frees it. */
void fake_broker_send(const fake_broker *broker, frame_writer *out);

/* What the client reads next. */
void fake_broker_deliver(fake_broker *broker, const fake_message *message);
void fake_broker_deliver_to(fake_broker *broker, const fake_message *message,
                            const char *consumer_tag, bool is_redelivered);
void fake_broker_answer_get(fake_broker *broker, const fake_message *message);
void fake_broker_answer_get_empty(fake_broker *broker);
void fake_broker_close_channel(fake_broker *broker, uint16_t code, const char *text);
void fake_broker_confirm(fake_broker *broker, uint64_t delivery_tag);

#endif
