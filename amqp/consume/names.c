/* SPDX-License-Identifier: Apache-2.0 */
#include "amqp/consume/names.h"

#include "amqp/hash.h"
#include "amqp/text.h"

#include <stdlib.h>

static size_t bucket_of(amqp_channel_t channel, amqp_bytes_t name)
{
    uint32_t hash = otelmq_amqp_hash(OTELMQ_AMQP_HASH_START ^ channel, name);
    return (hash ^ hash >> 16) % OTELMQ_AMQP_NAME_BUCKETS;
}

static otelmq_amqp_name *find(const otelmq_amqp_names *names, amqp_channel_t channel,
                              amqp_bytes_t name)
{
    otelmq_amqp_name *entry = names->count > 0 ? names->buckets[bucket_of(channel, name)] : NULL;
    while (entry != NULL &&
           (entry->channel != channel || !otelmq_amqp_bytes_equal(entry->name, name))) {
        entry = entry->next;
    }
    return entry;
}

static void link_newest(otelmq_amqp_names *names, otelmq_amqp_name *entry)
{
    otelmq_amqp_name **bucket = &names->buckets[bucket_of(entry->channel, entry->name)];
    entry->next = *bucket;
    *bucket = entry;
    entry->newer = NULL;
    entry->older = names->newest;
    *(names->newest != NULL ? &names->newest->newer : &names->oldest) = entry;
    names->newest = entry;
    names->count++;
}

static void remove_entry(otelmq_amqp_names *names, otelmq_amqp_name *entry)
{
    otelmq_amqp_name **place = &names->buckets[bucket_of(entry->channel, entry->name)];
    while (*place != entry) {
        place = &(*place)->next;
    }
    *place = entry->next;
    *(entry->newer != NULL ? &entry->newer->older : &names->newest) = entry->older;
    *(entry->older != NULL ? &entry->older->newer : &names->oldest) = entry->newer;
    names->count--;
    free(entry);
}

static amqp_bytes_t copy_into(char *text, amqp_bytes_t bytes)
{
    if (bytes.len > 0) {
        memcpy(text, bytes.bytes, bytes.len);
    }
    return (amqp_bytes_t){bytes.len, text};
}

void otelmq_amqp_names_init(otelmq_amqp_names *names, size_t max)
{
    memset(names, 0, sizeof(*names));
    names->max = max;
}

void otelmq_amqp_names_clean(otelmq_amqp_names *names)
{
    otelmq_amqp_names_remove_channel(names, 0);
}

/* The former one goes last: what is set may be borrowed from it. */
void otelmq_amqp_names_set(otelmq_amqp_names *names, amqp_channel_t channel, amqp_bytes_t name,
                           amqp_bytes_t value, bool flag)
{
    otelmq_amqp_name *entry = malloc(sizeof(*entry) + name.len + value.len);
    otelmq_amqp_name *former = find(names, channel, name);
    if (entry != NULL) {
        entry->channel = channel;
        entry->flag = flag;
        entry->name = copy_into(entry->text, name);
        entry->value = copy_into(entry->text + name.len, value);
    }
    if (former != NULL) {
        remove_entry(names, former);
    }
    if (entry == NULL) {
        return;
    }
    if (names->count == names->max) {
        remove_entry(names, names->oldest);
    }
    link_newest(names, entry);
}

const otelmq_amqp_name *otelmq_amqp_names_find(const otelmq_amqp_names *names,
                                               amqp_channel_t channel, amqp_bytes_t name)
{
    return find(names, channel, name);
}

void otelmq_amqp_names_remove(otelmq_amqp_names *names, amqp_channel_t channel, amqp_bytes_t name)
{
    otelmq_amqp_name *entry = find(names, channel, name);
    if (entry != NULL) {
        remove_entry(names, entry);
    }
}

void otelmq_amqp_names_remove_channel(otelmq_amqp_names *names, amqp_channel_t channel)
{
    otelmq_amqp_name *older;
    for (otelmq_amqp_name *entry = names->newest; entry != NULL; entry = older) {
        older = entry->older;
        if (channel == 0 || entry->channel == channel) {
            remove_entry(names, entry);
        }
    }
}
