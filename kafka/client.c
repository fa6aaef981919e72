/* SPDX-License-Identifier: Apache-2.0 */
#include "kafka/client.h"

#include "base/lock.h"
#include "kafka/bootstrap.h"
#include "kafka/conf.h"
#include "kafka/consume/settled.h"
#include "kafka/produce/produce.h"

#include <stdlib.h>
#include <time.h>

static const char TRACER_NAME[] = "otelmq.kafka";

/*
 * Clients are only ever added to the list, so that it can be walked without its lock. The lock is
 * for taking one.
 */
static _Atomic(otelmq_kafka_client *) clients;
static otelmq_lock clients_lock;

static otelmq_status create_messaging(otelmq_kafka_client *client, const char *servers,
                                      const otelmq_kafka_options *options)
{
    otelmq_kafka_bootstrap first = otelmq_kafka_bootstrap_parse(servers != NULL ? servers : "");
    char host[256] = "";
    if (first.host.len < sizeof(host)) {
        memcpy(host, first.host.data != NULL ? first.host.data : "", first.host.len);
    }
    const char *address = options->server_address;
    if (address == NULL && host[0] != '\0') {
        address = host;
    }
    uint16_t port = options->server_port != 0 ? options->server_port : first.port;
    return otelmq_messaging_client_create("kafka", TRACER_NAME, address, port, &options->messaging,
                                          &client->messaging);
}

static otelmq_status configure(otelmq_kafka_client *client, const rd_kafka_conf_t *conf,
                               const otelmq_kafka_options *options)
{
    char *servers = otelmq_kafka_conf_text(conf, "bootstrap.servers");
    otelmq_status status = create_messaging(client, servers, options);
    free(servers);
    if (status != OTELMQ_OK) {
        return status;
    }
    client->client_id = otelmq_kafka_conf_text(conf, "client.id");
    client->group_id = otelmq_kafka_conf_text(conf, "group.id");
    client->commits_by_itself = otelmq_kafka_conf_is(conf, "enable.auto.commit", "true");
    otelmq_kafka_producing_configure(&client->producing, conf, &options->messaging);
    return OTELMQ_OK;
}

static otelmq_kafka_client *add_client(void)
{
    otelmq_kafka_client *client = aligned_alloc(_Alignof(otelmq_kafka_client), sizeof(*client));
    if (client == NULL) {
        return NULL;
    }
    memset(client, 0, sizeof(*client));
    atomic_init(&client->rk, NULL);
    atomic_init(&client->cluster_id, NULL);
    atomic_init(&client->inside, 0);
    otelmq_kafka_producing_init(&client->producing);
    otelmq_kafka_partitions_init(&client->partitions);
    otelmq_kafka_commits_init(&client->commits);
    otelmq_kafka_run_state_init(&client->run);
    client->next = atomic_load(&clients);
    atomic_store_explicit(&clients, client, memory_order_release);
    return client;
}

/* One that stopped, or a new one. */
static otelmq_kafka_client *take_client(void)
{
    otelmq_fork_generation_watch();
    otelmq_lock_take(&clients_lock);
    otelmq_kafka_client *client = atomic_load(&clients);
    while (client != NULL && client->is_taken) {
        client = client->next;
    }
    if (client == NULL) {
        client = add_client();
    }
    if (client != NULL) {
        client->is_taken = true;
        client->fork_generation = otelmq_fork_generation();
    }
    otelmq_lock_give(&clients_lock);
    return client;
}

static void give_client_back(otelmq_kafka_client *client)
{
    otelmq_lock_take(&clients_lock);
    client->is_taken = false;
    otelmq_lock_give(&clients_lock);
}

otelmq_kafka_client *otelmq_kafka_client_start(rd_kafka_t *rk, const rd_kafka_conf_t *conf,
                                               const otelmq_kafka_options *options)
{
    otelmq_kafka_client *client = take_client();
    if (client == NULL) {
        return NULL;
    }
    if (configure(client, conf, options) != OTELMQ_OK) {
        give_client_back(client);
        return NULL;
    }
    atomic_store_explicit(&client->rk, rk, memory_order_release);
    return client;
}

/*
 * Clients without a conf of theirs share one, which knows nothing of them but the operation; its
 * process does, because another thread of the parent may have held a lock of it as it forked.
 */
