/* SPDX-License-Identifier: Apache-2.0 */
/*
 * With a traced conf, on_send does the work, inside the call; what is left for here is when the
 * span starts, and a call that fails before on_send.
 */
#include <otelmq/kafka_produce.h>

#include "base/unconst.h"
#include "kafka/produce/arguments.h"
#include "kafka/produce/call.h"
#include "kafka/produce/produce.h"
#include "kafka/produce/untraced.h"

#include <otelmq/kafka_carrier.h>

#include <errno.h>

/* Who traces a call; NULL: nobody, now. */
static otelmq_kafka_client *client_of(rd_kafka_t *producer)
{
    otelmq_kafka_client *client = otelmq_kafka_client_of(producer);
    return client != NULL && !otelmq_messaging_is_off(client->messaging) ? client : NULL;
}

static void record_failure(const otelmq_kafka_call *call, const char *topic,
                           const rd_kafka_message_t *message, rd_kafka_headers_t *headers,
                           otelmq_kafka_outcome outcome)
{
    otelmq_kafka_described described;
    otelmq_kafka_describe_sent(&described, call->client, "send", topic, message, headers);
    described.operation.start_time_unix_nano = call->start_time_unix_nano;
    otelmq_messaging_send send = otelmq_messaging_send_start(
        call->client->messaging, &described.operation, otelmq_kafka_headers_carrier(headers));
    otelmq_messaging_send_confirmed(call->client->messaging, send.span, NULL, outcome.type,
                                    outcome.description);
}

/* message and headers (NULL: none, or librdkafka's by now) as the call was given them. */
static void end_call(const otelmq_kafka_call *call, const char *topic,
                     const rd_kafka_message_t *message, rd_kafka_headers_t *headers,
                     rd_kafka_resp_err_t err)
{
    otelmq_kafka_call_end(call);
    otelmq_kafka_outcome outcome = otelmq_kafka_outcome_of(err);
    if (call->span != NULL) {
        otelmq_messaging_send_confirmed(call->client->messaging, call->span, NULL, outcome.type,
                                        outcome.description);
    } else if (outcome.type != NULL && !call->is_sent) {
        record_failure(call, topic, message, headers, outcome);
    }
}

/* The arguments of rd_kafka_produce. */
typedef struct {
    rd_kafka_topic_t *topic;
    int flags;
    rd_kafka_message_t message; /* with its opaque */
} produce_arguments;

static int produce_raw(const produce_arguments *given)
{
    const rd_kafka_message_t *message = &given->message;
    return rd_kafka_produce(given->topic, message->partition, given->flags, message->payload,
                            message->len, message->key, message->key_len, message->_private);
}

static rd_kafka_resp_err_t err_of(int result)
{
    return result == 0 ? RD_KAFKA_RESP_ERR_NO_ERROR : rd_kafka_last_error();
}

/*
 * rd_kafka_produce takes no headers; but only it leaves errno and the last error as it does. It may
 * also go well where the other call did not, in a queue that has room again.
 */
static int produce_untraced(otelmq_kafka_client *client, rd_kafka_t *producer,
                            const produce_arguments *given)
{
    otelmq_kafka_arguments arguments;
    otelmq_span *span = NULL;
    int result = 0;
    int number = errno;
    otelmq_kafka_arguments_of_message(&arguments, given->topic, given->flags, &given->message);
    rd_kafka_error_t *error = otelmq_kafka_untraced_begin(client, producer, &arguments, &span);
    if (error != NULL) {
        rd_kafka_error_destroy(error);
        result = produce_raw(given);
        number = errno;
    }
    otelmq_kafka_untraced_end(client, span, err_of(result));
    errno = number;
    return result;
}

static int produce_traced(otelmq_kafka_client *client, const produce_arguments *given)
{
    otelmq_kafka_call call;
    otelmq_kafka_call_begin(&call, client);
    int result = produce_raw(given);
    int number = errno;
    end_call(&call, rd_kafka_topic_name(given->topic), &given->message, NULL, err_of(result));
    errno = number;
    return result;
}

int otelmq_kafka_produce(rd_kafka_t *producer, rd_kafka_topic_t *topic, int32_t partition,
                         int flags, void *payload, size_t len, const void *key, size_t key_len,
                         void *opaque)
{
    otelmq_kafka_client *client = client_of(producer);
    const produce_arguments given = {.topic = topic,
                                     .flags = flags,
                                     .message = {.partition = partition,
                                                 .offset = RD_KAFKA_OFFSET_INVALID,
                                                 .payload = payload,
                                                 .len = len,
                                                 .key = otelmq_unconst(key),
                                                 .key_len = key_len,
                                                 ._private = opaque}};
    if (client == NULL) {
        return produce_raw(&given);
    }
    if (!otelmq_kafka_client_serves(client, producer)) {
        return produce_untraced(client, producer, &given);
    }
    (void)otelmq_kafka_client_cluster_id(client, producer);
    return produce_traced(client, &given);
}

static rd_kafka_error_t *produce_arguments_traced(otelmq_kafka_client *client, rd_kafka_t *producer,
                                                  otelmq_kafka_arguments *arguments)
{
    otelmq_kafka_call call;
    (void)otelmq_kafka_client_cluster_id(client, producer);
    otelmq_kafka_call_begin(&call, client);
    rd_kafka_error_t *error = otelmq_kafka_arguments_produce_as_given(arguments, producer);
    end_call(&call, arguments->topic, &arguments->message, error != NULL ? arguments->list : NULL,
             error != NULL ? rd_kafka_error_code(error) : RD_KAFKA_RESP_ERR_NO_ERROR);
    return error;
}

static rd_kafka_error_t *produce_arguments_of(rd_kafka_t *producer,
                                              otelmq_kafka_arguments *arguments)
{
    otelmq_kafka_client *client = client_of(producer);
    if (client == NULL) {
        return otelmq_kafka_arguments_produce_as_given(arguments, producer);
    }
    return otelmq_kafka_client_serves(client, producer)
               ? produce_arguments_traced(client, producer, arguments)
               : otelmq_kafka_untraced_produce(client, producer, arguments);
}

static void drop(otelmq_kafka_arguments *arguments)
{
    if (arguments->single != NULL) {
        rd_kafka_headers_destroy(arguments->single);
    }
}

rd_kafka_resp_err_t otelmq_kafka_producev(rd_kafka_t *producer, ...)
{
    otelmq_kafka_arguments arguments;
    va_list list;
    va_start(list, producer);
    otelmq_kafka_arguments_init(&arguments);
    bool has_room = otelmq_kafka_arguments_read(&arguments, list);
    va_end(list);
    if (!has_room) {
        drop(&arguments);
        return RD_KAFKA_RESP_ERR__INVALID_ARG;
    }
    return otelmq_kafka_arguments_answer(produce_arguments_of(producer, &arguments));
}

rd_kafka_error_t *otelmq_kafka_produceva(rd_kafka_t *producer, const rd_kafka_vu_t *vus,
                                         size_t count)
{
    otelmq_kafka_arguments arguments;
    otelmq_kafka_arguments_init(&arguments);
    for (size_t i = 0; i < count; i++) {
        if (!otelmq_kafka_arguments_add(&arguments, &vus[i])) {
            drop(&arguments);
            return rd_kafka_produceva(producer, vus, count);
        }
    }
    return produce_arguments_of(producer, &arguments);
}
