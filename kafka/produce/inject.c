/* SPDX-License-Identifier: Apache-2.0 */
/*
 * librdkafka checks message.max.bytes before on_send, so that what is injected there could make a
 * message that the broker refuses. Far from the limit the context is injected straight away; near
 * it, a carrier that only measures tells first how much of the context fits.
 */
#include "kafka/produce/inject.h"

#include "kafka/message_size.h"

#include <otelmq/diagnostics.h>
#include <otelmq/kafka_carrier.h>
#include <otelmq/stats.h>

/* More than traceparent, the longest tracestate and the longest baggage need together. */
enum { AMPLE_ROOM = 32768 };

/*
 * What is around the records of a batch (record format 2). librdkafka does not count it, but the
 * broker does, whose limit may be the same number.
 */
enum { BATCH_OVERHEAD = 61 };

/* How much of the context goes into the message. Each level leaves out more. */
typedef enum {
    WITH_ALL,
    WITHOUT_BAGGAGE,
    WITHOUT_TRACESTATE,
    WITHOUT_CONTEXT,
} inject_level;

typedef struct {
    otelmq_kafka_client *client;
    rd_kafka_headers_t *headers; /* NULL while measuring for a message without any */
    bool replaces; /* the headers may have some of the same names */
    inject_level level;
    size_t added; /* bytes that set added, or would add */
    size_t replaced; /* bytes of the headers that it replaces */
} inject_target;

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
        total += otelmq_kafka_header_size(strlen(name), size);
    }
    return total;
}

