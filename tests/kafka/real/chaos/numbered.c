/* SPDX-License-Identifier: Apache-2.0 */
#include "kafka/real/chaos/numbered.h"

#include "support/test.h"

#include <stdlib.h>
#include <string.h>

enum { NUMBER_SIZE = 24, BYTES_MAX = 16, OWN_MAX = 4, POLL_MS = 100 };
enum { NO_HEADERS_EVERY = 10, TRACEPARENT_LEN = 55, SPAN_ID_AT = 36 };

typedef struct {
    const char *name;
    const void *value; /* NULL: none, which is not the same as an empty one */
    size_t size;
} own_header;

typedef struct {
    char text[NUMBER_SIZE];
    uint8_t bytes[BYTES_MAX];
    own_header headers[OWN_MAX];
    size_t header_count;
} content;

int32_t numbered_partition(size_t number)
{
    return (int32_t)(number % NUMBERED_PARTITIONS);
}

/* Text, bytes of all values and many lengths, nothing, and a name that is there twice. */
static void make(content *self, size_t number)
{
    (void)snprintf(self->text, sizeof(self->text), "%zu", number);
    for (size_t i = 0; i < BYTES_MAX; i++) {
        self->bytes[i] = (uint8_t)(number * 31 + i * 7);
    }
    const own_header headers[OWN_MAX] = {
        {"number", self->text, strlen(self->text)},
        {"bytes", self->bytes, number % (BYTES_MAX + 1)},
        {"nothing", number % 2 == 0 ? NULL : "", 0},
        {"number", "again", 5},
    };
    memcpy(self->headers, headers, sizeof(headers));
    self->header_count = number % NO_HEADERS_EVERY == 0 ? 0 : OWN_MAX;
}

static rd_kafka_headers_t *make_list(const content *of)
{
    rd_kafka_headers_t *list = of->header_count > 0 ? rd_kafka_headers_new(OWN_MAX) : NULL;
    for (size_t i = 0; i < of->header_count; i++) {
        const own_header *header = &of->headers[i];
        assert_int_equal(
            rd_kafka_header_add(list, header->name, -1, header->value, (ssize_t)header->size), 0);
    }
    return list;
}

/* A list stays the application's when the call fails, and is given to the next one. */
void numbered_produce(rd_kafka_t *producer, const char *topic, size_t number)
{
    content self;
    make(&self, number);
    rd_kafka_headers_t *list = make_list(&self);
    size_t len = strlen(self.text);
    rd_kafka_resp_err_t err;
    do {
        err = rd_kafka_producev(
            producer, RD_KAFKA_V_TOPIC(topic), RD_KAFKA_V_PARTITION(numbered_partition(number)),
            RD_KAFKA_V_KEY(self.text, len), RD_KAFKA_V_VALUE(self.bytes, sizeof(self.bytes)),
            RD_KAFKA_V_MSGFLAGS(RD_KAFKA_MSG_F_COPY), RD_KAFKA_V_HEADERS(list), RD_KAFKA_V_END);
        rd_kafka_poll(producer, err == RD_KAFKA_RESP_ERR__QUEUE_FULL ? POLL_MS : 0);
    } while (err == RD_KAFKA_RESP_ERR__QUEUE_FULL);
    assert_int_equal(err, RD_KAFKA_RESP_ERR_NO_ERROR);
}

size_t numbered_number(const rd_kafka_message_t *message)
{
    char text[NUMBER_SIZE] = "";
    assert_true(message->key_len < sizeof(text));
    memcpy(text, message->key, message->key_len);
    return strtoul(text, NULL, 10);
}

static void expect_traceparent(const char *value, size_t size, otelmq_span_id sender)
{
    otelmq_trace_id trace;
    otelmq_span_id span;
    assert_int_equal(size, TRACEPARENT_LEN);
    assert_memory_equal(value, "00-", 3);
    assert_int_equal(otelmq_trace_id_parse(otelmq_str_from_bytes(value + 3, 32), &trace),
                     OTELMQ_OK);
    assert_int_equal(otelmq_span_id_parse(otelmq_str_from_bytes(value + SPAN_ID_AT, 16), &span),
                     OTELMQ_OK);
    assert_memory_equal(&span, &sender, sizeof(span));
    assert_int_equal(value[SPAN_ID_AT - 1], '-');
    assert_memory_equal(value + SPAN_ID_AT + 16, "-0", 2);
    assert_true(value[TRACEPARENT_LEN - 1] == '1' || value[TRACEPARENT_LEN - 1] == '3');
}

static void expect_own(const own_header *sent, const char *name, const char *value, size_t size)
{
    assert_string_equal(name, sent->name);
    assert_int_equal(size, sent->size);
    assert_int_equal(value == NULL, sent->value == NULL);
    if (size > 0) {
        assert_memory_equal(value, sent->value, size);
    }
}

static void expect_headers(const rd_kafka_headers_t *headers, const content *sent,
                           otelmq_span_id sender)
{
    size_t own = 0;
    size_t ours = 0;
    const char *name = NULL;
    const void *value = NULL;
    size_t size = 0;
    for (size_t i = 0; rd_kafka_header_get_all(headers, i, &name, &value, &size) == 0; i++) {
        if (strcmp(name, "traceparent") == 0) {
            expect_traceparent(value, size, sender);
            ours++;
        } else {
            assert_true(own < sent->header_count);
            expect_own(&sent->headers[own++], name, value, size);
        }
    }
    assert_int_equal(own, sent->header_count);
    assert_int_equal(ours, 1);
}

void numbered_expect(const rd_kafka_message_t *message, otelmq_span_id sender)
{
    content sent;
    rd_kafka_headers_t *headers = NULL;
    make(&sent, numbered_number(message));
    assert_int_equal(message->key_len, strlen(sent.text));
    assert_memory_equal(message->key, sent.text, message->key_len);
    assert_int_equal(message->len, sizeof(sent.bytes));
    assert_memory_equal(message->payload, sent.bytes, message->len);
    assert_int_equal(rd_kafka_message_headers(message, &headers), 0);
    expect_headers(headers, &sent, sender);
}
