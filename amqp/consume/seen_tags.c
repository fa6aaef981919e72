/* SPDX-License-Identifier: Apache-2.0 */
#include "amqp/consume/seen_tags.h"

#include <stdlib.h>
#include <string.h>

enum { FIRST_TAG = 1 };

static bool reserve(otelmq_amqp_seen_tags *seen, amqp_channel_t channel)
{
    if (channel < seen->channel_count) {
        return true;
    }
    size_t count = (size_t)channel + 1;
    otelmq_amqp_seen_channel *channels = realloc(seen->channels, count * sizeof(*channels));
    if (channels == NULL) {
        return false;
    }
    memset(channels + seen->channel_count, 0, (count - seen->channel_count) * sizeof(*channels));
    seen->channels = channels;
    seen->channel_count = count;
    return true;
}

void otelmq_amqp_seen_tags_clean(otelmq_amqp_seen_tags *seen)
{
    free(seen->channels);
    *seen = (otelmq_amqp_seen_tags){.channels = NULL};
}

void otelmq_amqp_seen_tags_add(otelmq_amqp_seen_tags *seen, amqp_channel_t channel, uint64_t tag)
{
    if (!reserve(seen, channel)) {
        return;
    }
    otelmq_amqp_seen_channel *at = &seen->channels[channel];
    at->highest = tag > at->highest ? tag : at->highest;
    at->has_first = at->has_first || tag == FIRST_TAG;
}

bool otelmq_amqp_seen_tags_has(const otelmq_amqp_seen_tags *seen, amqp_channel_t channel,
                               uint64_t tag)
{
    return channel < seen->channel_count && tag <= seen->channels[channel].highest;
}

bool otelmq_amqp_seen_tags_begins_anew(const otelmq_amqp_seen_tags *seen, amqp_channel_t channel,
                                       uint64_t tag)
{
    return tag == FIRST_TAG && channel < seen->channel_count && seen->channels[channel].has_first;
}

void otelmq_amqp_seen_tags_forget(otelmq_amqp_seen_tags *seen, amqp_channel_t channel)
{
    if (channel == 0 && seen->channel_count > 0) {
        memset(seen->channels, 0, seen->channel_count * sizeof(*seen->channels));
    } else if (channel < seen->channel_count) {
        seen->channels[channel] = (otelmq_amqp_seen_channel){.highest = 0};
    }
}
