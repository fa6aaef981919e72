/* SPDX-License-Identifier: Apache-2.0 */
/* A traced connection: made from a raw one that is logged in, in one line. */
#ifndef OTELMQ_AMQP_CONNECTION_H
#define OTELMQ_AMQP_CONNECTION_H

#include <otelmq/messaging.h>
#include <otelmq/rabbitmq.h>

OTELMQ_BEGIN_C

typedef struct otelmq_amqp_connection otelmq_amqp_connection;

/* {0}: the defaults. Copied. */
typedef struct {
    otelmq_messaging_options messaging;
    const char *server_address; /* NULL: the peer of the connection's socket, as a number */
    uint16_t server_port; /* 0: the port of the connection's socket */
    const char *client_id; /* messaging.client.id; NULL: none */
    /*
     * messaging.rabbitmq.vhost.name: what amqp_login was told, which a raw connection does not
     * tell; NULL: none.
     */
    const char *virtual_host;
} otelmq_amqp_options;

/*
 * Traces raw, a connection that is logged in. options NULL: {0}. The connection is yours; raw stays
 * yours and must outlive it. Calls on raw itself stay possible, and are not traced; publish not by
 * them on a channel in confirm mode (amqp_confirms.h). Make one traced connection for each raw one:
 * a second does not see what the first has read, and several of them are fine only to publish
 * without confirms.
 */
OTELMQ_API otelmq_status otelmq_amqp_connection_create(amqp_connection_state_t raw,
                                                       const otelmq_amqp_options *options,
                                                       otelmq_amqp_connection **connection);

/*
 * Goes on with another raw connection, logged in, after the former was lost: what is open on that
 * ends as by its close, what was published on it and not settled stays to be told by
 * otelmq_amqp_wait_confirms, until its channel is opened anew, as all channels are to be. raw NULL:
 * until the next replace there is none; calls answer as for a closed connection. Not from a hook.
 */
OTELMQ_API void otelmq_amqp_connection_replace(otelmq_amqp_connection *connection,
                                               amqp_connection_state_t raw);

/*
 * Ends what is open and frees the traced connection; raw stays open. NULL is fine. Not while a
 * process scope of it is open that has the hook on_process_end, nor from a hook.
 */
OTELMQ_API void otelmq_amqp_connection_destroy(otelmq_amqp_connection *connection);

/*
 * The raw connection that it stands for now, for calls that need no tracing: the one of create, or
 * of the last replace; NULL when that was NULL. Borrowed.
 */
OTELMQ_API amqp_connection_state_t otelmq_amqp_connection_raw(otelmq_amqp_connection *connection);

/* amqp_channel_open. Whatever was remembered of an earlier channel of this number is forgotten. */
OTELMQ_API amqp_channel_open_ok_t *otelmq_amqp_channel_open(otelmq_amqp_connection *connection,
                                                            amqp_channel_t channel);

/*
 * amqp_channel_close and amqp_connection_close. They end the process spans of messages that are not
 * settled (error.type "channel-closed", "connection-closed"), and the publish spans of those that
 * are not confirmed.
 */
OTELMQ_API amqp_rpc_reply_t otelmq_amqp_channel_close(otelmq_amqp_connection *connection,
                                                      amqp_channel_t channel, int code);
OTELMQ_API amqp_rpc_reply_t otelmq_amqp_connection_close(otelmq_amqp_connection *connection,
                                                         int code);

/*
 * Why the broker has blocked publishing on this connection (it is short of memory or disk), as far
 * as the frames that were read through it tell; NULL: it has not. Borrowed until the next call. It
 * says so only to a client that logged in with the capability connection.blocked, which takes
 * amqp_login_with_properties.
 */
OTELMQ_API const char *otelmq_amqp_connection_blocked(const otelmq_amqp_connection *connection);

OTELMQ_END_C

#endif
