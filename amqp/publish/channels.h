/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The channels whose publishes the broker answers: those in confirm mode, and those in a
 * transaction. A channel without either needs no memory here: a publish on it is over as the call
 * returns.
 *
 *     published --> unsettled --+-- confirmed, returned ----> outcomes --> told by wait_confirms
 *                               +-- channel ended: UNKNOWN -> outcomes
 *                               +-- committed, rolled back
 *
 * The end of a span calls a hook of the application, which may close or open channels: whoever ends
 * spans of a channel retains it meanwhile, and looks at its openings afterwards. Belongs to the
 * thread of its connection.
 */
#ifndef OTELMQ_AMQP_CHANNELS_H
#define OTELMQ_AMQP_CHANNELS_H

#include <otelmq/amqp_confirms.h>

#include "amqp/publish/outcomes.h"
#include "amqp/publish/unsettled.h"

/* Beyond that the oldest publish span of the channel ends with error.type "unconfirmed". */
enum { OTELMQ_AMQP_MAX_OPEN_SPANS = 65536 };

typedef enum {
    OTELMQ_AMQP_MODE_PLAIN, /* the channel has ended; what it left is not told yet */
    OTELMQ_AMQP_MODE_CONFIRM,
    OTELMQ_AMQP_MODE_TX,
} otelmq_amqp_channel_mode;

typedef struct otelmq_amqp_channel {
    struct otelmq_amqp_channel *next;
    amqp_channel_t number;
    otelmq_amqp_channel_mode mode;
    size_t references; /* that of the list, and of those who end its spans */
    size_t openings; /* counts up when it ends: tags that were noted before are not of this one */
    bool is_to_end; /* while all channels end: it is not yet its turn */
    bool is_ending; /* its spans end now: a hook that publishes is not to wait for an answer */
    otelmq_amqp_unsettled unsettled;
    otelmq_amqp_outcomes outcomes;
    size_t open_spans;
    uint64_t oldest_open; /* no older message has a span that is open */
    uint64_t after_returned; /* the tag after that of the message that came back last */
} otelmq_amqp_channel;

/* {NULL} is an empty list. */
typedef struct {
    otelmq_amqp_channel *first;
    otelmq_amqp_channel *latest; /* the one that was asked for last */
} otelmq_amqp_channels;

/* NULL when nothing is known of it. Borrowed. */
otelmq_amqp_channel *otelmq_amqp_channels_find(otelmq_amqp_connection *connection,
                                               amqp_channel_t number);

/* The channel, empty if it is new, with memory for its first messages; NULL without that. */
otelmq_amqp_channel *otelmq_amqp_channels_add(otelmq_amqp_connection *connection,
                                              amqp_channel_t number);

/* It stays until otelmq_amqp_channel_release, even if it is forgotten. */
void otelmq_amqp_channel_retain(otelmq_amqp_channel *channel);
void otelmq_amqp_channel_release(otelmq_amqp_channel *channel);

/* Ends what is open on a channel (0: on all), with this error.type. */
void otelmq_amqp_channels_end(otelmq_amqp_connection *connection, amqp_channel_t number,
                              const char *error_type);

/* Ends it, and forgets what is not told. */
void otelmq_amqp_channels_forget(otelmq_amqp_connection *connection, amqp_channel_t number,
                                 const char *error_type);

/* Whether anything that was published on a channel (0: on any) is not settled. */
bool otelmq_amqp_channels_has_unsettled(const otelmq_amqp_connection *connection,
                                        amqp_channel_t number);

/* The same, of messages whose confirms may have come and were not read yet. */
bool otelmq_amqp_channels_has_unconfirmed(const otelmq_amqp_connection *connection,
                                          amqp_channel_t number);

/* Whether a message in the channel's transaction may come back at its commit. */
bool otelmq_amqp_channel_has_mandatory(const otelmq_amqp_channel *channel);

/* Adds an event to every publish span that is open. */
void otelmq_amqp_channels_add_event(otelmq_amqp_connection *connection, const char *name,
                                    const otelmq_attribute attributes[], size_t count);

#endif
