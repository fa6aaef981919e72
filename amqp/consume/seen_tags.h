/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which delivery tags of each channel a traced call has received. Tags count up from 1 with each
 * opening of a channel, and come nearly in order, so the highest is enough: what is not higher, and
 * is not waiting for its settlement any more, was settled.
 */
#ifndef OTELMQ_AMQP_SEEN_TAGS_H
#define OTELMQ_AMQP_SEEN_TAGS_H

#include <otelmq/rabbitmq.h>

#include <stdbool.h>

typedef struct {
    uint64_t highest; /* 0: none was received */
    bool has_first; /* tag 1 was */
} otelmq_amqp_seen_channel;

/* {0}: nothing was received. */
typedef struct {
    otelmq_amqp_seen_channel *channels; /* by their numbers */
    size_t channel_count;
} otelmq_amqp_seen_tags;

void otelmq_amqp_seen_tags_clean(otelmq_amqp_seen_tags *seen);

/* A message with this tag was received. Without memory it was not. */
void otelmq_amqp_seen_tags_add(otelmq_amqp_seen_tags *seen, amqp_channel_t channel, uint64_t tag);

bool otelmq_amqp_seen_tags_has(const otelmq_amqp_seen_tags *seen, amqp_channel_t channel,
                               uint64_t tag);

/*
 * Whether tag comes a second time, as the first of another opening of the channel. One that comes
 * late, because another call had read it, comes for the first time.
 */
bool otelmq_amqp_seen_tags_begins_anew(const otelmq_amqp_seen_tags *seen, amqp_channel_t channel,
                                       uint64_t tag);

/* The channel has ended; 0: all have. */
void otelmq_amqp_seen_tags_forget(otelmq_amqp_seen_tags *seen, amqp_channel_t channel);

#endif
