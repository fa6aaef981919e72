/* SPDX-License-Identifier: Apache-2.0 */
#include "amqp/fake_broker.h"

#include "amqp/frame_writer.h"
#include "support/test.h"

#include <fcntl.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { FRAME_HEADER_LEN = 7, CHANNEL = 1, SOCKET_BUFFER = 1 << 20 };

static void send_all(const fake_broker *broker, const frame_writer *out)
{
    size_t sent = 0;
    while (sent < out->len) {
        ssize_t len = send(broker->fd, out->bytes + sent, out->len - sent, MSG_NOSIGNAL);
        assert_true(len > 0);
        sent += (size_t)len;
    }
}

void fake_broker_send(const fake_broker *broker, frame_writer *out)
{
    send_all(broker, out);
    free(out);
}

/* Reads exactly len bytes; false at the end or, unless it waits, when there is nothing. */
static bool receive(int fd, void *bytes, size_t len, bool waits)
{
    size_t got = 0;
    while (got < len) {
        ssize_t count =
            recv(fd, (uint8_t *)bytes + got, len - got, waits || got > 0 ? 0 : MSG_DONTWAIT);
        if (count <= 0) {
            return false;
        }
        got += (size_t)count;
    }
    return true;
}

static bool read_frame(int fd, fake_frame *frame, bool waits)
{
    uint8_t head[FRAME_HEADER_LEN];
    if (!receive(fd, head, sizeof(head), waits)) {
        return false;
    }
    frame->type = head[0];
    frame->channel = (amqp_channel_t)(head[1] << 8 | head[2]);
    frame->len = (size_t)head[3] << 24 | (size_t)head[4] << 16 | (size_t)head[5] << 8 | head[6];
    frame->payload = malloc(frame->len + 1);
    assert_non_null(frame->payload);
    assert_true(receive(fd, frame->payload, frame->len + 1, true));
    assert_int_equal(frame->payload[frame->len], AMQP_FRAME_END);
    return true;
}

static void skip_frame(int fd)
{
    fake_frame frame;
    if (read_frame(fd, &frame, true)) {
        free(frame.payload);
    }
}

static void send_start(const fake_broker *broker)
{
    frame_writer *out = frame_writer_create();
    size_t begin = frame_begin_method(out, 0, AMQP_CONNECTION_START_METHOD);
    frame_put_number(out, 0x0009, 2); /* version 0-9 */
    frame_put_number(out, 0, 4); /* no server properties */
    frame_put_long_string(out, "PLAIN");
    frame_put_long_string(out, "en_US");
    frame_end(out, begin);
    fake_broker_send(broker, out);
}

static void send_tune(const fake_broker *broker)
{
    frame_writer *out = frame_writer_create();
    size_t begin = frame_begin_method(out, 0, AMQP_CONNECTION_TUNE_METHOD);
    frame_put_number(out, 100, 2);
    frame_put_number(out, (uint64_t)broker->frame_max, 4);
    frame_put_number(out, 0, 2); /* no heartbeats */
    frame_end(out, begin);
    fake_broker_send(broker, out);
}

static void send_open_ok(const fake_broker *broker)
{
    frame_writer *out = frame_writer_create();
    size_t begin = frame_begin_method(out, 0, AMQP_CONNECTION_OPEN_OK_METHOD);
    frame_put_short_string(out, "");
    frame_end(out, begin);
    fake_broker_send(broker, out);
}

static void send_channel_open_ok(const fake_broker *broker)
{
    frame_writer *out = frame_writer_create();
    size_t begin = frame_begin_method(out, CHANNEL, AMQP_CHANNEL_OPEN_OK_METHOD);
    frame_put_long_string(out, "");
    frame_end(out, begin);
    fake_broker_send(broker, out);
}

static void *shake_hands(void *self)
{
    const fake_broker *broker = self;
    uint8_t protocol_header[8];
    if (receive(broker->fd, protocol_header, sizeof(protocol_header), true)) {
        send_start(broker);
        skip_frame(broker->fd); /* start-ok */
        send_tune(broker);
        skip_frame(broker->fd); /* tune-ok */
        skip_frame(broker->fd); /* open */
        send_open_ok(broker);
        skip_frame(broker->fd); /* channel.open */
        send_channel_open_ok(broker);
    }
    return NULL;
}

