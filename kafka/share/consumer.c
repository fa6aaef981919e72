/* SPDX-License-Identifier: Apache-2.0 */
#include "kafka/share/consumer.h"

#include "base/lock.h"
#include "kafka/conf.h"
#include "kafka/share/adopt.h"
#include "kafka/share/settled.h"

#include <stdlib.h>

/* As in kafka/client.c: only ever added to, so that it can be walked without its lock. */
static _Atomic(otelmq_kafka_share *) shares;
static otelmq_lock shares_lock;

otelmq_kafka_share *otelmq_kafka_share_find(const rd_kafka_share_t *consumer)
{
    if (consumer == NULL) {
        return NULL;
    }
    otelmq_kafka_share *share = atomic_load_explicit(&shares, memory_order_acquire);
    while (share != NULL &&
           atomic_load_explicit(&share->consumer, memory_order_acquire) != consumer) {
        share = share->next;
    }
    return share;
}

otelmq_kafka_client *otelmq_kafka_share_client(const otelmq_kafka_share *share)
{
    return share != NULL ? share->client : otelmq_kafka_client_of(NULL);
}

otelmq_str otelmq_kafka_share_cluster_id(const otelmq_kafka_share *share)
{
    if (share == NULL) {
        return otelmq_str_from(NULL);
    }
    return otelmq_kafka_client_cluster_id(share->client, atomic_load(&share->client->rk));
}

otelmq_kafka_position otelmq_kafka_share_position(const rd_kafka_message_t *message)
{
    return (otelmq_kafka_position){otelmq_str_from(rd_kafka_topic_name(message->rkt)),
                                   message->partition, message->offset};
}

static otelmq_kafka_share *add_share(void)
{
    otelmq_kafka_share *share = calloc(1, sizeof(*share));
    if (share == NULL) {
        return NULL;
    }
    atomic_init(&share->consumer, NULL);
    otelmq_kafka_acquired_init(&share->acquired);
    otelmq_kafka_answers_init(&share->answers);
    share->next = atomic_load(&shares);
    atomic_store_explicit(&shares, share, memory_order_release);
    return share;
}

/* One that serves none any more, or a new one. */
static otelmq_kafka_share *take_share(void)
{
    otelmq_lock_take(&shares_lock);
    otelmq_kafka_share *share = atomic_load(&shares);
    while (share != NULL && share->is_taken) {
        share = share->next;
    }
    if (share == NULL) {
        share = add_share();
    }
    if (share != NULL) {
        share->is_taken = true;
    }
    otelmq_lock_give(&shares_lock);
    return share;
}

static void give_share_back(otelmq_kafka_share *share)
{
    otelmq_lock_take(&shares_lock);
    share->is_taken = false;
    otelmq_lock_give(&shares_lock);
}

static void forget_error(rd_kafka_error_t *error)
{
    if (error != NULL) {
        rd_kafka_error_destroy(error);
    }
}

static void stop(otelmq_kafka_share *share)
{
    otelmq_kafka_share_end_all(share);
    otelmq_kafka_acquired_clean(&share->acquired);
    otelmq_kafka_client_stop(share->client);
    share->client = NULL;
    share->callback = NULL;
    give_share_back(share);
}

/* The application may have destroyed one at this address by librdkafka's own call. */
static void stop_stale(const rd_kafka_share_t *consumer)
{
    otelmq_kafka_share *share = otelmq_kafka_share_find(consumer);
    if (share != NULL) {
        atomic_store(&share->consumer, NULL);
        stop(share);
    }
}

static void begin(rd_kafka_share_t *consumer, otelmq_kafka_client *client, bool is_explicit)
{
    stop_stale(consumer);
    otelmq_kafka_share *share = take_share();
    if (share == NULL) {
        otelmq_kafka_client_stop(client);
        return;
    }
    share->client = client;
    share->is_explicit = is_explicit;
    const otelmq_messaging_options *options = otelmq_messaging_client_options(client->messaging);
    if (!options->is_disabled && !options->omits_settle_spans) {
        forget_error(rd_kafka_share_set_acknowledgement_commit_cb(
            consumer, otelmq_kafka_share_on_answer, share));
    }
    atomic_store_explicit(&share->consumer, consumer, memory_order_release);
}

static bool has_explicit_mode(const rd_kafka_conf_t *conf)
{
    char *mode = conf != NULL ? otelmq_kafka_conf_text(conf, "share.acknowledgement.mode") : NULL;
    bool is_explicit = mode != NULL && strcmp(mode, "explicit") == 0;
    free(mode);
    return is_explicit;
}

rd_kafka_share_t *otelmq_kafka_share_consumer_new(rd_kafka_conf_t *conf, char *errstr,
                                                  size_t errstr_size)
{
    otelmq_kafka_client *client = NULL;
    bool is_explicit = has_explicit_mode(conf);
    otelmq_kafka_share_adopt_into(&client);
    rd_kafka_share_t *consumer = rd_kafka_share_consumer_new(conf, errstr, errstr_size);
    otelmq_kafka_share_adopt_into(NULL);
    if (client != NULL && consumer != NULL) {
        begin(consumer, client, is_explicit);
    } else if (client != NULL) {
        otelmq_kafka_client_stop(client);
    }
    return consumer;
}

rd_kafka_error_t *otelmq_kafka_share_set_acknowledgement_commit_cb(
    rd_kafka_share_t *consumer,
    void (*callback)(rd_kafka_share_t *consumer,
                     rd_kafka_share_partition_offsets_list_t *partitions, rd_kafka_resp_err_t err,
                     void *opaque),
    void *opaque)
{
    otelmq_kafka_share *share = otelmq_kafka_share_find(consumer);
    if (share == NULL) {
        return rd_kafka_share_set_acknowledgement_commit_cb(consumer, callback, opaque);
    }
    rd_kafka_error_t *error =
        rd_kafka_share_set_acknowledgement_commit_cb(consumer, otelmq_kafka_share_on_answer, share);
    if (error == NULL) {
        share->callback = callback;
        share->opaque = opaque;
    }
    return error;
}

/*
 * Once it is destroyed another one can have its address, and that of its rd_kafka_t; so both are
 * given up before. When librdkafka refuses, it lives on.
 */
static rd_kafka_error_t *destroy(rd_kafka_share_t *consumer, const int *flags)
{
    otelmq_kafka_share *share = otelmq_kafka_share_find(consumer);
    rd_kafka_t *rk = NULL;
    if (share != NULL) {
        atomic_store(&share->consumer, NULL);
        rk = atomic_exchange(&share->client->rk, NULL);
    }
    rd_kafka_error_t *error = flags != NULL ? rd_kafka_share_destroy_flags(consumer, *flags)
                                            : rd_kafka_share_destroy(consumer);
    if (share != NULL && error != NULL) {
        atomic_store(&share->client->rk, rk);
        atomic_store(&share->consumer, consumer);
    } else if (share != NULL) {
        stop(share);
    }
    return error;
}

rd_kafka_error_t *otelmq_kafka_share_destroy(rd_kafka_share_t *consumer)
{
    return destroy(consumer, NULL);
}

rd_kafka_error_t *otelmq_kafka_share_destroy_flags(rd_kafka_share_t *consumer, int flags)
{
    return destroy(consumer, &flags);
}