static _Atomic(otelmq_kafka_client *) untraced_client;

static otelmq_kafka_client *start_untraced_client(void)
{
    static const otelmq_kafka_options defaults = {0};
    otelmq_kafka_client *client = take_client();
    if (client != NULL && create_messaging(client, NULL, &defaults) != OTELMQ_OK) {
        give_client_back(client);
        return NULL;
    }
    return client;
}

static bool is_of_this_process(const otelmq_kafka_client *client)
{
    return client != NULL && client->fork_generation == otelmq_fork_generation();
}

static otelmq_kafka_client *find_untraced_client(void)
{
    static otelmq_lock starting;
    otelmq_kafka_client *client = atomic_load_explicit(&untraced_client, memory_order_acquire);
    if (is_of_this_process(client)) {
        return client;
    }
    otelmq_fork_generation_watch();
    otelmq_lock_take(&starting);
    client = atomic_load(&untraced_client);
    if (!is_of_this_process(client)) {
        client = start_untraced_client();
        atomic_store_explicit(&untraced_client, client, memory_order_release);
    }
    otelmq_lock_give(&starting);
    return client;
}

/* A client that stopped has no rd_kafka_t, as the one of those without tracing. */
otelmq_kafka_client *otelmq_kafka_client_find(const rd_kafka_t *rk)
{
    if (rk == NULL) {
        return NULL;
    }
    for (otelmq_kafka_client *client = atomic_load_explicit(&clients, memory_order_acquire);
         client != NULL; client = client->next) {
        if (otelmq_kafka_client_serves(client, rk)) {
            return client;
        }
    }
    return NULL;
}

otelmq_kafka_client *otelmq_kafka_client_of(rd_kafka_t *rk)
{
    otelmq_kafka_client *traced = otelmq_kafka_client_find(rk);
    return traced != NULL ? traced : find_untraced_client();
}

static otelmq_str learn_cluster_id(otelmq_kafka_client *client, rd_kafka_t *rk)
{
    char *id = rd_kafka_clusterid(rk, 0);
    char *known = NULL;
    if (id == NULL) {
        return otelmq_str_from(NULL);
    }
    char *copy = strdup(id);
    rd_kafka_mem_free(rk, id);
    if (copy != NULL && !atomic_compare_exchange_strong(&client->cluster_id, &known, copy)) {
        free(copy);
        copy = known;
    }
    return otelmq_str_from(copy);
}

otelmq_str otelmq_kafka_client_cluster_id(otelmq_kafka_client *client, rd_kafka_t *rk)
{
    if (!otelmq_kafka_client_serves(client, rk)) {
        return otelmq_str_from(NULL);
    }
    const char *known = atomic_load_explicit(&client->cluster_id, memory_order_acquire);
    return known != NULL ? otelmq_str_from(known) : learn_cluster_id(client, rk);
}

bool otelmq_kafka_client_enter(otelmq_kafka_client *client, const rd_kafka_t *rk)
{
    /* In one order with stop, which writes rk and then reads inside. */
    atomic_fetch_add_explicit(&client->inside, 1, memory_order_seq_cst);
    if (atomic_load_explicit(&client->rk, memory_order_seq_cst) != rk) {
        otelmq_kafka_client_leave(client);
        return false;
    }
    return true;
}

static void wait_for_those_inside(otelmq_kafka_client *client)
{
    static const struct timespec nap = {.tv_nsec = 20000};
    while (atomic_load_explicit(&client->inside, memory_order_seq_cst) > 0) {
        (void)nanosleep(&nap, NULL);
    }
}

void otelmq_kafka_client_stop(otelmq_kafka_client *client)
{
    atomic_store_explicit(&client->rk, NULL, memory_order_seq_cst);
    wait_for_those_inside(client);
    otelmq_kafka_end_all_sent(client);
    otelmq_kafka_end_unsettled(client);
    otelmq_messaging_client_destroy(client->messaging);
    client->messaging = NULL;
    otelmq_kafka_producing_clean(&client->producing);
    otelmq_kafka_partitions_clean(&client->partitions);
    otelmq_kafka_run_state_init(&client->run);
    free(client->client_id);
    free(client->group_id);
    free(atomic_exchange(&client->cluster_id, NULL));
    client->client_id = NULL;
    client->group_id = NULL;
    give_client_back(client);
}
