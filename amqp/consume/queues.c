/* SPDX-License-Identifier: Apache-2.0 */
#include "amqp/consume/queues.h"
#include "amqp/connection_state.h"
#include "amqp/errors.h"
#include "amqp/frames/watch.h"

/*
 * After a call that answered NULL: what librabbitmq says of it, before hooks make calls of their
 * own, of which it would speak then.
 */
static amqp_rpc_reply_t watch_failure(otelmq_amqp_connection *connection, amqp_channel_t channel)
{
    amqp_rpc_reply_t reply = amqp_get_rpc_reply(connection->raw);
    otelmq_amqp_watch_reply(connection, channel, &reply);
    return reply;
}

static void remember_temporary(otelmq_amqp_connection *connection, amqp_bytes_t queue,
                               bool is_temporary)
{
    otelmq_amqp_names *temporary = &connection->consumers.temporary;
    if (is_temporary) {
        otelmq_amqp_names_set(temporary, 0, queue, amqp_empty_bytes, false);
    } else {
        otelmq_amqp_names_remove(temporary, 0, queue);
    }
}

amqp_queue_declare_ok_t *otelmq_amqp_queue_declare(otelmq_amqp_connection *connection,
                                                   amqp_channel_t channel, amqp_bytes_t queue,
                                                   amqp_boolean_t passive, amqp_boolean_t durable,
                                                   amqp_boolean_t exclusive,
                                                   amqp_boolean_t auto_delete,
                                                   amqp_table_t arguments)
{
    if (!otelmq_amqp_can_call(connection)) {
        return NULL;
    }
    amqp_queue_declare_ok_t *ok = amqp_queue_declare(connection->raw, channel, queue, passive,
                                                     durable, exclusive, auto_delete, arguments);
    if (ok == NULL) {
        watch_failure(connection, channel);
        return NULL;
    }
    otelmq_amqp_names_set(&connection->consumers.declared, channel, amqp_empty_bytes, ok->queue,
                          false);
    /* A passive declaration only asks for the name: the broker ignores the rest. */
    if (!passive) {
        remember_temporary(connection, ok->queue, exclusive || auto_delete);
    }
    return ok;
}

amqp_basic_consume_ok_t *otelmq_amqp_consume_as(otelmq_amqp_connection *connection,
                                                amqp_channel_t channel,
                                                const otelmq_amqp_new_consumer *consumer,
                                                amqp_rpc_reply_t *failure)
{
    if (!otelmq_amqp_can_call(connection)) {
        *failure = otelmq_amqp_library_error(AMQP_STATUS_CONNECTION_CLOSED);
        return NULL;
    }
    amqp_basic_consume_ok_t *ok = amqp_basic_consume(
        connection->raw, channel, consumer->queue, consumer->consumer_tag, consumer->no_local,
        consumer->no_ack, consumer->exclusive, consumer->arguments);
    if (ok == NULL) {
        *failure = watch_failure(connection, channel);
        return NULL;
    }
    otelmq_amqp_names_set(&connection->consumers.active, channel, ok->consumer_tag,
                          otelmq_amqp_queue_of(connection, channel, consumer->queue),
                          consumer->no_ack != 0);
    return ok;
}

amqp_basic_consume_ok_t *otelmq_amqp_basic_consume(otelmq_amqp_connection *connection,
                                                   amqp_channel_t channel, amqp_bytes_t queue,
                                                   amqp_bytes_t consumer_tag,
                                                   amqp_boolean_t no_local, amqp_boolean_t no_ack,
                                                   amqp_boolean_t exclusive, amqp_table_t arguments)
{
    otelmq_amqp_new_consumer consumer = {queue,  consumer_tag, no_local,
                                         no_ack, exclusive,    arguments};
    amqp_rpc_reply_t failure;
    return otelmq_amqp_consume_as(connection, channel, &consumer, &failure);
}

amqp_basic_cancel_ok_t *otelmq_amqp_cancel_as(otelmq_amqp_connection *connection,
                                              amqp_channel_t channel, amqp_bytes_t consumer_tag,
                                              amqp_rpc_reply_t *failure)
{
    if (!otelmq_amqp_can_call(connection)) {
        *failure = otelmq_amqp_library_error(AMQP_STATUS_CONNECTION_CLOSED);
        return NULL;
    }
    amqp_basic_cancel_ok_t *ok = amqp_basic_cancel(connection->raw, channel, consumer_tag);
    if (ok == NULL) {
        *failure = watch_failure(connection, channel);
        return NULL;
    }
    otelmq_amqp_consumers_cancelled(connection, channel, consumer_tag);
    return ok;
}

amqp_basic_cancel_ok_t *otelmq_amqp_basic_cancel(otelmq_amqp_connection *connection,
                                                 amqp_channel_t channel, amqp_bytes_t consumer_tag)
{
    amqp_rpc_reply_t failure;
    return otelmq_amqp_cancel_as(connection, channel, consumer_tag, &failure);
}