static void log_in(const fake_broker *broker, int fd)
{
    amqp_socket_t *socket = amqp_tcp_socket_new(broker->client);
    assert_non_null(socket);
    amqp_tcp_socket_set_sockfd(socket, fd);
    amqp_rpc_reply_t reply = amqp_login(broker->client, "/", 0, broker->frame_max, 0,
                                        AMQP_SASL_METHOD_PLAIN, "guest", "guest");
    assert_int_equal(reply.reply_type, AMQP_RESPONSE_NORMAL);
    amqp_channel_open(broker->client, CHANNEL);
    assert_int_equal(amqp_get_rpc_reply(broker->client).reply_type, AMQP_RESPONSE_NORMAL);
    assert_int_equal(amqp_get_frame_max(broker->client), broker->frame_max);
}

void fake_broker_start(fake_broker *broker, int frame_max)
{
    int ends[2];
    int size = SOCKET_BUFFER;
    assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, ends), 0);
    for (size_t i = 0; i < 2; i++) {
        setsockopt(ends[i], SOL_SOCKET, SO_SNDBUF, &size, sizeof(size));
    }
    /* librabbitmq waits with poll, and expects a socket as its own open would have made it. */
    assert_int_equal(fcntl(ends[1], F_SETFL, O_NONBLOCK), 0);
    broker->fd = ends[0];
    broker->frame_max = frame_max;
    broker->client = amqp_new_connection();
    assert_non_null(broker->client);
    pthread_t thread;
    assert_int_equal(pthread_create(&thread, NULL, shake_hands, broker), 0);
    log_in(broker, ends[1]);
    assert_int_equal(pthread_join(thread, NULL), 0);
}

void fake_broker_hang_up(fake_broker *broker)
{
    close(broker->fd);
    broker->fd = -1;
}

void fake_broker_stop(fake_broker *broker)
{
    if (broker->fd >= 0) {
        fake_broker_hang_up(broker);
    }
    amqp_destroy_connection(broker->client);
}

bool fake_broker_next(fake_broker *broker, fake_frame *frame)
{
    return read_frame(broker->fd, frame, false);
}

static amqp_method_number_t method_of(const fake_frame *frame)
{
    assert_int_equal(frame->type, AMQP_FRAME_METHOD);
    assert_true(frame->len >= 4);
    const uint8_t *payload = frame->payload;
    return (amqp_method_number_t)payload[0] << 24 | (amqp_method_number_t)payload[1] << 16 |
           (amqp_method_number_t)payload[2] << 8 | payload[3];
}

static amqp_method_number_t take_method(fake_broker *broker)
{
    fake_frame frame;
    assert_true(fake_broker_next(broker, &frame));
    amqp_method_number_t method = method_of(&frame);
    free(frame.payload);
    return method;
}

static uint64_t body_size_of(const fake_frame *content)
{
    uint64_t size = 0;
    for (size_t i = 4; i < 12; i++) {
        size = size << 8 | content->payload[i];
    }
    return size;
}

static void skip_body(fake_broker *broker, uint64_t size)
{
    while (size > 0) {
        fake_frame frame;
        assert_true(fake_broker_next(broker, &frame));
        assert_int_equal(frame.type, AMQP_FRAME_BODY);
        size -= frame.len;
        free(frame.payload);
    }
}

fake_published fake_broker_take_published(fake_broker *broker)
{
    fake_published published;
    assert_int_equal(take_method(broker), AMQP_BASIC_PUBLISH_METHOD);
    assert_true(fake_broker_next(broker, &published.content));
    assert_int_equal(published.content.type, AMQP_FRAME_HEADER);
    published.content_frame_len = FRAME_HEADER_LEN + published.content.len + 1;
    amqp_bytes_t encoded = {published.content.len - 12, published.content.payload + 12};
    void *decoded = NULL;
    init_amqp_pool(&published.pool, 4096);
    int status = amqp_decode_properties(AMQP_BASIC_CLASS, &published.pool, encoded, &decoded);
    assert_true(status >= 0);
    published.properties = decoded;
    skip_body(broker, body_size_of(&published.content));
    return published;
}

void fake_published_clean(fake_published *published)
{
    empty_amqp_pool(&published->pool);
    free(published->content.payload);
}

static bool is_key(amqp_bytes_t key, const char *name)
{
    return key.len == strlen(name) && memcmp(key.bytes, name, key.len) == 0;
}

const char *fake_published_header(fake_published *published, const char *key)
{
    const amqp_basic_properties_t *properties = published->properties;
    bool has_headers = (properties->_flags & AMQP_BASIC_HEADERS_FLAG) != 0;
    for (int i = 0; has_headers && i < properties->headers.num_entries; i++) {
        const amqp_table_entry_t *entry = &properties->headers.entries[i];
        if (!is_key(entry->key, key)) {
            continue;
        }
        assert_int_equal(entry->value.kind, AMQP_FIELD_KIND_UTF8);
        amqp_bytes_t value = entry->value.value.bytes;
        char *copy = amqp_pool_alloc(&published->pool, value.len + 1);
        assert_non_null(copy);
        memcpy(copy, value.bytes, value.len);
        copy[value.len] = '\0';
        return copy;
    }
    return NULL;
}

