/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The destinations that a connection publishes to, each with what its publish spans have in common,
 * which is nearly all of them. The first few that come are prepared, because most programs have no
 * more; with others, as routing keys that tell messages apart, each span is put together by itself.
 * So there is no allocation for a message. Belongs to the thread of the connection.
 */
#ifndef OTELMQ_AMQP_PREPARED_H
#define OTELMQ_AMQP_PREPARED_H

#include "amqp/publish/call.h"

enum { OTELMQ_AMQP_MAX_PREPARED = 16, OTELMQ_AMQP_SHORT_STRING_MAX = 255 };

/* What each publish looks at stands together, here and below. */
typedef struct {
    otelmq_messaging_prepared *spans;
    amqp_bytes_t exchange; /* these two in text */
    amqp_bytes_t routing_key;
    char text[2 * OTELMQ_AMQP_SHORT_STRING_MAX];
    otelmq_amqp_destination destination;
} otelmq_amqp_prepared_destination;

/* {0} is an empty one. */
typedef struct {
    size_t count;
    size_t latest; /* the index of the one that was asked for last */
    otelmq_amqp_prepared_destination *items[OTELMQ_AMQP_MAX_PREPARED];
} otelmq_amqp_prepared;

/* What is prepared for the destination of the message, borrowed; NULL: nothing. */
const otelmq_amqp_prepared_destination *
otelmq_amqp_prepared_find(otelmq_amqp_connection *connection,
                          const otelmq_amqp_publishing *message);

/* Forgets all, as when the client is another one. */
void otelmq_amqp_prepared_clean(otelmq_amqp_prepared *prepared);

/*
 * As otelmq_amqp_describe with the name "publish", by what is prepared for the destination where
 * something is, or can be.
 */
void otelmq_amqp_describe_publish(otelmq_amqp_described *described,
                                  otelmq_amqp_connection *connection,
                                  const otelmq_amqp_publishing *message);

#endif
