/* SPDX-License-Identifier: Apache-2.0 */
/*
 * librdkafka checks message.max.bytes before on_send, so that what is injected there could make a
 * message that the broker refuses. Far from the limit the context is injected straight away; near
 * it, a carrier that only measures tells first how much of the context fits.
 */
#include "kafka/inject.h"

#include <otelmq/diagnostics.h>
#include <otelmq/kafka_carrier.h>
#include <otelmq/stats.h>

/* What librdkafka counts for a message beside key, value and headers (record format 2). */
enum { RECORD_OVERHEAD = 36 };

/* More than traceparent, the longest tracestate and the longest baggage need together. */
enum { AMPLE_ROOM = 32768 };

/* How much of the context goes into the message. Each level leaves out more. */
typedef enum {
    WITH_ALL,
    WITHOUT_BAGGAGE,
    WITHOUT_TRACESTATE,
    WITHOUT_CONTEXT,
} inject_level;

typedef struct {
    const otelmq_kafka_client *client;
    rd_kafka_headers_t *headers; /* NULL while measuring for a message without any */
    inject_level level;
    size_t added; /* bytes that set added, or would add */
    size_t replaced; /* bytes of the headers that it replaces */
    uint32_t fields;
} inject_target;

static size_t varint_size(size_t len)
{
    size_t size = 1;
    for (size_t zigzag = len * 2; zigzag >= 0x80; zigzag >>= 7) {
        size++;
    }
    return size;
}

static size_t header_size(size_t name_len, size_t value_len)
{
    return varint_size(name_len) + name_len + varint_size(value_len) + value_len;
}

static size_t headers_size(const rd_kafka_headers_t *headers)
{
    size_t total = 0;
    const char *name = NULL;
    const void *value = NULL;
    size_t size = 0;
    if (headers == NULL) {
        return 0;
    }
    for (size_t i = 0; rd_kafka_header_get_all(headers, i, &name, &value, &size) == 0; i++) {
        total += header_size(strlen(name), size);
    }
    return total;
}

/* The bytes of all headers of this name. */
static size_t values_size(const rd_kafka_headers_t *headers, const char *name)
{
    size_t total = 0;
    const void *value = NULL;
    size_t size = 0;
    if (headers == NULL) {
        return 0;
    }
    for (size_t i = 0; rd_kafka_header_get(headers, i, name, &value, &size) == 0; i++) {
        total += header_size(strlen(name), size);
    }
    return total;
}

static size_t room_in(const otelmq_kafka_client *client, const rd_kafka_message_t *message,
                      const rd_kafka_headers_t *headers)
{
    size_t used = RECORD_OVERHEAD + message->key_len + message->len + headers_size(headers);
    return used < client->max_message_bytes ? client->max_message_bytes - used : 0;
}

static bool is_left_out(inject_level level, const char *key)
{
    return (level >= WITHOUT_BAGGAGE && strcmp(key, "baggage") == 0) ||
           (level >= WITHOUT_TRACESTATE && strcmp(key, "tracestate") == 0);
}

/* A tracestate that the message has belongs to another trace, and must not stand beside ours. */
static bool is_removed_when_left_out(const char *key)
{
    return strcmp(key, "tracestate") == 0;
}

static uint32_t field_bit(const otelmq_kafka_client *client, const char *key)
{
    for (size_t i = 0; i < 32; i++) {
        const char *field = otelmq_messaging_field_at(client->messaging, i);
        if (field == NULL || strcmp(field, key) == 0) {
            return field != NULL ? (uint32_t)1 << i : 0;
        }
    }
    return 0;
}

static otelmq_status measure(void *self, const char *key, otelmq_str value)
{
    inject_target *target = self;
    bool left_out = is_left_out(target->level, key);
    if (!left_out || is_removed_when_left_out(key)) {
        target->replaced += values_size(target->headers, key);
    }
    if (!left_out) {
        target->added += header_size(strlen(key), value.len);
    }
    return OTELMQ_OK;
}

