/* SPDX-License-Identifier: Apache-2.0 */
#include "kafka/produce/call.h"

#include "base/clock.h"

static _Thread_local otelmq_kafka_call *under_way;

void otelmq_kafka_call_begin(otelmq_kafka_call *call, otelmq_kafka_client *client)
{
    *call = (otelmq_kafka_call){
        .outer = under_way, .client = client, .start_time_unix_nano = otelmq_clock_unix_nano()};
    under_way = call;
}

void otelmq_kafka_call_end(const otelmq_kafka_call *call)
{
    under_way = call->outer;
}

static otelmq_kafka_call *call_of(const otelmq_kafka_client *client)
{
    return under_way != NULL && under_way->client == client ? under_way : NULL;
}

otelmq_kafka_call *otelmq_kafka_call_under_way(const otelmq_kafka_client *client)
{
    otelmq_kafka_call *call = call_of(client);
    bool is_for_it = call != NULL && !call->is_in_hook && (call->batch != NULL || !call->is_sent);
    return is_for_it ? call : NULL;
}

/* Those that on_send never sees have their error by now. */
otelmq_kafka_batched *otelmq_kafka_call_next_message(otelmq_kafka_call *call)
{
    size_t count = call->batch->count;
    while (call->next + 1 < count && call->messages[call->next].err != RD_KAFKA_RESP_ERR_NO_ERROR) {
        call->next++;
    }
    return call->next < count ? &call->batch->messages[call->next++] : NULL;
}

void otelmq_kafka_call_settled_last(const otelmq_kafka_client *client)
{
    otelmq_kafka_call *call = call_of(client);
    if (call != NULL && call->batch != NULL && call->next > 0) {
        call->batch->messages[call->next - 1].is_settled = true;
    }
}