int fake_published_count(const fake_published *published, const char *key)
{
    const amqp_basic_properties_t *properties = published->properties;
    bool has_headers = (properties->_flags & AMQP_BASIC_HEADERS_FLAG) != 0;
    int count = 0;
    for (int i = 0; has_headers && i < properties->headers.num_entries; i++) {
        count += is_key(properties->headers.entries[i].key, key) ? 1 : 0;
    }
    return count;
}

amqp_method_number_t fake_broker_take_settlement(fake_broker *broker)
{
    return take_method(broker);
}

void fake_message_put_content(frame_writer *out, const fake_message *message)
{
    static const amqp_basic_properties_t none;
    amqp_basic_properties_t properties = message->properties != NULL ? *message->properties : none;
    size_t begin = frame_begin(out, AMQP_FRAME_HEADER, CHANNEL);
    frame_put_number(out, AMQP_BASIC_CLASS, 2);
    frame_put_number(out, 0, 2);
    frame_put_number(out, strlen(message->body), 8);
    amqp_bytes_t room = {sizeof(out->bytes) - out->len, out->bytes + out->len};
    int len = amqp_encode_properties(AMQP_BASIC_CLASS, &properties, room);
    assert_true(len > 0);
    out->len += (size_t)len;
    frame_end(out, begin);
    if (message->body[0] != '\0') {
        begin = frame_begin(out, AMQP_FRAME_BODY, CHANNEL);
        frame_put(out, message->body, strlen(message->body));
        frame_end(out, begin);
    }
}

static void put_delivery(frame_writer *out, const fake_message *message, bool is_redelivered)
{
    frame_put_number(out, message->delivery_tag, 8);
    frame_put_number(out, is_redelivered, 1);
    frame_put_short_string(out, message->exchange);
    frame_put_short_string(out, message->routing_key);
}

void fake_broker_deliver_to(fake_broker *broker, const fake_message *message,
                            const char *consumer_tag, bool is_redelivered)
{
    frame_writer *out = frame_writer_create();
    size_t begin = frame_begin_method(out, CHANNEL, AMQP_BASIC_DELIVER_METHOD);
    frame_put_short_string(out, consumer_tag);
    put_delivery(out, message, is_redelivered);
    frame_end(out, begin);
    fake_message_put_content(out, message);
    fake_broker_send(broker, out);
}

void fake_broker_deliver(fake_broker *broker, const fake_message *message)
{
    fake_broker_deliver_to(broker, message, "consumer", false);
}

void fake_broker_answer_get(fake_broker *broker, const fake_message *message)
{
    frame_writer *out = frame_writer_create();
    size_t begin = frame_begin_method(out, CHANNEL, AMQP_BASIC_GET_OK_METHOD);
    put_delivery(out, message, false);
    frame_put_number(out, 0, 4); /* nothing left in the queue */
    frame_end(out, begin);
    fake_message_put_content(out, message);
    fake_broker_send(broker, out);
}

void fake_broker_answer_get_empty(fake_broker *broker)
{
    frame_writer *out = frame_writer_create();
    size_t begin = frame_begin_method(out, CHANNEL, AMQP_BASIC_GET_EMPTY_METHOD);
    frame_put_short_string(out, "");
    frame_end(out, begin);
    fake_broker_send(broker, out);
}

void fake_broker_close_channel(fake_broker *broker, uint16_t code, const char *text)
{
    frame_writer *out = frame_writer_create();
    size_t begin = frame_begin_method(out, CHANNEL, AMQP_CHANNEL_CLOSE_METHOD);
    frame_put_number(out, code, 2);
    frame_put_short_string(out, text);
    frame_put_number(out, 0, 4); /* class and method that failed */
    frame_end(out, begin);
    fake_broker_send(broker, out);
}

void fake_broker_confirm(fake_broker *broker, uint64_t delivery_tag)
{
    frame_writer *out = frame_writer_create();
    size_t begin = frame_begin_method(out, CHANNEL, AMQP_BASIC_ACK_METHOD);
    frame_put_number(out, delivery_tag, 8);
    frame_put_number(out, 0, 1);
    frame_end(out, begin);
    fake_broker_send(broker, out);
}
