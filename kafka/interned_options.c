/* SPDX-License-Identifier: Apache-2.0 */
#include "kafka/interned_options.h"

#include <pthread.h>
#include <stdlib.h>

typedef struct interned_options {
    struct interned_options *next;
    otelmq_kafka_options options;
    char server_address[];
} interned_options;

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static interned_options *all;

static bool is_same_messaging(const otelmq_messaging_options *a, const otelmq_messaging_options *b)
{
    return a->tracer_provider == b->tracer_provider && a->propagator.ops == b->propagator.ops &&
           a->propagator.self == b->propagator.self && a->parent_mode == b->parent_mode &&
           a->omits_receive_spans == b->omits_receive_spans &&
           a->omits_settle_spans == b->omits_settle_spans && a->records_sizes == b->records_sizes;
}

static bool is_same(const otelmq_kafka_options *a, const otelmq_kafka_options *b)
{
    return is_same_messaging(&a->messaging, &b->messaging) && a->server_port == b->server_port &&
           (a->server_address == NULL) == (b->server_address == NULL) &&
           otelmq_str_equal(otelmq_str_from(a->server_address), otelmq_str_from(b->server_address));
}

static interned_options *copy(const otelmq_kafka_options *options)
{
    otelmq_str address = otelmq_str_from(options->server_address);
    interned_options *interned = calloc(1, sizeof(*interned) + address.len + 1);
    if (interned == NULL) {
        return NULL;
    }
    interned->options = *options;
    if (options->server_address != NULL) {
        memcpy(interned->server_address, address.data, address.len);
        interned->options.server_address = interned->server_address;
    }
    return interned;
}

static const otelmq_kafka_options *find(const otelmq_kafka_options *options)
{
    for (const interned_options *interned = all; interned != NULL; interned = interned->next) {
        if (is_same(&interned->options, options)) {
            return &interned->options;
        }
    }
    return NULL;
}

static const otelmq_kafka_options *add(const otelmq_kafka_options *options)
{
    interned_options *interned = copy(options);
    if (interned == NULL) {
        return NULL;
    }
    interned->next = all;
    all = interned;
    return &interned->options;
}

const otelmq_kafka_options *otelmq_kafka_options_intern(const otelmq_kafka_options *options)
{
    static const otelmq_kafka_options defaults = {0};
    if (options == NULL) {
        return &defaults;
    }
    (void)pthread_mutex_lock(&lock);
    const otelmq_kafka_options *interned = find(options);
    if (interned == NULL) {
        interned = add(options);
    }
    (void)pthread_mutex_unlock(&lock);
    return interned;
}
