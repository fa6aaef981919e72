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
#include "base/likely.h"

#include <string.h>

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
    const otelmq_amqp_prepared_destination *latest; /* that was asked for; NULL: none yet */
    size_t count;
    otelmq_amqp_prepared_destination *items[OTELMQ_AMQP_MAX_PREPARED];
} otelmq_amqp_prepared;

/* What is prepared for the destination, borrowed; NULL: nothing. */
const otelmq_amqp_prepared_destination *otelmq_amqp_prepared_find(otelmq_amqp_prepared *prepared,
                                                                  amqp_bytes_t exchange,
                                                                  amqp_bytes_t routing_key);

static inline bool otelmq_amqp_has_same_word(const char *a, const char *b)
{
    uint64_t words[2];
    memcpy(&words[0], a, sizeof(words[0]));
    memcpy(&words[1], b, sizeof(words[1]));
    return words[0] == words[1];
}

/* As memcmp, in line: a call of another library takes longer to begin than a name to compare. */
static inline bool otelmq_amqp_is_same_name(amqp_bytes_t a, amqp_bytes_t b)
{
    const char *one = a.bytes;
    const char *other = b.bytes;
    if (OTELMQ_UNLIKELY(a.len != b.len)) {
        return false;
    }
    size_t at = 0;
    if (OTELMQ_UNLIKELY(a.len < sizeof(uint64_t))) {
        while (at < a.len && one[at] == other[at]) {
            at++;
        }
        return at == a.len;
    }
    /* The last word overlaps the one before. */
    size_t last = a.len - sizeof(uint64_t);
    while (at < last && otelmq_amqp_has_same_word(one + at, other + at)) {
        at += sizeof(uint64_t);
    }
    return at >= last && otelmq_amqp_has_same_word(one + last, other + last);
}

static inline bool otelmq_amqp_prepared_is_to(const otelmq_amqp_prepared_destination *item,
                                              amqp_bytes_t exchange, amqp_bytes_t routing_key)
{
    return otelmq_amqp_is_same_name(item->routing_key, routing_key) &&
           otelmq_amqp_is_same_name(item->exchange, exchange);
}

/* The same, in line, for who publishes to one destination most of the time. */
static inline const otelmq_amqp_prepared_destination *
otelmq_amqp_prepared_find_latest(otelmq_amqp_prepared *prepared, amqp_bytes_t exchange,
                                 amqp_bytes_t routing_key)
{
    const otelmq_amqp_prepared_destination *latest = prepared->latest;
    return OTELMQ_LIKELY(latest != NULL &&
                         otelmq_amqp_prepared_is_to(latest, exchange, routing_key))
               ? latest
               : otelmq_amqp_prepared_find(prepared, exchange, routing_key);
}

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
