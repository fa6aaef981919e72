/* SPDX-License-Identifier: Apache-2.0 */
#include "kafka/client.h"

#include "kafka/bootstrap.h"

#include <stdlib.h>

static const char TRACER_NAME[] = "otelmq.kafka";

/* librdkafka's own defaults, for a conf that does not tell. */
enum { DEFAULT_MAX_MESSAGE_BYTES = 1000000, DEFAULT_MAX_MESSAGES = 100000 };
enum { DEFAULT_MESSAGE_TIMEOUT_MS = 300000, SHORTEST_MAX_AGE_MS = 600000 };

/*
 * Clients are only ever added to the list, so that it can be walked without its lock. The lock is
 * for taking one.
 */
static _Atomic(otelmq_kafka_client *) clients;
static pthread_mutex_t clients_lock = PTHREAD_MUTEX_INITIALIZER;

/* A property of conf, the caller's to free; NULL when it is not set. */
static char *read_text(const rd_kafka_conf_t *conf, const char *name)
{
    size_t size = 0;
    if (rd_kafka_conf_get(conf, name, NULL, &size) != RD_KAFKA_CONF_OK || size <= 1) {
        return NULL;
    }
    char *text = malloc(size);
    if (text != NULL && rd_kafka_conf_get(conf, name, text, &size) != RD_KAFKA_CONF_OK) {
        free(text);
        return NULL;
    }
    return text;
}

static uint32_t read_number(const rd_kafka_conf_t *conf, const char *name, uint32_t otherwise)
{
    char text[24];
    size_t size = sizeof(text);
    if (rd_kafka_conf_get(conf, name, text, &size) != RD_KAFKA_CONF_OK) {
        return otherwise;
    }
    unsigned long number = strtoul(text, NULL, 10);
    return number > 0 && number <= UINT32_MAX ? (uint32_t)number : otherwise;
}

/* A topic can have a longer message.timeout.ms of its own, hence the generous factor. */
static uint64_t max_age_nano(const rd_kafka_conf_t *conf)
{
    uint64_t age_ms = read_number(conf, "message.timeout.ms", DEFAULT_MESSAGE_TIMEOUT_MS);
    age_ms *= 2;
    return (age_ms > SHORTEST_MAX_AGE_MS ? age_ms : SHORTEST_MAX_AGE_MS) * 1000000u;
}

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
    char *servers = read_text(conf, "bootstrap.servers");
    otelmq_status status = create_messaging(client, servers, options);
    free(servers);
    if (status != OTELMQ_OK) {
        return status;
    }
    client->client_id = read_text(conf, "client.id");
    client->group_id = read_text(conf, "group.id");
    client->max_message_bytes = read_number(conf, "message.max.bytes", DEFAULT_MAX_MESSAGE_BYTES);
    otelmq_kafka_in_flight_limit(
        &client->in_flight, read_number(conf, "queue.buffering.max.messages", DEFAULT_MAX_MESSAGES),
        max_age_nano(conf));
    return OTELMQ_OK;
}

static otelmq_kafka_client *add_client(void)
{
    otelmq_kafka_client *client = calloc(1, sizeof(*client));
    if (client == NULL) {
        return NULL;
    }
    atomic_init(&client->rk, NULL);
    atomic_init(&client->cluster_id, NULL);
    (void)pthread_mutex_init(&client->messaging_lock, NULL);
    otelmq_kafka_in_flight_init(&client->in_flight);
    otelmq_kafka_processed_init(&client->processed);
    client->next = atomic_load(&clients);
    atomic_store_explicit(&clients, client, memory_order_release);
    return client;
}

/* One that stopped, or a new one. */
static otelmq_kafka_client *take_client(void)
{
    (void)pthread_mutex_lock(&clients_lock);
    otelmq_kafka_client *client = atomic_load(&clients);
    while (client != NULL && client->is_taken) {
        client = client->next;
    }
    if (client == NULL) {
        client = add_client();
    }
    if (client != NULL) {
        client->is_taken = true;
    }
    (void)pthread_mutex_unlock(&clients_lock);
    return client;
}

static void give_client_back(otelmq_kafka_client *client)
{
    (void)pthread_mutex_lock(&clients_lock);
    client->is_taken = false;
    (void)pthread_mutex_unlock(&clients_lock);
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

static otelmq_kafka_client *untraced_client;

/* Clients without a conf of theirs share one; it knows nothing of them but the operation. */
static void start_untraced_client(void)
{
    static const otelmq_kafka_options defaults = {0};
    otelmq_kafka_client *client = take_client();
    if (client != NULL && create_messaging(client, NULL, &defaults) != OTELMQ_OK) {
        give_client_back(client);
        return;
    }
    untraced_client = client;
}

otelmq_kafka_client *otelmq_kafka_client_of(rd_kafka_t *rk)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    for (otelmq_kafka_client *client = atomic_load_explicit(&clients, memory_order_acquire);
         client != NULL; client = client->next) {
        if (otelmq_kafka_client_serves(client, rk)) {
            return client;
        }
    }
    (void)pthread_once(&once, start_untraced_client);
    return untraced_client;
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

static void end_spans_in_flight(otelmq_kafka_client *client)
{
    otelmq_kafka_sent sent;
    while (otelmq_kafka_in_flight_take_any(&client->in_flight, &sent)) {
        otelmq_messaging_operation_end(sent.span, rd_kafka_err2name(RD_KAFKA_RESP_ERR__DESTROY),
                                       "the client was destroyed before the delivery report");
    }
}

static void destroy_messaging(otelmq_kafka_client *client)
{
    (void)pthread_mutex_lock(&client->messaging_lock);
    otelmq_messaging_client_destroy(client->messaging);
    client->messaging = NULL;
    (void)pthread_mutex_unlock(&client->messaging_lock);
}

void otelmq_kafka_client_stop(otelmq_kafka_client *client)
{
    atomic_store_explicit(&client->rk, NULL, memory_order_release);
    end_spans_in_flight(client);
    destroy_messaging(client);
    otelmq_kafka_in_flight_clean(&client->in_flight);
    otelmq_kafka_processed_clean(&client->processed);
    free(client->client_id);
    free(client->group_id);
    free(atomic_exchange(&client->cluster_id, NULL));
    client->client_id = NULL;
    client->group_id = NULL;
    give_client_back(client);
}