static otelmq_status set_header(void *self, const char *key, otelmq_str value)
{
    inject_target *target = self;
    if (!is_left_out(target->level, key)) {
        target->fields |= field_bit(target->client, key);
        return otelmq_carrier_set(otelmq_kafka_headers_carrier(target->headers), key, value);
    }
    if (is_removed_when_left_out(key)) {
        (void)rd_kafka_header_remove(target->headers, key);
    }
    return OTELMQ_OK;
}

static otelmq_str get_header(const void *self, const char *key)
{
    const inject_target *target = self;
    return otelmq_carrier_get(otelmq_kafka_headers_carrier(target->headers), key);
}

static const otelmq_carrier_ops measure_ops = {.get = get_header, .set = measure};
static const otelmq_carrier_ops inject_ops = {.get = get_header, .set = set_header};

static bool fits(inject_target *target, const otelmq_messaging_send *send, size_t room)
{
    target->added = 0;
    target->replaced = 0;
    otelmq_messaging_send_inject(target->client->messaging, send,
                                 (otelmq_carrier){&measure_ops, target});
    return target->added <= room + target->replaced;
}

static inject_level level_that_fits(inject_target *target, const otelmq_messaging_send *send,
                                    size_t room)
{
    if (room >= AMPLE_ROOM) {
        return WITH_ALL;
    }
    for (target->level = WITH_ALL; target->level < WITHOUT_CONTEXT; target->level++) {
        if (fits(target, send, room)) {
            break;
        }
    }
    return target->level;
}

static void count_loss(inject_level level, const rd_kafka_message_t *message)
{
    if (level == WITHOUT_CONTEXT) {
        otelmq_stats_add(OTELMQ_STAT_INJECT_SKIPPED, 1);
        otelmq_diagnostics_report(OTELMQ_SEVERITY_WARNING,
                                  "A message to %s goes out without its context: with it, it would "
                                  "exceed message.max.bytes.",
                                  rd_kafka_topic_name(message->rkt));
    } else if (level > WITH_ALL) {
        otelmq_stats_add(OTELMQ_STAT_INJECT_SHORTENED, 1);
    }
}

static void inject_into_new_list(inject_target *target, const otelmq_messaging_send *send,
                                 rd_kafka_message_t *message)
{
    target->headers = rd_kafka_headers_new(4);
    otelmq_messaging_send_inject(target->client->messaging, send,
                                 (otelmq_carrier){&inject_ops, target});
    if (rd_kafka_header_cnt(target->headers) > 0) {
        rd_kafka_message_set_headers(message, target->headers);
    } else {
        rd_kafka_headers_destroy(target->headers);
    }
}

uint32_t otelmq_kafka_inject(const otelmq_kafka_client *client, const otelmq_messaging_send *send,
                             rd_kafka_message_t *message, rd_kafka_headers_t *headers)
{
    inject_target target = {.client = client, .headers = headers};
    if (send->keeps_creation_context || otelmq_messaging_field_at(client->messaging, 0) == NULL) {
        return 0;
    }
    target.level = level_that_fits(&target, send, room_in(client, message, headers));
    count_loss(target.level, message);
    if (target.level == WITHOUT_CONTEXT) {
        return 0;
    }
    if (headers == NULL) {
        inject_into_new_list(&target, send, message);
    } else {
        /* The list may be the application's, which would free it again had we replaced it. */
        otelmq_messaging_send_inject(client->messaging, send,
                                     (otelmq_carrier){&inject_ops, &target});
    }
    return target.fields;
}

void otelmq_kafka_remove_injected(const otelmq_kafka_client *client,
                                  const rd_kafka_message_t *message, uint32_t injected_fields)
{
    rd_kafka_headers_t *headers = NULL;
    if (rd_kafka_message_headers(message, &headers) != 0 || headers == NULL) {
        return;
    }
    for (size_t i = 0; i < 32 && (injected_fields >> i) != 0; i++) {
        const char *field = otelmq_messaging_field_at(client->messaging, i);
        if ((injected_fields >> i & 1) != 0 && field != NULL) {
            (void)rd_kafka_header_remove(headers, field);
        }
    }
}
