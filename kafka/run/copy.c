/* SPDX-License-Identifier: Apache-2.0 */
#include "kafka/run/copy.h"

#include "kafka/consume/receive.h"
#include "kafka/produce/arguments.h"

#include <inttypes.h>
#include <stdio.h>

static const char RETRY_COUNT[] = "otelmq-retry-count";
static const char RETRY_AT[] = "otelmq-retry-at";
static const char ERROR[] = "otelmq-error";
static const char TOPIC[] = "otelmq-topic";
static const char PARTITION[] = "otelmq-partition";
static const char OFFSET[] = "otelmq-offset";
static const char GROUP[] = "otelmq-group";

enum { MAX_DIGITS = 18 };

static void replace_text(rd_kafka_headers_t *headers, const char *name, const char *text)
{
    (void)rd_kafka_header_remove(headers, name);
    (void)rd_kafka_header_add(headers, name, -1, text, -1);
}

static void replace_number(rd_kafka_headers_t *headers, const char *name, int64_t number)
{
    char text[24];
    (void)snprintf(text, sizeof(text), "%" PRId64, number);
    replace_text(headers, name, text);
}

/* Where it was first, which stays through all retries. */
static void add_origin(rd_kafka_headers_t *headers, const rd_kafka_message_t *message)
{
    const void *value = NULL;
    size_t size = 0;
    if (rd_kafka_header_get_last(headers, TOPIC, &value, &size) == RD_KAFKA_RESP_ERR_NO_ERROR) {
        return;
    }
    replace_text(headers, TOPIC, rd_kafka_topic_name(message->rkt));
    replace_number(headers, PARTITION, message->partition);
    replace_number(headers, OFFSET, message->offset);
}

static rd_kafka_headers_t *create_headers(const otelmq_kafka_copy *copy)
{
    const rd_kafka_headers_t *own = otelmq_kafka_received_headers(copy->message);
    rd_kafka_headers_t *headers =
        own != NULL ? rd_kafka_headers_copy(own) : rd_kafka_headers_new(8);
    add_origin(headers, copy->message);
    if (copy->group_id != NULL) {
        replace_text(headers, GROUP, copy->group_id);
    }
    replace_text(headers, ERROR, copy->reason);
    replace_number(headers, RETRY_COUNT, copy->retry_count);
    (void)rd_kafka_header_remove(headers, RETRY_AT);
    if (copy->retry_at_unix_ms > 0) {
        replace_number(headers, RETRY_AT, copy->retry_at_unix_ms);
    }
    return headers;
}

rd_kafka_resp_err_t otelmq_kafka_copy_produce(const otelmq_kafka_copy *copy, rd_kafka_t *producer)
{
    const rd_kafka_message_t *message = copy->message;
    rd_kafka_headers_t *headers = create_headers(copy);
    rd_kafka_vu_t arguments[] = {
        {.vtype = RD_KAFKA_VTYPE_TOPIC, .u.cstr = copy->topic},
        {.vtype = RD_KAFKA_VTYPE_VALUE, .u.mem = {message->payload, message->len}},
        {.vtype = RD_KAFKA_VTYPE_KEY, .u.mem = {message->key, message->key_len}},
        {.vtype = RD_KAFKA_VTYPE_MSGFLAGS, .u.i = RD_KAFKA_MSG_F_COPY},
        {.vtype = RD_KAFKA_VTYPE_HEADERS, .u.headers = headers},
    };
    rd_kafka_error_t *error =
        rd_kafka_produceva(producer, arguments, sizeof(arguments) / sizeof(*arguments));
    if (error == NULL) {
        return RD_KAFKA_RESP_ERR_NO_ERROR;
    }
    rd_kafka_headers_destroy(headers);
    return otelmq_kafka_arguments_answer(error);
}

/*
 * Not so when the topic is unknown, because somebody may be about to create it. A fatal error of
 * the producer is one for good.
 */
bool otelmq_kafka_copy_is_refused(rd_kafka_resp_err_t err)
{
    switch ((int)err) {
    case RD_KAFKA_RESP_ERR__FATAL:
    case RD_KAFKA_RESP_ERR__INVALID_ARG:
    case RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE:
    case RD_KAFKA_RESP_ERR_RECORD_LIST_TOO_LARGE:
    case RD_KAFKA_RESP_ERR_TOPIC_EXCEPTION:
    case RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED:
    case RD_KAFKA_RESP_ERR_CLUSTER_AUTHORIZATION_FAILED:
    case RD_KAFKA_RESP_ERR_INVALID_REQUIRED_ACKS:
    case RD_KAFKA_RESP_ERR_INVALID_TIMESTAMP:
    case RD_KAFKA_RESP_ERR_INVALID_RECORD:
    case RD_KAFKA_RESP_ERR_POLICY_VIOLATION:
    case RD_KAFKA_RESP_ERR_UNSUPPORTED_COMPRESSION_TYPE:
    case RD_KAFKA_RESP_ERR_UNSUPPORTED_FOR_MESSAGE_FORMAT:
        return true;
    default:
        return false;
    }
}

/* The header as a number that is not negative; 0 when it is none. */
static int64_t read_number(const rd_kafka_message_t *message, const char *name)
{
    const rd_kafka_headers_t *headers = otelmq_kafka_received_headers(message);
    const void *value = NULL;
    size_t size = 0;
    if (headers == NULL || rd_kafka_header_get_last(headers, name, &value, &size) != 0 ||
        size > MAX_DIGITS) {
        return 0;
    }
    int64_t number = 0;
    const char *digits = value;
    for (size_t i = 0; i < size; i++) {
        if (digits[i] < '0' || digits[i] > '9') {
            return 0;
        }
        number = number * 10 + (digits[i] - '0');
    }
    return number;
}

int otelmq_kafka_copy_retry_count(const rd_kafka_message_t *message)
{
    int64_t count = read_number(message, RETRY_COUNT);
    return count < INT32_MAX ? (int)count : INT32_MAX - 1;
}

int64_t otelmq_kafka_copy_retry_at_unix_ms(const rd_kafka_message_t *message)
{
    return read_number(message, RETRY_AT);
}