static size_t room_in(const otelmq_kafka_client *client, const rd_kafka_message_t *message,
                      const rd_kafka_headers_t *headers)
{
    size_t used = BATCH_OVERHEAD + otelmq_kafka_message_size(message, headers);
    return used < client->producing.max_message_bytes ? client->producing.max_message_bytes - used
                                                      : 0;
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

static otelmq_status measure(void *self, const char *key, otelmq_str value)
{
    inject_target *target = self;
    bool left_out = is_left_out(target->level, key);
    if (!left_out || is_removed_when_left_out(key)) {
        target->replaced += values_size(target->headers, key);
    }
    if (!left_out) {
        target->added += otelmq_kafka_header_size(strlen(key), value.len);
    }
    return OTELMQ_OK;
}

static otelmq_status add_header(rd_kafka_headers_t *headers, const char *key, otelmq_str value)
{
    rd_kafka_resp_err_t err = rd_kafka_header_add(headers, key, -1, value.data, (ssize_t)value.len);
    return err == RD_KAFKA_RESP_ERR_NO_ERROR ? OTELMQ_OK : OTELMQ_ERROR_NO_MEMORY;
}

static otelmq_status set_header(void *self, const char *key, otelmq_str value)
{
    inject_target *target = self;
    if (!is_left_out(target->level, key)) {
        return target->replaces
                   ? otelmq_carrier_set(otelmq_kafka_headers_carrier(target->headers), key, value)
                   : add_header(target->headers, key, value);
    }
    if (target->replaces && is_removed_when_left_out(key)) {
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
static const otelmq_carrier_ops replace_ops = {.get = get_header, .set = set_header};
static const otelmq_carrier_ops add_ops = {.set = set_header};

static bool fits(inject_target *target, const otelmq_span_context *context, size_t room)
{
    target->added = 0;
    target->replaced = 0;
    otelmq_messaging_inject(target->client->messaging, context,
                            (otelmq_carrier){&measure_ops, target});
    return target->added <= room + target->replaced;
}

static inject_level level_that_fits(inject_target *target, const otelmq_span_context *context,
                                    size_t room)
{
    if (room >= AMPLE_ROOM) {
        return WITH_ALL;
    }
    for (target->level = WITH_ALL; target->level < WITHOUT_CONTEXT; target->level++) {
        if (fits(target, context, room)) {
            break;
        }
    }
    return target->level;
}

static void count_loss(const otelmq_kafka_client *client, inject_level level,
                       const rd_kafka_message_t *message)
{
    if (level == WITHOUT_CONTEXT) {
        otelmq_stats_add(OTELMQ_STAT_INJECT_SKIPPED, 1);
        otelmq_diagnostics_report(
            OTELMQ_SEVERITY_WARNING, "A message to %s goes out without its context: %s.",
            rd_kafka_topic_name(message->rkt),
            client->producing.has_no_headers ? "the brokers are older than Kafka 0.11"
                                             : "with it, it would exceed message.max.bytes");
    } else if (level > WITH_ALL) {
        otelmq_stats_add(OTELMQ_STAT_INJECT_SHORTENED, 1);
    }
}

static void inject(inject_target *target, const otelmq_span_context *context)
{
    const otelmq_carrier_ops *ops = target->replaces ? &replace_ops : &add_ops;
    otelmq_messaging_inject(target->client->messaging, context, (otelmq_carrier){ops, target});
}

static void inject_into_new_list(inject_target *target, const otelmq_span_context *context,
                                 rd_kafka_message_t *message)
{
    target->headers = rd_kafka_headers_new(2);
    inject(target, context);
    if (rd_kafka_header_cnt(target->headers) > 0) {
        rd_kafka_message_set_headers(message, target->headers);
    } else {
        rd_kafka_headers_destroy(target->headers);
    }
}

static bool has_own_fields(const otelmq_kafka_client *client, const rd_kafka_headers_t *headers)
{
    const char *field;
    const void *value = NULL;
    size_t size = 0;
    for (size_t i = 0; (field = otelmq_messaging_field_at(client->messaging, i)) != NULL; i++) {
        if (rd_kafka_header_get(headers, 0, field, &value, &size) == 0) {
            return true;
        }
    }
    return false;
}

/*
 * The list may be the application's, which would free it again had we replaced it. A field that is
 * there without a value is no context, but must not stay beside one, and comes back with the list.
 */
static void inject_into_list(inject_target *target, const otelmq_span_context *context,
                             otelmq_kafka_sent *sent)
{
    if (has_own_fields(target->client, target->headers)) {
        target->replaces = true;
        sent->original = rd_kafka_headers_copy(target->headers);
    }
    inject(target, context);
}

void otelmq_kafka_inject(otelmq_kafka_client *client, const otelmq_span_context *context,
                         rd_kafka_message_t *message, rd_kafka_headers_t *headers,
                         otelmq_kafka_sent *sent)
{
    inject_target target = {.client = client, .headers = headers};
    if (!otelmq_span_context_is_valid(context)) {
        return;
    }
    target.level = client->producing.has_no_headers
                       ? WITHOUT_CONTEXT
                       : level_that_fits(&target, context, room_in(client, message, headers));
    count_loss(client, target.level, message);
    if (target.level == WITHOUT_CONTEXT) {
        return;
    }
    sent->is_injected = true;
    if (headers == NULL) {
        inject_into_new_list(&target, context, message);
    } else {
        inject_into_list(&target, context, sent);
    }
}

/* Names are taken from another list, because those of this one go with their headers. */
static void remove_names_of(rd_kafka_headers_t *headers, const rd_kafka_headers_t *names)
{
    const char *name = NULL;
    const void *value = NULL;
    size_t size = 0;
    for (size_t i = 0; rd_kafka_header_get_all(names, i, &name, &value, &size) == 0; i++) {
        (void)rd_kafka_header_remove(headers, name);
    }
}

static void add_all_of(rd_kafka_headers_t *headers, const rd_kafka_headers_t *others)
{
    const char *name = NULL;
    const void *value = NULL;
    size_t size = 0;
    for (size_t i = 0; rd_kafka_header_get_all(others, i, &name, &value, &size) == 0; i++) {
        (void)rd_kafka_header_add(headers, name, -1, value, (ssize_t)size);
    }
}

void otelmq_kafka_take_context_out(const otelmq_kafka_client *client,
                                   const rd_kafka_message_t *message,
                                   const rd_kafka_headers_t *original)
{
    rd_kafka_headers_t *headers = NULL;
    const char *field;
    if (rd_kafka_message_headers(message, &headers) != 0 || headers == NULL) {
        return;
    }
    for (size_t i = 0; (field = otelmq_messaging_field_at(client->messaging, i)) != NULL; i++) {
        (void)rd_kafka_header_remove(headers, field);
    }
    if (original != NULL) {
        remove_names_of(headers, original);
        add_all_of(headers, original);
    }
}
