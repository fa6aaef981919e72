/* SPDX-License-Identifier: Apache-2.0 */
#include "kafka/run/joining.h"

static const char INTERCEPTOR_NAME[] = "otelmq-run";

/* Of Kafka's protocol. */
enum { API_JOIN_GROUP = 11, API_SYNC_GROUP = 14 };

static void set_joining(otelmq_kafka_client *client, const rd_kafka_t *consumer, bool is_joining)
{
    if (otelmq_kafka_client_serves(client, consumer)) {
        atomic_store_explicit(&client->run.is_joining, is_joining, memory_order_release);
    }
}

static rd_kafka_resp_err_t on_request_sent(rd_kafka_t *rk, int sockfd, const char *brokername,
                                           int32_t brokerid, int16_t api_key, int16_t api_version,
                                           int32_t correlation_id, size_t size, void *client)
{
    (void)sockfd, (void)brokername, (void)brokerid;
    (void)api_version, (void)correlation_id, (void)size;
    if (api_key == API_JOIN_GROUP) {
        set_joining(client, rk, true);
    }
    return RD_KAFKA_RESP_ERR_NO_ERROR;
}

static rd_kafka_resp_err_t on_response_received(rd_kafka_t *rk, int sockfd, const char *brokername,
                                                int32_t brokerid, int16_t api_key,
                                                int16_t api_version, int32_t correlation_id,
                                                size_t size, int64_t round_trip_time,
                                                rd_kafka_resp_err_t err, void *client)
{
    (void)sockfd, (void)brokername, (void)brokerid, (void)api_version;
    (void)correlation_id, (void)size, (void)round_trip_time, (void)err;
    if (api_key == API_SYNC_GROUP) {
        set_joining(client, rk, false);
    }
    return RD_KAFKA_RESP_ERR_NO_ERROR;
}

void otelmq_kafka_joining_watch(rd_kafka_t *consumer, otelmq_kafka_client *client)
{
    if (rd_kafka_interceptor_add_on_response_received(consumer, INTERCEPTOR_NAME,
                                                      on_response_received,
                                                      client) == RD_KAFKA_RESP_ERR_NO_ERROR) {
        (void)rd_kafka_interceptor_add_on_request_sent(consumer, INTERCEPTOR_NAME, on_request_sent,
                                                       client);
    }
}
